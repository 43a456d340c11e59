/**
 * JSON in the one form that Go's encoder, and so Helm's `toPrettyJson`, gives the same value: keys sorted, two spaces.
 * Its lines depend on nothing but the value's shape, so a diff shows what changed.
 *
 * @param value what JSON can say; a field that is undefined is left out
 * @see https://pkg.go.dev/encoding/json#MarshalIndent
 */
export function canonicalJson(value: unknown): string {
  const sorted = sortedKeys(value);
  return sorted === UNSORTABLE ? printed(value, '') : escaped(JSON.stringify(sorted ?? null, undefined, 2));
}

const UNSORTABLE = Symbol('unsortable');

/** A copy with sorted keys, which JavaScript prints far faster than we could; the value itself if it is sorted. */
function sortedKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    const items = value.map(sortedKeys);
    return items.includes(UNSORTABLE)
      ? UNSORTABLE
      : items.every((item, index) => item === value[index])
        ? value
        : items;
  }
  const map = value as Record<string, unknown>;
  const keys = Object.keys(map);
  const isSorted = keys.every((key, index) => index === 0 || keys[index - 1]! < key);
  const fields = (isSorted ? keys : keys.sort()).map(key => sortedKeys(map[key]));
  if (fields.includes(UNSORTABLE) || keys.some(isOutOfOrder)) {
    return UNSORTABLE;
  }
  if (isSorted && fields.every((field, index) => field === map[keys[index]!])) {
    return map;
  }
  const copy: Record<string, unknown> = {};
  keys.forEach((key, index) => (copy[key] = fields[index]));
  return copy;
}

/** Whether JavaScript may put a key elsewhere than where it is set: numbers come first. */
const isOutOfOrder = (key: string): boolean => (key[0]! >= '0' && key[0]! <= '9') || key === '__proto__';

function printed(value: unknown, indent: string): string {
  const deeper = `${indent}  `;
  const around = (open: string, parts: readonly string[], close: string): string =>
    parts.length === 0 ? open + close : `${open}\n${parts.map(part => deeper + part).join(',\n')}\n${indent}${close}`;
  if (Array.isArray(value)) {
    const items = value.map(item => printed(item, deeper));
    return around('[', items, ']');
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    fields.sort(([one], [other]) => (one < other ? -1 : 1));
    return around(
      '{',
      fields.map(([key, field]) => `${printed(key, '')}: ${printed(field, deeper)}`),
      '}',
    );
  }
  return escaped(JSON.stringify(value ?? null));
}

/** What Go's encoder writes as escapes and JavaScript's does not. */
const ESCAPED = /[<>&\u2028\u2029]/g;

const escaped = (json: string): string =>
  json.replace(ESCAPED, sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
