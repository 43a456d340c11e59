import Ajv from 'ajv';
import * as fc from 'fast-check';
import { parse } from 'yaml';
import { z } from 'zod';
import { defaultValues } from '../../../lib/helm/values/default-values';
import { mergeValues } from '../../../lib/helm/values/merge-values';
import { crossRules, readContract } from '../../../lib/helm/values/read-contract';
import { refusedValues } from '../refused-values';
import { ValueSamples } from '../../../lib/helm/values/samples';
import { valuesSchema, withoutRequired } from '../../../lib/helm/write/values-schema';
import { valuesTable } from '../../../lib/helm/write/values-table';
import { valuesYaml } from '../../../lib/helm/write/values-yaml';
import { jobValues, webValues } from '../contracts';

const small = readContract(
  z.strictObject({
    mode: z.enum(['', 'a|b']).default('').describe('How it works.'),
    bucket: z.strictObject({ name: z.string().regex(/^a|b$/).min(3).describe('Its name.') }).describe('A bucket.'),
    hosts: z
      .array(
        z.strictObject({
          name: z.string().describe('Host.'),
          ports: z.array(z.int().min(1)).min(1).describe('Ports.'),
        }),
      )
      .default([{ name: 'on', ports: [80] }])
      .describe('Hosts.'),
    env: z.record(z.string().max(1), z.string()).default({ y: '1e3' }).describe('Variables.'),
  }),
);

describe('valuesYaml', () => {
  it('has every value in its order, with what it is and what it may be', () => {
    expect(valuesYaml(small)).toBe(`# yaml-language-server: $schema=values.schema.json

# -- How it works.
# One of: "", a|b.
mode: ""

# -- A bucket.
bucket: {}
  # -- Its name.
  # Required.
  # At least 3 characters.
  # Matches ^a|b$
  # name:

# -- Hosts.
# Each has:
#   name: Host.
#   ports: Ports. At least 1 item. Each: At least 1.
hosts:
  - name: "on"
    ports:
      - 80

# -- Variables.
# Keys: At most 1 character.
env:
  "y": "1e3"
`);
  });

  it('breaks long descriptions into lines', () => {
    const contract = readContract(
      z.strictObject({
        a: z
          .string()
          .default('')
          .describe('word '.repeat(30) + 'end.'),
      }),
    );
    expect(valuesYaml(contract)).toContain(`\n# -- ${'word '.repeat(19)}\n# `.replace(' \n', '\n'));
  });

  it.each(['1.1', '1.2'] as const)('says the defaults to YAML %s', version => {
    for (const schema of [webValues, jobValues]) {
      const contract = readContract(schema);
      expect(parse(valuesYaml(contract), { version })).toEqual(defaultValues(contract));
    }
  });
});

describe('valuesSchema', () => {
  const strict = (schema: typeof webValues | typeof jobValues) =>
    new Ajv({ strict: false }).compile(valuesSchema(readContract(schema), crossRules(schema)));

  it.each([webValues, jobValues])('allows what users may give, and refuses what they may not: %#', schema => {
    const contract = readContract(schema);
    const samples = new ValueSamples(schema, contract);
    const merged = (values: object) => mergeValues(defaultValues(contract), values as never);
    const allows = strict(schema);
    const given = fc.sample(samples.given(), { numRuns: 300, seed: 1 });
    expect(given.filter(values => !allows(merged(values)))).toEqual([]);
    const refused = refusedValues(contract, samples.least());
    expect(refused.filter(({ values }) => allows(merged(values)))).toEqual([]);
  });

  it('refuses what a rule about several values refuses', () => {
    const bucket = { name: 'data' };
    expect(strict(jobValues)({ bucket, user: 'ann', secret: '' })).toBe(false);
    expect(strict(jobValues)({ bucket, user: 'ann', secret: 'key' })).toBe(true);
  });

  it('takes what parent charts hand down, and has no bounds that nobody gave', () => {
    const schema = valuesSchema(readContract(webValues)) as any;
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(['global', 'enabled']));
    expect(schema.properties.offset).toEqual({ description: 'Any number.', type: 'integer', default: 0 });
    expect(schema).not.toHaveProperty('$id');
  });

  it('asks for nothing where a parent chart gives a part only, but in the items of lists', () => {
    const { required, properties } = withoutRequired(valuesSchema(readContract(webValues))) as any;
    expect([required, properties.image.required]).toEqual([undefined, undefined]);
    expect(properties.hosts.items.required).toEqual(['name', 'paths']);
  });
});

describe('valuesTable', () => {
  it('ends a description where more is said behind it, and leaves long patterns to the schema', () => {
    const contract = readContract(
      z.strictObject({
        size: z.int().max(9).default(1).describe('Its size'),
        name: z
          .string()
          .regex(/^[a-z]{1,20}-[a-z]{1,20}-[0-9]{1,20}$/)
          .default('a-b-1')
          .describe('Its name'),
      }),
    );
    expect(valuesTable(contract).split('\n').slice(2, -1)).toEqual([
      '| `size` | integer | `1` | Its size. At most 9. |',
      '| `name` | string | `"a-b-1"` | Its name |',
    ]);
    expect(valuesYaml(contract)).not.toContain('Matches');
  });

  it('has a row for each value, and for what lists hold', () => {
    expect(valuesTable(small).split('\n').slice(2, -1)).toEqual([
      '| `mode` | string | `""` | How it works. One of: "", a\\|b. |',
      '| `bucket.name` | string | required | Its name. At least 3 characters. Matches `^a\\|b$`. |',
      '| `hosts` | list of objects | `[{"name":"on","ports":[80]}]` | Hosts. |',
      '| `hosts[].name` | string |  | Host. |',
      '| `hosts[].ports` | list of integers |  | Ports. At least 1 item. Each: At least 1. |',
      '| `env` | map of strings | `{"y":"1e3"}` | Variables. Keys: At most 1 character. |',
    ]);
  });
});
