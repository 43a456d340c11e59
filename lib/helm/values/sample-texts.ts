import * as fc from 'fast-check';
import { PlatformError } from '../../core/platform-error';
import { ADVERSARIAL_TEXTS } from './adversarial-texts';
import { keepsRules } from './text-rules';
import type { TextRules } from './value-node';

/** Letters of the first kilobyte, of all planes, and those between. */
const CODE_POINT = fc
  .oneof(fc.nat(0x3ff), fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map(code => String.fromCodePoint(code));
/** Texts made for a pattern before it is known how many of them the other rules leave. */
const TRIED = 200;
/** Share of texts that must keep all rules, so that more of them can be made while samples are drawn. */
const ENOUGH = 0.2;
const LONGEST = 2000;
/** Halves of a code point are in no JSON, and Helm 3 refuses these control characters wherever it checks a schema. */
const REFUSED = /[\p{Surrogate}\u007f-\u0084\u0086-\u009f\ufffe\uffff]/u;

/**
 * Texts that keep the rules: hard ones, short and long ones, and whatever the rules allow.
 *
 * @param also texts that are likely to matter, such as the default
 */
export function textSamples(rules: TextRules, where: string, also: readonly string[] = []): fc.Arbitrary<string> {
  const { pattern, minLength, maxLength } = rules;
  const key = JSON.stringify([pattern, minLength, maxLength, also]);
  const samples = known.get(key) ?? newSamples(rules, where, also);
  known.set(key, samples);
  return samples;
}

/** Samples by their rules: most values share theirs with others, and patterns take long to read. */
const known = new Map<string, fc.Arbitrary<string>>();

function newSamples(rules: TextRules, where: string, also: readonly string[]): fc.Arbitrary<string> {
  const keeps = (text: string): boolean => keepsRules(text, rules) && !REFUSED.test(text);
  const hard = [...also, ...ADVERSARIAL_TEXTS].filter(keeps);
  const free = anyText(rules);
  const tried = fc.sample(free, { numRuns: TRIED, seed: 1 }).filter(keeps);
  const bounds = [
    ...boundaries(rules),
    ...tried.sort((one, other) => one.length - other.length).slice(0, 1),
    ...tried.slice(-1),
  ];
  const likely = [...new Set([...hard, ...bounds.filter(keeps)])];
  if (likely.length === 0) {
    throw new PlatformError(
      where,
      `no text was found that keeps the rules ${JSON.stringify(rules)}`,
      'widen the length, or write a pattern that says the length too, as in ^[a-z]{3,9}$',
    );
  }
  if (tried.length >= TRIED * ENOUGH) {
    return fc.oneof({ arbitrary: fc.constantFrom(...likely), weight: 2 }, { arbitrary: free.filter(keeps), weight: 1 });
  }
  return fc.constantFrom(...new Set([...likely, ...tried]));
}

/** Texts that are longer than what is usual, where the rules set no bound. */
export const longTexts = (rules: TextRules): readonly string[] =>
  rules.maxLength === undefined
    ? UNUSUAL_LENGTHS.flatMap(length => REPEATED.map(part => part.repeat(length).slice(0, length))).filter(text =>
        keepsRules(text, rules),
      )
    : [];

const UNUSUAL_LENGTHS = [80, 301];
const REPEATED = ['x', 'x-0', 'X', '0', '/x'];

/** Texts that keep most of the rules. */
function anyText({ pattern, minLength = 0, maxLength = LONGEST }: TextRules): fc.Arbitrary<string> {
  if (pattern !== undefined) {
    return fc.oneof(
      fc.stringMatching(new RegExp(pattern), { maxLength: Math.min(maxLength, LONGEST) }),
      fc.stringMatching(new RegExp(pattern), { size: 'xsmall' }),
    );
  }
  const length = { minLength, maxLength: Math.max(minLength, Math.min(maxLength, minLength + 30)) };
  return fc.oneof(fc.string(length), fc.string({ unit: CODE_POINT, ...length }));
}

const boundaries = ({ minLength, maxLength }: TextRules): string[] =>
  [minLength, maxLength].flatMap(length => (length === undefined ? [] : ['x'.repeat(Math.min(length, LONGEST))]));
