import { z } from 'zod';

/** The rules of one schema as JSON Schema, in the version that all Helms check. */
export function jsonSchemaOf(schema: z.core.$ZodType): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(schema, { target: 'draft-7', io: 'output', unrepresentable: 'any' });
}
