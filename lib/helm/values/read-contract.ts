import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { PlatformError } from '../../core/platform-error';
import { placeOf, type Place } from './contract-place';
import { jsonSchemaOf } from './json-schema';
import { checkNames } from './name-values';
import { boundsOf, choicesOf } from './scalar-rules';
import { textRules } from './text-rules';
import { unwrapSchema, type Schema, type SchemaDef, type Unwrapped } from './unwrap-schema';
import { checkKey } from './value-key';
import type { Json, ListValue, MapValue, ObjectValue, OpaqueValue, ValueNode, ValuePath } from './value-node';

/** A chart's values: `z.strictObject()`, in which every field is described and has a default or is required. */
export type ValuesSchema = z.ZodObject<z.core.$ZodShape, z.core.$strict>;

const ROOT = placeOf([], false);

/**
 * The values of a chart, as its zod schema describes them.
 *
 * @throws PlatformError if the schema says something that values.yaml, Helm's merge of values or Helm's check of them
 *   cannot say
 */
export function readContract(schema: ValuesSchema): ObjectValue {
  const { def, description, rules } = unwrapSchema(schema, ROOT);
  if (def.type !== 'object') {
    throw new PlatformError('values', `a chart's values are no ${def.type}`, 'use z.strictObject({ ... })');
  }
  if (hasCode(def) && rules.length === 0) {
    throw new PlatformError(
      'values',
      'a rule about several values is written in code, which Helm cannot run',
      'say it in JSON Schema too, behind the code: .meta({ allOf: [{ if: { ... }, then: { ... } }] })',
    );
  }
  const values = readObject(def, description, ROOT);
  checkNames(values);
  return values;
}

/** What the schema says in JSON Schema about several values at once. */
export const crossRules = (schema: ValuesSchema): readonly Json[] => unwrapSchema(schema, ROOT).rules;

function readObject(def: z.core.$ZodObjectDef, description: string, place: Place): ObjectValue {
  if (def.catchall?._zod.def.type !== 'never') {
    throw new PlatformError(place.text, 'the object takes keys that nobody declared', 'use z.strictObject()');
  }
  const fields = Object.entries(def.shape).map(([key, schema]) => {
    const field = placeOf([...place.path, key], place.inside);
    return [key, readField(schema, field)] as const;
  });
  return { kind: 'object', path: place.path, description, fields: Object.fromEntries(fields) };
}

function readField(schema: Schema, place: Place): ValueNode {
  checkKey(place.path);
  const field = unwrapSchema(schema, place);
  if (field.description === '') {
    throw new PlatformError(place.text, 'the value has no description', 'add .describe() with one sentence');
  }
  const node = readNode(field, place);
  if (node.kind === 'object' && field.default === undefined && !place.inside && !asksForSomething(node)) {
    throw new PlatformError(
      place.text,
      'the object has no .prefault({})',
      'add it, so that the defaults of its fields count',
    );
  }
  return node;
}

/** Whether the user must give something of it, so that TypeScript takes no default for the whole. */
const asksForSomething = ({ fields }: ObjectValue): boolean =>
  Object.values(fields).some(field =>
    field.kind === 'object' ? asksForSomething(field) : field.default === undefined,
  );

function readNode(found: Unwrapped, place: Place): ValueNode {
  const { schema, def, description } = found;
  refuseCode(def, place);
  const documented = { path: place.path, description, ...(found.default !== undefined && { default: found.default }) };
  if (found.opaque) {
    return { kind: 'opaque', ...documented, of: opaqueKind(def, place), ...sentinelsOf<Json>(found, place) };
  }
  switch (def.type) {
    case 'object':
      return readObject(def, description, place);
    case 'string':
      return { kind: 'string', ...documented, ...textRules(schema, place.text), ...sentinelsOf<string>(found, place) };
    case 'enum':
    case 'literal':
    case 'union':
      return { kind: 'choice', ...documented, choices: choicesOf(schema, place) };
    case 'number':
      return { kind: 'integer', ...documented, ...boundsOf(schema, place) };
    case 'boolean':
      return { kind: 'boolean', ...documented };
    case 'array':
      return { kind: 'list', ...documented, ...listRules(schema, def, place) };
    case 'record':
      return { kind: 'map', ...documented, ...mapRules(def, place) };
    default:
      throw new PlatformError(
        place.text,
        `values.yaml has no value of the type "${def.type}"`,
        'use texts, choices, integers, booleans, strict objects, lists, records, opaqueMap() and opaqueList()',
      );
  }
}

function listRules(
  schema: Schema,
  def: z.core.$ZodArrayDef,
  place: Place,
): Pick<ListValue, 'items' | 'minItems' | 'maxItems'> {
  const { minItems = 0, maxItems } = jsonSchemaOf(schema);
  return {
    items: readInner(def.element, [...place.path, '[]']),
    minItems,
    ...(maxItems !== undefined && { maxItems }),
  };
}

function mapRules(def: z.core.$ZodRecordDef, place: Place): Pick<MapValue, 'keys' | 'entries'> {
  const keys = unwrapSchema(def.keyType, place);
  refuseCode(keys.def, place);
  if (keys.def.type !== 'string') {
    throw new PlatformError(
      place.text,
      `the keys of the map are of the type "${keys.def.type}", not free texts`,
      'use z.strictObject() for names that you know, z.record(z.string(), ...) for those of the user',
    );
  }
  return { keys: textRules(keys.schema, place.text), entries: readInner(def.valueType, [...place.path, '{}']) };
}

/** What stands in a list or a map. */
function readInner(schema: Schema, path: ValuePath): ValueNode {
  const place = placeOf(path, true);
  return readNode(unwrapSchema(schema, place), place);
}

function opaqueKind(def: SchemaDef, place: Place): OpaqueValue['of'] {
  const inside = def.type === 'record' ? def.valueType : def.type === 'array' ? def.element : undefined;
  if (inside === undefined || !['unknown', 'any'].includes(inside._zod.def.type) || def.checks?.length) {
    throw new PlatformError(
      place.text,
      'only a map or a list whose content is not checked can be opaque',
      'use opaqueMap() or opaqueList(), or leave out `opaque`',
    );
  }
  return def.type === 'record' ? 'map' : 'list';
}

/** The two values of `.meta({ sentinels: [...] })`, which only texts and opaque values need. */
function sentinelsOf<Value extends Json>(
  { schema, sentinels }: Unwrapped,
  { text }: Place,
): { sentinels?: [Value, Value] } {
  if (sentinels === undefined) {
    return {};
  }
  const [one, other, ...more] = Array.isArray(sentinels) ? (sentinels as unknown[]) : [];
  const fit = [one, other].every(value => z.safeParse(schema, value).success && !isEmpty(value));
  if (!fit || more.length > 0 || isDeepStrictEqual(one, other)) {
    throw new PlatformError(
      text,
      `the sentinels ${JSON.stringify(sentinels)} are not two values that differ, are not empty and keep the rules`,
      'give two values that a user may give',
    );
  }
  return { sentinels: [one as Value, other as Value] };
}

const isEmpty = (value: unknown): boolean => value === '' || Object.keys(value as object).length === 0;

function refuseCode(def: SchemaDef, { text }: Place): void {
  if ((def as { coerce?: boolean }).coerce === true || hasCode(def, 'overwrite')) {
    throw new PlatformError(
      text,
      'the value is changed while it is read, which Helm cannot do',
      'take it as it is given',
    );
  }
  if (hasCode(def)) {
    throw new PlatformError(
      text,
      'the value is checked by code, which Helm cannot run',
      'use .regex(), bounds and choices; a rule about several values goes to the root',
    );
  }
}

const hasCode = (def: SchemaDef, check = 'custom'): boolean =>
  (def.checks ?? []).some(({ _zod }) => _zod.def.check === check);
