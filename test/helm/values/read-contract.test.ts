import { z } from 'zod';
import { opaqueList, opaqueMap } from '../../../lib/helm/values/opaque';
import { crossRules, readContract, type ValuesSchema } from '../../../lib/helm/values/read-contract';
import { expectRefusal } from '../../support';

const text = () => z.string().default('').describe('A text.');
const one = (field: z.ZodType) => z.strictObject({ tag: field }) as unknown as ValuesSchema;
const described = (schema: z.ZodType) => one(schema.describe('A value.'));

describe('readContract', () => {
  it('reads every kind of value', () => {
    const { fields } = readContract(
      z.strictObject({
        image: z
          .strictObject({ tag: z.string().regex(/^v/).min(1).max(9).default('v1').describe('Tag.') })
          .prefault({})
          .describe('Image.'),
        policy: z.enum(['Always', 'Never']).default('Never').describe('When to pull.'),
        kind: z.union([z.literal('a'), z.literal('b')]).describe('Which.'),
        level: z.literal(['low', 'high']).default('low').describe('Level.'),
        replicas: z.int().min(0).max(9).default(2).describe('Pods.'),
        port: z.number().int().gt(1023).lt(65536).default(8080).describe('Port.'),
        delta: z.int().default(0).describe('Any integer.'),
        debug: z.boolean().default(false).describe('Whether to tell more.'),
        hosts: z
          .array(z.strictObject({ name: z.string().describe('Host.'), paths: z.array(z.string()).describe('Paths.') }))
          .max(3)
          .default([])
          .describe('Hosts.'),
        env: z
          .record(z.string().regex(/^[A-Z]+$/), z.string())
          .default({})
          .describe('Variables.'),
        resources: opaqueMap('Resources.'),
        tolerations: opaqueList('Tolerations.'),
      }),
    );
    expect(fields).toEqual({
      image: {
        kind: 'object',
        path: ['image'],
        description: 'Image.',
        fields: {
          tag: {
            kind: 'string',
            path: ['image', 'tag'],
            description: 'Tag.',
            default: 'v1',
            pattern: '^v',
            minLength: 1,
            maxLength: 9,
          },
        },
      },
      policy: {
        kind: 'choice',
        path: ['policy'],
        description: 'When to pull.',
        default: 'Never',
        choices: ['Always', 'Never'],
      },
      kind: { kind: 'choice', path: ['kind'], description: 'Which.', choices: ['a', 'b'] },
      level: { kind: 'choice', path: ['level'], description: 'Level.', default: 'low', choices: ['low', 'high'] },
      replicas: { kind: 'integer', path: ['replicas'], description: 'Pods.', default: 2, minimum: 0, maximum: 9 },
      port: { kind: 'integer', path: ['port'], description: 'Port.', default: 8080, minimum: 1024, maximum: 65535 },
      delta: {
        kind: 'integer',
        path: ['delta'],
        description: 'Any integer.',
        default: 0,
        minimum: Number.MIN_SAFE_INTEGER,
        maximum: Number.MAX_SAFE_INTEGER,
      },
      debug: { kind: 'boolean', path: ['debug'], description: 'Whether to tell more.', default: false },
      hosts: {
        kind: 'list',
        path: ['hosts'],
        description: 'Hosts.',
        default: [],
        minItems: 0,
        maxItems: 3,
        items: {
          kind: 'object',
          path: ['hosts', '[]'],
          description: '',
          fields: {
            name: { kind: 'string', path: ['hosts', '[]', 'name'], description: 'Host.' },
            paths: {
              kind: 'list',
              path: ['hosts', '[]', 'paths'],
              description: 'Paths.',
              minItems: 0,
              items: { kind: 'string', path: ['hosts', '[]', 'paths', '[]'], description: '' },
            },
          },
        },
      },
      env: {
        kind: 'map',
        path: ['env'],
        description: 'Variables.',
        default: {},
        keys: { pattern: '^[A-Z]+$' },
        entries: { kind: 'string', path: ['env', '{}'], description: '' },
      },
      resources: { kind: 'opaque', path: ['resources'], description: 'Resources.', default: {}, of: 'map' },
      tolerations: { kind: 'opaque', path: ['tolerations'], description: 'Tolerations.', default: [], of: 'list' },
    });
  });

  it('keeps the order of declaration', () => {
    const schema = z.strictObject({ zebra: text(), ant: text(), image: opaqueMap('Image.') });
    expect(Object.keys(readContract(schema).fields)).toEqual(['zebra', 'ant', 'image']);
  });

  it.each(['.default().describe()', '.describe().default()', '.describe() before a rule'])('finds %s', how => {
    const field = {
      '.default().describe()': z.string().default('a').describe('Said.'),
      '.describe().default()': z.string().describe('Said.').default('a'),
      '.describe() before a rule': z.string().describe('Said.').min(1).default('a'),
    }[how]!;
    expect(readContract(one(field)).fields['tag']).toMatchObject({ description: 'Said.', default: 'a' });
  });

  it('finds what schemas of another copy of zod say, whose registry is another one', () => {
    const said = Object.assign(z.string().default('a'), { meta: () => ({ description: 'Said.' }) });
    expect(readContract(one(said)).fields['tag']).toMatchObject({ description: 'Said.' });
  });

  it('takes the bounds of fractions inwards', () => {
    const field = z.int().min(0.5).max(9.5).default(1).describe('A number.');
    expect(readContract(one(field)).fields['tag']).toMatchObject({ minimum: 1, maximum: 9 });
    const open = z.int().gt(1.5).lt(8.5).default(3).describe('A number.');
    expect(readContract(one(open)).fields['tag']).toMatchObject({ minimum: 2, maximum: 8 });
  });

  it('hands on the rules about several values, which the code beside them says too', () => {
    const rule = { if: { properties: { a: { const: '' } } }, then: { properties: { b: { const: '' } } } };
    const schema = z
      .strictObject({ a: text(), b: text() })
      .refine(({ a, b }) => a !== '' || b === '')
      .meta({ allOf: [rule] });
    expect(Object.keys(readContract(schema).fields)).toEqual(['a', 'b']);
    expect(crossRules(schema)).toEqual([rule]);
  });

  const named = (field: z.ZodType, name = 'nameOverride') =>
    z.strictObject({ [name]: field.describe('A name.') }) as unknown as ValuesSchema;

  it('takes names of ASCII letters', () => {
    const names = [z.string().regex(/^[a-z]*$/), z.enum(['', 'x']), z.string().max(0)];
    expect(names.map(field => Object.keys(readContract(named(field.default('' as never))).fields))).toEqual(
      names.map(() => ['nameOverride']),
    );
  });

  const list = (item: z.ZodType) => described(z.array(item).default([]));
  const USE = 'use texts, choices, integers, booleans, strict objects, lists, records, opaqueMap() and opaqueList()';
  const FOREIGN =
    "which Go's regular expressions cannot read, and Helm is written in Go; say it without, or as the rule of a single part";
  const CODE = 'use .regex(), bounds and choices; a rule about several values goes to the root';
  const ONE_TYPE =
    '[values.tag] the value is of more than one type, or one of several things that are no texts; use z.enum() of texts, or an object with a field that says which it is';
  const NAMES = "write z.string().regex(/^([a-z]([-a-z0-9]{0,28}[a-z0-9])?)?$/).default('')";
  const pattern = (regex: RegExp) => described(z.string().regex(regex).default(''));

  it.each<[what: string, schema: ValuesSchema, message: string]>([
    [
      'a value that may be left out',
      described(z.string().optional()),
      "[values.tag] the value may be left out, but has no default; use .default('') for a text, a field `enabled` for an object",
    ],
    [
      'a part of an item that may be left out',
      list(z.strictObject({ a: z.string().optional().describe('A.') })),
      '[values.tag[].a] the value may be left out, but has no default; let the user always give it: "" or [] can stand for none',
    ],
    [
      'null',
      described(z.string().nullable().default('')),
      "[values.tag] the value may be null, by which Helm means that the default is taken away; use .default('') for a text, a field `enabled` for an object",
    ],
    ['a value of several types', described(z.union([z.string(), z.int()]).default('')), ONE_TYPE],
    ['a choice of numbers', described(z.literal([1, 2]).default(1)), ONE_TYPE],
    [
      'something changed',
      described(z.string().transform(Number)),
      `[values.tag] values.yaml has no value of the type "pipe"; ${USE}`,
    ],
    ['a date', described(z.date()), `[values.tag] values.yaml has no value of the type "date"; ${USE}`],
    [
      'a value caught',
      described(z.string().catch('')),
      `[values.tag] values.yaml has no value of the type "catch"; ${USE}`,
    ],
    [
      'a text that is trimmed',
      described(z.string().trim().default('')),
      '[values.tag] the value is changed while it is read, which Helm cannot do; take it as it is given',
    ],
    [
      'a value forced into a type',
      described(z.coerce.number().default(1)),
      '[values.tag] the value is changed while it is read, which Helm cannot do; take it as it is given',
    ],
    [
      'a value checked by code',
      described(z.string().refine(Boolean).default('a')),
      `[values.tag] the value is checked by code, which Helm cannot run; ${CODE}`,
    ],
    [
      'an inner object checked by code',
      described(z.strictObject({ a: text() }).refine(Boolean).prefault({})),
      `[values.tag] the value is checked by code, which Helm cannot run; ${CODE}`,
    ],
    [
      'code alone at the root',
      z.strictObject({ a: text() }).refine(Boolean) as ValuesSchema,
      '[values] a rule about several values is written in code, which Helm cannot run; say it in JSON Schema too, behind the code: .meta({ allOf: [{ if: { ... }, then: { ... } }] })',
    ],
    [
      'an open object',
      described(z.object({ a: text() }).prefault({})),
      '[values.tag] the object takes keys that nobody declared; use z.strictObject()',
    ],
    [
      'an open root',
      z.object({ a: text() }) as unknown as ValuesSchema,
      '[values] the object takes keys that nobody declared; use z.strictObject()',
    ],
    [
      'a root that is no object',
      z.array(z.string()) as unknown as ValuesSchema,
      "[values] a chart's values are no array; use z.strictObject({ ... })",
    ],
    [
      'a schema of zod 3',
      one({ _def: { typeName: 'ZodString' } } as unknown as z.ZodType),
      "[values.tag] this is no schema of zod 4; install zod 4, and import { z } from 'zod'",
    ],
    [
      'a value without description',
      one(z.string().default('')),
      '[values.tag] the value has no description; add .describe() with one sentence',
    ],
    [
      'an object whose defaults would not count',
      described(z.strictObject({ a: text() })),
      '[values.tag] the object has no .prefault({}); add it, so that the defaults of its fields count',
    ],
    [
      'an object with a default of its own',
      described(z.strictObject({ a: text() }).default({ a: 'b' })),
      '[values.tag] the object has a default of its own beside those of its fields; write .prefault({}) and give each field its default',
    ],
    [
      'a fraction',
      described(z.number().default(1)),
      '[values.tag] the number may have a fraction; use z.int(), or a text such as "250m"',
    ],
    [
      'multiples',
      described(z.int().multipleOf(5).default(5)),
      '[values.tag] the number has to be a multiple of 5; let the user count in that unit, or use z.enum() of texts',
    ],
    [
      'a default in a list',
      list(z.strictObject({ a: text() })),
      '[values.tag[].a] the value has a default, but Helm fills in none in a list or a map; leave the default out, so that the user always gives the value',
    ],
    [
      'a default that breaks the rules',
      described(z.string().min(2).default('a')),
      `[values.tag] the default "a" is refused by the value's own rules: Too small: expected string to have >=2 characters; change one of the two`,
    ],
    [
      'a default with null in it',
      described(z.record(z.string(), z.unknown()).default({ a: null }).meta({ opaque: true })),
      '[values.tag] the default holds null or something else that values.yaml cannot say; use texts, integers, booleans, lists and maps of them',
    ],
    [
      'opaque values of a known shape',
      described(z.record(z.string(), z.string()).default({}).meta({ opaque: true })),
      '[values.tag] only a map or a list whose content is not checked can be opaque; use opaqueMap() or opaqueList(), or leave out `opaque`',
    ],
    [
      'keys of a map that are known',
      described(z.record(z.enum(['a']), z.string())),
      '[values.tag] the keys of the map are of the type "enum", not free texts; use z.strictObject() for names that you know, z.record(z.string(), ...) for those of the user',
    ],
    [
      'a format that is no pattern',
      described(z.url()),
      '[values.tag] Helm does not check that a text is of the format "uri"; use .regex() with a pattern that says what is allowed',
    ],
    [
      'two patterns',
      described(z.string().startsWith('a').endsWith('b')),
      '[values.tag] the text has to match several patterns; write one regular expression',
    ],
    [
      'a pattern with flags',
      pattern(/^a?/i),
      '[values.tag] the pattern /^a?/i has flags, which a schema cannot say; write the pattern without them',
    ],
    ['a look ahead', pattern(/^(?!a)/), `[values.tag] the pattern ^(?!a) has a look around, ${FOREIGN}`],
    ['a look behind', pattern(/(?<=a)b|^$/), `[values.tag] the pattern (?<=a)b|^$ has a look around, ${FOREIGN}`],
    ['a back reference', pattern(/^(a?)\1$/), `[values.tag] the pattern ^(a?)\\1$ has a back reference, ${FOREIGN}`],
    ['a named group', pattern(/^(?<x>a)?$/), `[values.tag] the pattern ^(?<x>a)?$ has a named group, ${FOREIGN}`],
    [
      'a code point',
      pattern(/^\u0041?$/),
      `[values.tag] the pattern ^\\u0041?$ has a letter by its number, ${FOREIGN}`,
    ],
    [
      'long counts',
      pattern(/^a{0,1001}$/),
      `[values.tag] the pattern ^a{0,1001}$ has more than 1000 repetitions, ${FOREIGN}`,
    ],
    [
      'sentinels that break the rules',
      described(
        z
          .string()
          .max(1)
          .default('')
          .meta({ sentinels: ['a', 'bb'] }),
      ),
      '[values.tag] the sentinels ["a","bb"] are not two values that differ, are not empty and keep the rules; give two values that a user may give',
    ],
    ...(
      [
        ['texts of any letters', named(z.string().max(80).default('')), 'nameOverride'],
        [
          'a pattern without an end',
          named(
            z
              .string()
              .regex(/^[a-z]/)
              .default('a'),
            'fullnameOverride',
          ),
          'fullnameOverride',
        ],
        [
          'a pattern with one letter beyond ASCII',
          named(
            z
              .string()
              .regex(/^[a-zé]*$/)
              .default(''),
          ),
          'nameOverride',
        ],
      ] as const
    ).map(([what, schema, name]): [string, ValuesSchema, string] => [
      `names of ${what}`,
      schema,
      `[values.${name}] names of objects are made of the value, but its rules allow letters beyond ASCII, which Helm cuts within; ${NAMES}`,
    ]),
    ...(
      [
        ['choice', z.enum(['', 'é']).default('')],
        ['integer', z.int().min(0).max(9).default(0)],
        ['boolean', z.boolean().default(false)],
      ] as const
    ).map(([kind, field]): [string, ValuesSchema, string] => [
      `a name that is of the kind ${kind}`,
      named(field),
      kind === 'choice'
        ? `[values.nameOverride] names of objects are made of the value, but its rules allow letters beyond ASCII, which Helm cuts within; ${NAMES}`
        : `[values.nameOverride] names of objects are made of the value, but it is of the kind "${kind}", which Helm cannot cut; ${NAMES}`,
    ]),
    [
      'a key that no template can read',
      z.strictObject({ 'pull-policy': text() }),
      '[values.pull-policy] "pull-policy" cannot be read as .Values.pull-policy in a template; use letters and digits, as in pullPolicy',
    ],
    [
      'a key that YAML 1.1 reads as a boolean',
      z.strictObject({ on: text() }),
      '[values.on] YAML reads the key "on" as a boolean or as null, so Helm would not find the value; give it another name',
    ],
    [
      'a key of parent charts',
      z.strictObject({ global: text() }),
      '[values.global] "global" belongs to charts that have this one as a dependency; give it another name, or put it into an object of yours',
    ],
  ])('refuses %s', (_what, schema, message) => {
    expectRefusal(() => readContract(schema), message);
  });

  it.each([/^a{0,1000}$/, /^(?:\\u[a-z])?/, /^[\w.-]+(?::\d+)?$|^$/, /^\/?[^/\n]*$/])('takes the pattern %s', regex => {
    expect(readContract(pattern(regex)).fields['tag']).toMatchObject({ pattern: regex.source });
  });

  it('hands on what worlds are made with', () => {
    const host = z
      .string()
      .default('')
      .meta({ description: 'Host.', sentinels: ['a.example', 'b.example'] });
    expect(readContract(one(host)).fields['tag']).toMatchObject({ sentinels: ['a.example', 'b.example'] });
  });

  it('lets an object be required as a whole by what it asks for', () => {
    const schema = z.strictObject({ bucket: z.strictObject({ name: z.string().describe('N.') }).describe('B.') });
    expect(readContract(schema).fields['bucket']).toMatchObject({ fields: { name: { kind: 'string' } } });
  });

  it('lets an inner object have a field that is called enabled', () => {
    const schema = z.strictObject({ ingress: z.strictObject({ enabled: text() }).prefault({}).describe('Ingress.') });
    expect(readContract(schema).fields['ingress']).toMatchObject({ fields: { enabled: { kind: 'string' } } });
  });
});
