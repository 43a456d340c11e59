import type { Json, ObjectValue, TextRules, ValueNode } from '../values/value-node';

export type JsonSchema = { readonly [key: string]: Json };

/** What charts that have this one as a dependency hand down, whether it is of use or not. */
export const FROM_PARENTS = {
  global: { type: 'object', description: 'Values for all charts of a release; not used here.' },
  enabled: { type: 'boolean', description: 'Whether a parent chart installs this one; not used here.' },
};

/** values.schema.json, by which Helm refuses values: draft-07, which every Helm knows. */
export function valuesSchema(root: ObjectValue, rules: readonly Json[] = []): JsonSchema {
  const schema = objectSchema(root) as { properties: JsonSchema };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...schema,
    properties: { ...schema.properties, ...FROM_PARENTS },
    ...(rules.length > 0 && { allOf: rules }),
  };
}

/** Every field is required: those with a default come from values.yaml, unless somebody sets them to null. */
const objectSchema = ({ fields }: ObjectValue): JsonSchema => ({
  type: 'object',
  required: Object.keys(fields),
  additionalProperties: false,
  properties: Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, described(field)])),
});

const described = (node: ValueNode): JsonSchema => ({
  ...(node.description !== '' && { description: node.description }),
  ...schemaOf(node),
  ...(node.kind !== 'object' && node.default !== undefined && { default: node.default }),
});

function schemaOf(node: ValueNode): JsonSchema {
  switch (node.kind) {
    case 'object':
      return objectSchema(node);
    case 'string':
      return { type: 'string', ...textSchema(node) };
    case 'choice':
      return { type: 'string', enum: node.choices };
    case 'integer':
      return {
        type: 'integer',
        ...(node.minimum !== Number.MIN_SAFE_INTEGER && { minimum: node.minimum }),
        ...(node.maximum !== Number.MAX_SAFE_INTEGER && { maximum: node.maximum }),
      };
    case 'boolean':
      return { type: 'boolean' };
    case 'list':
      return {
        type: 'array',
        ...(node.minItems > 0 && { minItems: node.minItems }),
        ...(node.maxItems !== undefined && { maxItems: node.maxItems }),
        items: described(node.items),
      };
    case 'map': {
      const keys = textSchema(node.keys);
      return {
        type: 'object',
        ...(Object.keys(keys).length > 0 && { propertyNames: keys }),
        additionalProperties: described(node.entries),
      };
    }
    case 'opaque':
      return { type: node.of === 'map' ? 'object' : 'array' };
  }
}

const textSchema = ({ pattern, minLength, maxLength }: TextRules): JsonSchema => ({
  ...(minLength !== undefined && { minLength }),
  ...(maxLength !== undefined && { maxLength }),
  ...(pattern !== undefined && { pattern }),
});

/** The same for values of which some are still to come: from the defaults of a chart that is brought along. */
export const withoutRequired = (schema: JsonSchema): JsonSchema =>
  schema['type'] === 'object' && 'properties' in schema
    ? {
        ...Object.fromEntries(Object.entries(schema).filter(([key]) => key !== 'required' && key !== 'allOf')),
        properties: Object.fromEntries(
          Object.entries(schema['properties'] as JsonSchema).map(([key, inner]) => [
            key,
            withoutRequired(inner as JsonSchema),
          ]),
        ),
      }
    : schema;
