import { canonicalJson } from '../core/canonical-json';

/**
 * Fields of an object, as the API server notes them for each manager: `f:<name>` is a field, `k:<keys>` and `v:<value>` an
 * item of a list, `.` the thing itself. One with nothing below is owned as a whole.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/
 */
export interface OwnedFields {
  readonly [field: string]: OwnedFields;
}

type Plain = Readonly<Record<string, unknown>>;

const ITSELF = '.';
const below = (fields: OwnedFields): string[] => Object.keys(fields).filter(name => name !== ITSELF);
const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isSame = (one: unknown, other: unknown): boolean => canonicalJson(one) === canonicalJson(other);

/** The part of a value that a manager owns. */
export function ownedPart(value: unknown, fields: OwnedFields): unknown {
  const names = below(fields);
  if (names.length === 0) {
    return ITSELF in fields && typeof value === 'object' ? (Array.isArray(value) ? [] : {}) : value;
  }
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown) => {
      const name = nameIn(names, item);
      return name === undefined ? [] : [withKeys(ownedPart(item, fields[name]!), name)];
    });
  }
  return isPlain(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([name, one]) => {
          const owned = fields[`f:${name}`];
          return owned === undefined ? [] : [[name, ownedPart(one, owned)]];
        }),
      )
    : value;
}

/**
 * A value without what a manager owns and has changed.
 *
 * @param now what stands in its place
 * @param fields what the manager owns there
 * @param taken told the path of each field that is left out
 * @returns undefined if nothing is left of it
 */
export function withoutChanged(
  value: unknown,
  now: unknown,
  fields: OwnedFields,
  taken: (path: string) => void,
  path = '',
): unknown {
  const names = below(fields);
  if (names.length === 0) {
    if (ITSELF in fields || isSame(value, now)) {
      return value;
    }
    taken(path);
    return undefined;
  }
  if (Array.isArray(value)) {
    const items = Array.isArray(now) ? (now as unknown[]) : [];
    return value.flatMap((item: unknown) => {
      const name = nameIn(names, item);
      const other = items.find(one => name !== undefined && isNamed(name, one));
      const left =
        name === undefined ? item : withoutChanged(item, other, fields[name]!, taken, `${path}[${shown(name)}]`);
      return left === undefined ? [] : [left];
    });
  }
  if (!isPlain(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => {
      const other = isPlain(now) ? now[name] : undefined;
      const owned = fields[`f:${name}`];
      const left = owned === undefined ? one : withoutChanged(one, other, owned, taken, `${path}.${name}`);
      return left === undefined ? [] : [[name, left]];
    }),
  );
}

/** Which of the names means an item of a list. */
const nameIn = (names: readonly string[], item: unknown): string | undefined => names.find(name => isNamed(name, item));

function isNamed(name: string, item: unknown): boolean {
  const said: unknown = JSON.parse(name.slice(2));
  return name.startsWith('k:')
    ? isPlain(item) && Object.entries(said as Plain).every(([key, value]) => isSame(item[key], value))
    : name.startsWith('v:') && isSame(item, said);
}

/** An item of a list is nothing without what tells it from the others. */
const withKeys = (item: unknown, name: string): unknown =>
  name.startsWith('k:') && isPlain(item) ? { ...(JSON.parse(name.slice(2)) as Plain), ...item } : item;

/** `k:{"name":"model"}` as `name=model`. */
const shown = (name: string): string => name.slice(2).replace(/[{}"]/g, '').replaceAll(':', '=');
