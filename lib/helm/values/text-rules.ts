import type { z } from 'zod';
import { PlatformError } from '../../core/platform-error';
import { foreignToGo } from './go-pattern';
import { jsonSchemaOf } from './json-schema';
import type { TextRules } from './value-node';

/** Where rules of zod keep what they are about. */
interface Check {
  readonly pattern?: RegExp;
}

/** The rules of a text, all of which Helm can check too. */
export function textRules(schema: z.core.$ZodType, where: string): TextRules {
  const { pattern, minLength, maxLength, allOf, format } = jsonSchemaOf(schema);
  if (allOf !== undefined) {
    throw new PlatformError(where, 'the text has to match several patterns', 'write one regular expression');
  }
  if (format !== undefined && pattern === undefined) {
    throw new PlatformError(
      where,
      `Helm does not check that a text is of the format "${format}"`,
      'use .regex() with a pattern that says what is allowed',
    );
  }
  const flags = checksOf(schema).find(check => check.pattern?.flags)?.pattern?.flags;
  if (flags !== undefined) {
    throw new PlatformError(
      where,
      `the pattern /${pattern}/${flags} has flags, which a schema cannot say`,
      'write the pattern without them',
    );
  }
  const foreign = pattern === undefined ? undefined : foreignToGo(pattern);
  if (foreign !== undefined) {
    throw new PlatformError(
      where,
      `the pattern ${pattern} has ${foreign}, which Go's regular expressions cannot read, and Helm is written in Go`,
      'say it without, or as the rule of a single part',
    );
  }
  return { ...(pattern === undefined ? {} : { pattern }), ...lengths(minLength, maxLength) };
}

const lengths = (minLength?: number, maxLength?: number): TextRules => ({
  ...(minLength === undefined ? {} : { minLength }),
  ...(maxLength === undefined ? {} : { maxLength }),
});

function checksOf(schema: z.core.$ZodType): Check[] {
  const { checks = [] } = schema._zod.def;
  return [schema._zod.def as Check, ...checks.map(check => check._zod.def as unknown as Check)];
}

/** Whether a text keeps to the rules as Helm counts: code points, not the halves of one. */
export function keepsRules(text: string, { pattern, minLength = 0, maxLength = Infinity }: TextRules): boolean {
  const length = [...text].length;
  return length >= minLength && length <= maxLength && (pattern === undefined || new RegExp(pattern).test(text));
}
