import type { Column, Tensor, ValueType } from './model-signature';

/** A JSON Schema of the draft that OpenAPI 3.1 uses. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A form in which MLflow's scoring server takes a batch. */
export interface RequestFormat {
  /** Its key in the request. */
  readonly key: string;
  readonly schema: JsonSchema;
  /** A batch of one; undefined if it would be too long to read. */
  readonly example?: unknown;
}

type Field = Column | Tensor;

const PLAIN = {
  boolean: { schema: { type: 'boolean' }, example: true },
  integer: { schema: { type: 'integer', format: 'int32' }, example: 1 },
  long: { schema: { type: 'integer', format: 'int64' }, example: 1 },
  float: { schema: { type: 'number', format: 'float' }, example: 0.5 },
  double: { schema: { type: 'number', format: 'double' }, example: 0.5 },
  string: { schema: { type: 'string' }, example: 'text' },
  binary: { schema: { type: 'string', contentEncoding: 'base64' }, example: 'dGV4dA==' },
  datetime: {
    // Not the format date-time, which needs a time zone: MLflow refuses one.
    schema: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\d([T ]\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?)?$' },
    example: '2026-01-31T12:00:00',
  },
  any: { schema: {}, example: 'text' },
} as const;

/** Most numbers of a tensor that somebody would read. */
const READABLE = 64;

/** The JSON of one value. */
export function valueSchema(type: ValueType): JsonSchema {
  switch (type.type) {
    case 'array':
      return list(valueSchema(type.items));
    case 'map':
      return { type: 'object', additionalProperties: valueSchema(type.values) };
    case 'object': {
      const properties = Object.entries(type.properties);
      const fields = properties.map(([name, value]) => ({
        name,
        schema: valueSchema(value),
        required: value.required,
      }));
      return { ...objectOf(fields), additionalProperties: false };
    }
    default:
      return PLAIN[type.type].schema;
  }
}

/**
 * The forms in which MLflow's scoring server takes these inputs. Left out are those in which it takes them for something
 * else: where it makes arrays of columns it decodes no binary values, and mistakes nested ones.
 */
export function requestFormats(inputs: readonly Field[]): RequestFormat[] {
  const tensors = inputs.filter(isTensor);
  if (tensors.length > 0) {
    return tensorFormats(tensors);
  }
  const columns = inputs as readonly Column[];
  const asArrays = columns.every(({ type }) => type in PLAIN && type !== 'binary');
  const split: RequestFormat = { key: 'dataframe_split', ...splitFormat(columns) };
  if (columns.every(({ name }) => typeof name === 'string')) {
    const row = rowExample(columns);
    const rows = { schema: list(rowSchema(columns)), example: [row] };
    const inLists = columns.map(column => ({ ...named(column), schema: list(valueSchema(column)) }));
    return [
      split,
      { key: 'dataframe_records', ...rows },
      ...(asArrays
        ? [
            { key: 'instances', ...rows },
            {
              key: 'inputs',
              schema: objectOf(inLists),
              example: Object.fromEntries(Object.entries(row).map(([name, value]) => [name, [value]])),
            },
          ]
        : []),
    ];
  }
  if (columns.length === 1 && asArrays && columns[0]!.name === undefined) {
    const values = { schema: list(valueSchema(columns[0]!)), example: [valueExample(columns[0]!)] };
    return [split, { key: 'instances', ...values }, { key: 'inputs', ...values }];
  }
  return [split];
}

/** The JSON of what the model returns. MLflow checks none of it, and writes what has no name in several ways. */
export function responseSchema(outputs: readonly Field[]): JsonSchema {
  const tensors = outputs.filter(isTensor);
  if (tensors.length > 0) {
    return tensors.every(({ name }) => name !== undefined)
      ? objectOf(tensors.map(tensor => ({ name: tensor.name!, schema: tensorSchema(tensor) })))
      : tensorSchema(tensors[0]!);
  }
  const columns = outputs as readonly Column[];
  const [column] = columns;
  if (column === undefined) {
    return {};
  }
  if (columns.every(({ name }) => name !== undefined)) {
    const eitherWay = columns.map(one => ({
      ...named(one),
      schema: { anyOf: [valueSchema(one), list(valueSchema(one))] },
    }));
    return { anyOf: [list(rowSchema(columns)), objectOf(eitherWay)] };
  }
  if (columns.length > 1) {
    return list({});
  }
  const value = valueSchema(column);
  return { anyOf: [list(value), list({ type: 'object', additionalProperties: value }), value] };
}

interface Property {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly required?: boolean;
}

function objectOf(properties: readonly Property[]): JsonSchema {
  const required = properties.filter(property => property.required !== false).map(({ name }) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(properties.map(({ name, schema }) => [name, schema])),
    ...(required.length > 0 && { required }),
  };
}

const isTensor = (field: Field): field is Tensor => field.type === 'tensor';

const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items });

const named = (column: Column): Property => ({
  name: `${column.name}`,
  schema: valueSchema(column),
  required: column.required,
});

const rowSchema = (columns: readonly Column[]): JsonSchema => objectOf(columns.map(named));

const rowExample = (columns: readonly Column[]): Record<string, unknown> =>
  Object.fromEntries(columns.map(column => [`${column.name}`, valueExample(column)]));

/** Rows apart from the names of their columns, which may come in any order. */
function splitFormat(columns: readonly Column[]): Omit<RequestFormat, 'key'> {
  const names = columns.map(({ name }) => name).filter(name => name !== undefined);
  const kinds = new Map(columns.map(column => [JSON.stringify(valueSchema(column)), valueSchema(column)]));
  const items = kinds.size > 1 ? { anyOf: [...kinds.values()] } : [...kinds.values()][0]!;
  const fewest = columns.filter(({ required }) => required !== false).length;
  return {
    schema: {
      type: 'object',
      properties: {
        ...(names.length > 0 && {
          columns: { type: 'array', items: { enum: names }, minItems: fewest, uniqueItems: true },
        }),
        data: list({ type: 'array', items, minItems: fewest, maxItems: columns.length }),
      },
      required: [...(names.length > 0 ? ['columns'] : []), 'data'],
    },
    example: { ...(names.length > 0 && { columns: names }), data: [columns.map(valueExample)] },
  };
}

function valueExample(type: ValueType): unknown {
  switch (type.type) {
    case 'array':
      return [valueExample(type.items)];
    case 'map':
      return { key: valueExample(type.values) };
    case 'object':
      return Object.fromEntries(Object.entries(type.properties).map(([name, value]) => [name, valueExample(value)]));
    default:
      return PLAIN[type.type].example;
  }
}

function tensorFormats(tensors: readonly Tensor[]): RequestFormat[] {
  const [only] = tensors;
  if (tensors.some(({ name }) => name === undefined)) {
    const whole = { schema: tensorSchema(only!), example: tensorExample(only!) };
    return [
      { key: 'inputs', ...whole },
      { key: 'instances', ...whole },
    ];
  }
  // One instance is one step along the first dimension of each of them.
  const steps = tensors.map(tensor => {
    const { dtype, shape } = tensor['tensor-spec'];
    return { ...tensor, 'tensor-spec': { dtype, shape: shape.slice(1) } };
  });
  const batched = tensors.every(tensor => tensor['tensor-spec'].shape[0] === -1);
  return [
    { key: 'inputs', schema: tensorsSchema(tensors), example: tensorsExample(tensors) },
    ...(batched
      ? [{ key: 'instances', schema: list(tensorsSchema(steps)), example: inList(tensorsExample(steps)) }]
      : []),
  ];
}

const inList = (example: unknown): unknown => (example === undefined ? undefined : [example]);

const tensorsSchema = (tensors: readonly Tensor[]): JsonSchema =>
  objectOf(tensors.map(tensor => ({ name: tensor.name!, schema: tensorSchema(tensor) })));

function tensorsExample(tensors: readonly Tensor[]): unknown {
  const examples = tensors.map(tensor => [tensor.name!, tensorExample(tensor)]);
  return examples.every(([, example]) => example !== undefined) ? Object.fromEntries(examples) : undefined;
}

function tensorSchema({ 'tensor-spec': { dtype, shape } }: Tensor): JsonSchema {
  return shape.reduceRight(
    (items, length) => ({ ...list(items), ...(length >= 0 && { minItems: length, maxItems: length }) }),
    elementOf(dtype).schema,
  );
}

function tensorExample({ 'tensor-spec': { dtype, shape } }: Tensor): unknown {
  const lengths = shape.map(length => (length < 0 ? 1 : length));
  return lengths.reduce((product, length) => product * length, 1) > READABLE
    ? undefined
    : lengths.reduceRight<unknown>(
        (element, length) => Array.from({ length }, () => element),
        elementOf(dtype).example,
      );
}

/** The JSON of one element of a tensor, by NumPy's name of its type. */
function elementOf(dtype: string): { readonly schema: JsonSchema; readonly example: unknown } {
  if (/^u?int/.test(dtype)) {
    return { schema: { type: 'integer' }, example: 1 };
  }
  if (/^float/.test(dtype)) {
    return { schema: { type: 'number' }, example: 0.5 };
  }
  if (dtype === 'bool') {
    return PLAIN.boolean;
  }
  return /^(str|[<>|=]?U)/.test(dtype) ? PLAIN.string : PLAIN.any;
}
