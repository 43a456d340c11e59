import { ADVERSARIAL_TEXTS } from '../../lib/helm/values/adversarial-texts';
import type { Values } from '../../lib/helm/values/samples';
import { keepsRules } from '../../lib/helm/values/text-rules';
import { pathText } from '../../lib/helm/values/value-path';
import type { Json, ObjectValue, TextRules, ValueNode } from '../../lib/helm/values/value-node';

/** Values that a chart must refuse. */
export interface RefusedValues {
  readonly values: Values;
  /** Where the mistake is: `values.image.tag`. */
  readonly where: string;
  /** The key that an error has to name. */
  readonly key: string;
  readonly why: string;
}

interface Mistake {
  readonly value: Json;
  readonly why: string;
  /** The key that the mistake is at, if it is not the value's own. */
  readonly key?: string;
}

const UNKNOWN = 'unknownKey';
const KEY = 'KEY';

/**
 * One mistake each in otherwise good values: unknown keys, wrong types, null, and what breaks the rules of a value.
 *
 * @param good values that the chart takes
 */
export function refusedValues(root: ObjectValue, good: Values): RefusedValues[] {
  const within = (node: ObjectValue): RefusedValues[] =>
    Object.entries(node.fields).flatMap(([key, field]) => [
      ...mistakes(field).map(mistake => told(field, key, mistake)),
      ...(field.kind === 'object' ? within(field) : []),
    ]);
  const told = (field: ValueNode, key: string, { value, why, key: other = key }: Mistake): RefusedValues => ({
    values: withValue(good, field.path, value),
    where: pathText(field.path),
    key: other,
    why,
  });
  return [{ values: { ...good, [UNKNOWN]: 1 }, where: 'values', key: UNKNOWN, why: 'an unknown key' }, ...within(root)];
}

function mistakes(node: ValueNode): Mistake[] {
  return [{ value: null, why: 'null' }, { value: wrongType(node), why: 'a wrong type' }, ...brokenRules(node)];
}

function wrongType({ kind, ...node }: ValueNode): Json {
  switch (kind) {
    case 'string':
    case 'choice':
      return 1.1;
    case 'opaque':
      return 'of' in node && node.of === 'list' ? {} : [];
    case 'object':
    case 'map':
      return [];
    default:
      return 'text';
  }
}

function brokenRules(node: ValueNode): Mistake[] {
  switch (node.kind) {
    case 'object':
      return [{ value: { [UNKNOWN]: 1 }, why: 'an unknown key', key: UNKNOWN }];
    case 'string':
      return brokenTexts(node).map(value => ({ value, why: 'a text out of its rules' }));
    case 'choice':
      return [{ value: `not ${node.choices.join()}`, why: 'no choice' }];
    case 'integer':
      return [node.minimum - 1, node.maximum + 1]
        .filter(Number.isSafeInteger)
        .map(value => ({ value, why: 'out of range' }))
        .concat({ value: 1.5, why: 'a fraction' });
    case 'list':
      return brokenLists(node);
    case 'map':
      return [
        ...(keepsRules(KEY, node.keys)
          ? [{ value: { [KEY]: wrongType(node.entries) }, why: 'an entry of a wrong type' }]
          : []),
        ...brokenTexts(node.keys).map(text => ({ value: { [text]: 'x' }, why: 'a key out of its rules', key: text })),
      ];
    default:
      return [];
  }
}

function brokenLists({ items, minItems, maxItems }: ValueNode & { kind: 'list' }): Mistake[] {
  const few = minItems > 0 ? [{ value: [], why: 'too few items' }] : [];
  const wrong = [{ value: [wrongType(items)], why: 'an item of a wrong type' }];
  const incomplete =
    items.kind === 'object' && Object.keys(items.fields).length > 0 ? [{ value: [{}], why: 'an incomplete item' }] : [];
  const many = maxItems === undefined ? [] : [{ value: Array<Json>(maxItems + 1).fill('x'), why: 'too many items' }];
  return [...few, ...wrong, ...incomplete, ...many];
}

/** A text for each rule that it breaks. */
function brokenTexts(rules: TextRules): string[] {
  const { pattern, minLength = 0, maxLength } = rules;
  const foreign =
    pattern === undefined
      ? undefined
      : ADVERSARIAL_TEXTS.find(text => text.trim() !== '' && !keepsRules(text, { pattern }));
  return [
    ...(minLength > 0 ? ['x'.repeat(minLength - 1)] : []),
    ...(maxLength === undefined ? [] : ['x'.repeat(maxLength + 1)]),
    ...(foreign === undefined ? [] : [foreign]),
  ];
}

function withValue(values: Values, [step, ...rest]: readonly string[], value: Json): Values {
  const inner = (values[step!] ?? {}) as Values;
  return { ...values, [step!]: rest.length === 0 ? value : withValue(inner, rest, value) };
}
