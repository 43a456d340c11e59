import * as fc from 'fast-check';
import { z } from 'zod';
import { defaultValues } from '../../../lib/helm/values/default-values';
import { mergeValues } from '../../../lib/helm/values/merge-values';
import { readContract, type ValuesSchema } from '../../../lib/helm/values/read-contract';
import { refusedValues } from '../refused-values';
import { textSamples } from '../../../lib/helm/values/sample-texts';
import { ValueSamples, type Values } from '../../../lib/helm/values/samples';
import { expectRefusal } from '../../support';
import { jobValues, webValues } from '../contracts';

const draw = <T>(samples: fc.Arbitrary<T>, numRuns = 1000, seed = 1): T[] => fc.sample(samples, { numRuns, seed });
const of = (field: z.ZodType): ValueSamples =>
  new ValueSamples(z.strictObject({ it: field.describe('It.') }) as unknown as ValuesSchema);
const drawOf = (field: z.ZodType): unknown[] => draw(of(field).whole()).map(({ it: value }) => value);

describe('the samples of values', () => {
  const web = new ValueSamples(webValues);
  const job = new ValueSamples(jobValues);

  it('keep the rules of their schema', () => {
    expect(draw(web.whole()).filter(values => !webValues.safeParse(values).success)).toEqual([]);
  });

  it('keep them with defaults for what is not given, and give all that is required', () => {
    const defaults = defaultValues(readContract(webValues));
    const given = draw(web.given());
    expect(given.filter(values => !webValues.safeParse(mergeValues(defaults, values)).success)).toEqual([]);
    expect(new Set(given.map(values => Object.keys(values).length)).size).toBeGreaterThan(5);
    expect(draw(job.given()).every(values => typeof (values['bucket'] as Values)['name'] === 'string')).toBe(true);
  });

  it('take away entries of a default map now and then', () => {
    expect(draw(web.given()).map(({ env }) => env)).toContainEqual({ LEVEL: null });
  });

  it('keep the rules about several values', () => {
    const users = draw(job.whole()).map(({ user, secret }) => [user === '', secret === '']);
    expect(users.filter(([user, secret]) => user !== secret)).toEqual([]);
    expect(users).toContainEqual([false, false]);
  });

  it('are the same for the same seed', () => {
    expect(draw(web.given(), 50, 7)).toEqual(draw(web.given(), 50, 7));
    expect(draw(web.given(), 50, 7)).not.toEqual(draw(web.given(), 50, 8));
  });

  it('have the bounds of integers, and what Go and YAML get wrong', () => {
    const ports = drawOf(z.int().min(0).max(2_000_000).default(5));
    expect(ports).toEqual(expect.arrayContaining([0, 1, 5, 1_000_000, 2_000_000]));
    expect(ports.every(port => (port as number) >= 0 && (port as number) <= 2_000_000)).toBe(true);
    const all = drawOf(z.int().default(5)) as number[];
    expect(all).toEqual(expect.arrayContaining([Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]));
    expect(all.filter(number => Math.abs(number) > 2 ** 50).length).toBeGreaterThan(100);
  });

  it('have lists of no, one, two and three items, and of as many as allowed', () => {
    const lengths = (field: z.ZodType) => new Set(drawOf(field).map(list => (list as unknown[]).length));
    expect([...lengths(z.array(z.boolean()).default([]))].sort()).toEqual([0, 1, 2, 3]);
    expect([...lengths(z.array(z.boolean()).min(2).max(5).default([true, false]))].sort()).toEqual([2, 3, 5]);
  });

  it('have many items and long texts now and then', () => {
    const large = (field: z.ZodType): any[] => [...of(field).drawn(2000)].map(({ it: value }) => value);
    const counts = (field: z.ZodType) => new Set(large(field).map(value => Object.keys(value as object).length));
    expect([...counts(z.array(z.boolean()).default([]))]).toEqual(expect.arrayContaining([0, 5, 7, 11]));
    expect([...counts(z.array(z.boolean()).max(10).default([]))].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 5, 7, 10]);
    expect([...counts(z.array(z.boolean()).min(13).default(Array(13).fill(true)))]).toEqual([13]);
    expect(Math.max(...counts(z.record(z.string(), z.string()).default({})))).toBeGreaterThan(7);
    expect(Math.max(...counts(z.record(z.string().regex(/^[ab]$/), z.string()).default({})))).toBe(2);
    const lengths = (field: z.ZodType) => new Set(large(field).map((value: string) => value.length));
    expect([
      ...lengths(
        z
          .string()
          .regex(/^[a-z]*$/)
          .default(''),
      ),
    ]).toEqual(expect.arrayContaining([80, 301]));
    expect(of(z.boolean().default(false)).drawn(50)).toHaveLength(50);
  });

  it('have hard texts as values and as keys', () => {
    const texts = ['', 'yes', 'NO', '012', '0o17', '1e3', '~', '{{ x }}', 'a: b', '# c', "it's", '"q"'];
    expect(drawOf(z.string().default('a'))).toEqual(expect.arrayContaining([...texts, '\u0085']));
    const keys = drawOf(z.record(z.string(), z.string()).default({})).flatMap(map => Object.keys(map as object));
    expect(keys).toEqual(expect.arrayContaining(texts));
    const nested = drawOf(z.record(z.string(), z.unknown()).default({}).meta({ opaque: true }));
    expect(nested.flatMap(map => Object.keys(map as object))).toEqual(expect.arrayContaining(texts));
  });

  it('have every choice', () => {
    expect([...new Set(drawOf(z.enum(['a', 'b', 'c']).default('a')))].sort()).toEqual(['a', 'b', 'c']);
  });

  it('take opaque values from the sentinels, if there are some', () => {
    const two = [{ cpu: '1' }, { cpu: '2' }];
    const field = z.record(z.string(), z.unknown()).default({}).meta({ opaque: true, sentinels: two });
    expect(new Set(drawOf(field).map(value => JSON.stringify(value)))).toEqual(
      new Set(['{}', '{"cpu":"1"}', '{"cpu":"2"}']),
    );
  });

  it('count the letters of a text as Helm does', () => {
    const texts = draw(textSamples({ minLength: 2, maxLength: 3 }, 'values.it'));
    expect(texts.filter(text => [...text].length < 2 || [...text].length > 3)).toEqual([]);
  });

  it('find texts that few patterns and lengths allow', () => {
    expect(draw(textSamples({ pattern: '^[a-z]{3}-[0-9]+$', minLength: 6 }, 'values.it'), 200)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^[a-z]{3}-[0-9]{2,}$/)]),
    );
  });

  it('refuse rules that no text was found for', () => {
    expectRefusal(
      () => textSamples({ pattern: '^a$', minLength: 5 }, 'values.it'),
      '[values.it] no text was found that keeps the rules {"pattern":"^a$","minLength":5}; widen the length, or write a pattern that says the length too, as in ^[a-z]{3,9}$',
    );
  });

  it('refuse rules about several values that nothing keeps', () => {
    const never = z
      .strictObject({ a: z.string().default('').describe('A.') })
      .refine(() => false)
      .meta({ allOf: [{}] });
    expectRefusal(
      () => new ValueSamples(never).whole(),
      '[values] none of 1000 samples keeps the rules about several values; write rules that defaults keep, or that more values keep',
    );
  });
});

describe('refusedValues', () => {
  const schema = webValues;
  const samples = new ValueSamples(schema);
  const refused = refusedValues(readContract(schema), samples.least());

  it('are all refused by the schema', () => {
    expect(refused.filter(({ values }) => samples.accepts(values))).toEqual([]);
  });

  it('differ from good values in one place, which they name', () => {
    expect(refused).toContainEqual({
      values: { image: { pullPolicy: 'not ,Always,IfNotPresent' } },
      where: 'values.image.pullPolicy',
      key: 'pullPolicy',
      why: 'no choice',
    });
    expect(refused).toContainEqual({
      values: { unknownKey: 1 },
      where: 'values',
      key: 'unknownKey',
      why: 'an unknown key',
    });
  });

  it('cover every kind of mistake', () => {
    expect([...new Set(refused.map(({ why }) => why))].sort()).toEqual([
      'a fraction',
      'a key out of its rules',
      'a text out of its rules',
      'a wrong type',
      'an entry of a wrong type',
      'an incomplete item',
      'an item of a wrong type',
      'an unknown key',
      'no choice',
      'null',
      'out of range',
      'too many items',
    ]);
  });
});

describe('mergeValues', () => {
  it.each<[what: string, defaults: Values, given: Values, merged: Values]>([
    ['maps by key', { a: { b: 1, c: 2 } }, { a: { c: 3, d: 4 } }, { a: { b: 1, c: 3, d: 4 } }],
    ['lists as a whole', { a: [1, 2] }, { a: [3] }, { a: [3] }],
    ['null as a deletion', { a: { b: 1, c: 2 }, d: 1 }, { a: { b: null }, d: null }, { a: { c: 2 } }],
    ['a map over a text', { a: 'b' }, { a: { c: 1 } }, { a: { c: 1 } }],
    ['keys that objects have by themselves', { a: {} }, { a: { constructor: 'b' } }, { a: { constructor: 'b' } }],
  ])('takes %s', (_what, defaults, given, merged) => {
    expect(mergeValues(defaults, given)).toEqual(merged);
  });
});
