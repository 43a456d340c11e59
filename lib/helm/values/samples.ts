import * as fc from 'fast-check';
import { PlatformError } from '../../core/platform-error';
import { isKey } from './adversarial-texts';
import { defaultValues } from './default-values';
import { mergeValues } from './merge-values';
import { readContract, type ValuesSchema } from './read-contract';
import { opaqueSamples } from './sample-opaque';
import { longTexts, textSamples } from './sample-texts';
import { pathText } from './value-path';
import type { IntegerValue, Json, ListValue, MapValue, ObjectValue, StringValue, ValueNode } from './value-node';

export type Values = { readonly [key: string]: Json };

/** Integers that programs are known to get wrong. */
const HARD_INTEGERS = [-1, 0, 1, 2, 9, 10, 999_999, 1_000_000, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1];
const MOST_ITEMS = 3;
/** How many a list or map has in the few samples that are large; as many as a schema allows, if that is not much more. */
const MANY_ITEMS = [5, 7, 11];
const MOST_KNOWN = 12;
/** Share of samples that have many items and long texts: they take longer to build. */
const LARGE = 0.04;
/** Samples among which one must keep the rules about several values: a few, or else many. */
const TRIED = [20, 1000];

/** Values that a chart may be given, drawn at random: the same ones for the same seed. */
export class ValueSamples {
  private readonly defaults: Values;

  constructor(
    private readonly schema: ValuesSchema,
    private readonly root: ObjectValue = readContract(schema),
  ) {
    this.defaults = defaultValues(root);
  }

  /** Every value of the chart, as templates see them. */
  public whole(): fc.Arbitrary<Values> {
    return this.allowed(wholeObject(this.root) as fc.Arbitrary<Values>);
  }

  /** So many samples of every value, the same ones each time: a few of them have long lists, maps and texts. */
  public drawn(count: number): readonly Values[] {
    const large = Math.ceil(count * LARGE);
    return [
      ...fc.sample(this.whole(), { numRuns: count - large, seed: 1 }),
      ...fc.sample(this.allowed(wholeObject(this.root, true) as fc.Arbitrary<Values>), { numRuns: large, seed: 1 }),
    ];
  }

  /** What a user may give: some of the values, beside those that are required. */
  public given(): fc.Arbitrary<Values> {
    return this.allowed(partOf(this.root));
  }

  /** The least that a user may give. */
  public least(): Values {
    return fc.sample(this.allowed(requiredOf(this.root)), { numRuns: 1, seed: 1 })[0]!;
  }

  /** Whether a user may give these values. */
  public accepts(given: Values): boolean {
    const merged = mergeValues(this.defaults, given);
    return isComplete(this.root, merged) && this.schema.safeParse(merged).success;
  }

  private allowed(samples: fc.Arbitrary<Values>): fc.Arbitrary<Values> {
    const accepts = (values: Values): boolean => this.accepts(values);
    if (!TRIED.some(numRuns => fc.sample(samples, { numRuns, seed: 1 }).some(accepts))) {
      throw new PlatformError(
        'values',
        `none of ${TRIED.at(-1)} samples keeps the rules about several values`,
        'write rules that defaults keep, or that more values keep',
      );
    }
    return samples.filter(accepts);
  }
}

/** Whether no value was taken away by null: zod would bring its default back, Helm does not. */
const isComplete = ({ fields }: ObjectValue, values: Values): boolean =>
  Object.entries(fields).every(([key, field]) => {
    const value = values[key];
    return value !== undefined && (field.kind !== 'object' || isComplete(field, (value ?? {}) as Values));
  });

/** @param large whether there may be many items and long texts */
function sample(node: ValueNode, large = false): fc.Arbitrary<Json> {
  const drawn = anyOf(node, large);
  return node.kind === 'object' || node.default === undefined
    ? drawn
    : fc.oneof({ arbitrary: fc.constant(node.default), weight: 1 }, { arbitrary: drawn, weight: 3 });
}

function anyOf(node: ValueNode, large: boolean): fc.Arbitrary<Json> {
  switch (node.kind) {
    case 'object':
      return wholeObject(node, large);
    case 'string':
      return texts(node, large);
    case 'choice':
      return fc.constantFrom(...node.choices);
    case 'integer':
      return integers(node);
    case 'boolean':
      return fc.boolean();
    case 'list':
      return large ? fc.oneof(lists(node, true), manyItems(node)) : lists(node);
    case 'map':
      return large ? fc.oneof(maps(node, true), manyEntries(node)) : maps(node);
    case 'opaque':
      return node.sentinels === undefined
        ? opaqueSamples(node.of)
        : fc.constantFrom<Json>(node.of === 'map' ? {} : [], ...node.sentinels);
  }
}

const wholeObject = ({ fields }: ObjectValue, large = false): fc.Arbitrary<Json> =>
  fc.record(Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, sample(field, large)])), {
    noNullPrototype: true,
  });

/** Some fields of an object, and all that are required. */
function partOf({ fields }: ObjectValue): fc.Arbitrary<Values> {
  const entries = Object.entries(fields).map(([key, field]) => {
    return [key, field.kind === 'object' ? partOf(field) : withDeletions(field)] as const;
  });
  const requiredKeys = Object.entries(fields).flatMap(([key, field]) => (isRequired(field) ? [key] : []));
  return fc.record(Object.fromEntries(entries), { requiredKeys, noNullPrototype: true }) as fc.Arbitrary<Values>;
}

function requiredOf({ fields }: ObjectValue): fc.Arbitrary<Values> {
  const entries = Object.entries(fields).flatMap(([key, field]) =>
    isRequired(field) ? [[key, field.kind === 'object' ? requiredOf(field) : sample(field)] as const] : [],
  );
  return fc.record(Object.fromEntries(entries), { noNullPrototype: true }) as fc.Arbitrary<Values>;
}

const isRequired = (node: ValueNode): boolean =>
  node.kind === 'object' ? Object.values(node.fields).some(isRequired) : node.default === undefined;

/** The value, or null for an entry of a map's default, which takes that entry away. */
function withDeletions(node: ValueNode): fc.Arbitrary<Json> {
  const known = node.kind === 'map' ? Object.keys(node.default ?? {}) : [];
  return known.length === 0
    ? sample(node)
    : fc.oneof({ arbitrary: sample(node), weight: 4 }, fc.constantFrom(...known.map(key => ({ [key]: null }))));
}

function integers({ minimum, maximum }: IntegerValue): fc.Arbitrary<number> {
  const hard = [minimum, maximum, ...HARD_INTEGERS].filter(number => number >= minimum && number <= maximum);
  return fc.oneof(
    fc.constantFrom(...hard),
    fc.maxSafeInteger().map(number => within(number, minimum, maximum)),
  );
}

/** Any integer, brought between two others. */
function within(number: number, minimum: number, maximum: number): number {
  const [least, span] = [BigInt(minimum), BigInt(maximum) - BigInt(minimum) + 1n];
  return Number(((((BigInt(number) - least) % span) + span) % span) + least);
}

function texts(node: StringValue, large: boolean): fc.Arbitrary<string> {
  const usual = textSamples(node, pathText(node.path), node.sentinels);
  const long = large ? longTexts(node) : [];
  return long.length === 0
    ? usual
    : fc.oneof({ arbitrary: usual, weight: 3 }, { arbitrary: fc.constantFrom(...long), weight: 1 });
}

function lists({ items, minItems, maxItems = Infinity }: ListValue, large = false): fc.Arbitrary<Json> {
  const longest = Math.min(maxItems, Math.max(minItems, MOST_ITEMS));
  const drawn = fc.array(sample(items, large), { minLength: minItems, maxLength: longest, size: 'max' });
  return maxItems > longest && maxItems <= 2 * MOST_ITEMS
    ? fc.oneof({ arbitrary: drawn, weight: 9 }, fc.array(sample(items), { minLength: maxItems, maxLength: maxItems }))
    : drawn;
}

/** Lists of many items, none of which is large itself. */
function manyItems(node: ListValue): fc.Arbitrary<Json> {
  const { items, minItems, maxItems = Infinity } = node;
  const counts = (maxItems <= MOST_KNOWN ? [...MANY_ITEMS, maxItems] : MANY_ITEMS).filter(
    count => count >= minItems && count <= maxItems,
  );
  return counts.length === 0
    ? lists(node)
    : fc.oneof(...counts.map(count => fc.array(sample(items), { minLength: count, maxLength: count })));
}

const maps = ({ keys, entries, path }: MapValue, large = false): fc.Arbitrary<Json> =>
  fc
    .uniqueArray(fc.tuple(textSamples(keys, pathText(path)).filter(isKey), sample(entries, large)), {
      selector: ([key]) => key,
      maxLength: MOST_ITEMS,
      size: 'max',
    })
    .map(Object.fromEntries);

/** Maps of many entries; of fewer, where the rules allow few keys. */
const manyEntries = ({ keys, entries, path }: MapValue): fc.Arbitrary<Json> =>
  fc
    .constantFrom(...MANY_ITEMS)
    .chain(count =>
      fc.array(fc.tuple(textSamples(keys, pathText(path)).filter(isKey), sample(entries)), {
        minLength: count,
        maxLength: count,
      }),
    )
    .map(Object.fromEntries);
