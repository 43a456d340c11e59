import { PlatformError } from '../../core/platform-error';
import { jsonSchemaOf } from './json-schema';
import type { Place } from './contract-place';
import type { Schema } from './unwrap-schema';

/** The texts between which a user chooses. */
export function choicesOf(schema: Schema, { text }: Place): readonly string[] {
  const { enum: listed, const: only, anyOf } = jsonSchemaOf(schema);
  const choices = anyOf?.map(each => (typeof each === 'object' ? each.const : undefined)) ?? listed ?? [only];
  if (!choices.every(choice => typeof choice === 'string')) {
    throw new PlatformError(
      text,
      'the value is of more than one type, or one of several things that are no texts',
      'use z.enum() of texts, or an object with a field that says which it is',
    );
  }
  return [...new Set(choices)];
}

/** Bounds of an integer; those that the schema does not give are the ones within which JSON, YAML and Go agree. */
export function boundsOf(schema: Schema, { text }: Place): { minimum: number; maximum: number } {
  const rules = jsonSchemaOf(schema);
  if (rules.type !== 'integer') {
    throw new PlatformError(text, 'the number may have a fraction', 'use z.int(), or a text such as "250m"');
  }
  if (rules.multipleOf !== undefined) {
    throw new PlatformError(
      text,
      `the number has to be a multiple of ${rules.multipleOf}`,
      'let the user count in that unit, or use z.enum() of texts',
    );
  }
  return {
    minimum: Math.max(
      Math.ceil(rules.minimum ?? -Number.MAX_SAFE_INTEGER),
      Math.floor(Number(rules.exclusiveMinimum ?? -Infinity)) + 1,
    ),
    maximum: Math.min(
      Math.floor(rules.maximum ?? Number.MAX_SAFE_INTEGER),
      Math.ceil(Number(rules.exclusiveMaximum ?? Infinity)) - 1,
    ),
  };
}
