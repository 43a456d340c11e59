import { canonicalJson } from '../core/canonical-json';
import { PlatformError } from '../core/platform-error';
import type { ChartTree, Entry, Expression, Item, Node } from './chart-tree';
import type { Condition, Test } from './condition';
import { DERIVED_FUNCTIONS } from './derived-functions';
import type { Release } from './release';
import type { Slot } from './slot';
import type { Json } from './value-node';

interface Turn {
  readonly key: string;
  readonly item: Json;
}

/** What a template sees: the values, the release, and where the loops around it are. */
export interface Environment {
  readonly values: Json;
  readonly release: Release;
  readonly turns: ReadonlyMap<Slot, Turn>;
}

/** The objects that a chart's templates print: what the tree means. */
export function interpret(tree: ChartTree, values: Json, release: Release): Json[] {
  const environment: Environment = { values, release, turns: new Map() };
  return tree.objects.flatMap(({ node, when, over }) =>
    turnsOver(over, environment).flatMap(turn =>
      when === undefined || isTrue(when, turn) ? [evaluate(node, turn)] : [],
    ),
  );
}

/** What a node prints. */
export function evaluate(node: Node, environment: Environment): Json {
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'expression': {
      const value = evaluateExpression(node.of, environment);
      return node.as === 'text' ? String(value) : value;
    }
    case 'interpolation':
      return evaluateExpression({ kind: 'format', parts: node.parts }, environment);
    case 'opaque':
      return valueOf(node.slot, environment)!;
    case 'choice': {
      const arm = node.arms.find(({ when }) => when === undefined || isTrue(when, environment));
      return evaluate(arm!.node, environment);
    }
    case 'map':
      return mapOf(node.entries.flatMap(entry => entriesOf(entry, environment)));
    case 'list':
      return itemsOf(node.items, environment);
    case 'document':
      return `${canonicalJson(evaluate(node.map, environment))}\n`;
    case 'joined':
      return itemsOf(node.items, environment).join(node.separator);
  }
}

/** YAML has no map with the same key twice. */
function mapOf(entries: readonly [string, Json][]): Json {
  const map = Object.fromEntries(entries);
  if (Object.keys(map).length < entries.length) {
    const names = entries.map(([name]) => name);
    throw new PlatformError(
      'templates',
      `the key "${names.find((name, index) => names.indexOf(name) < index)}" would stand in a map twice`,
    );
  }
  return map;
}

function entriesOf({ key, node, when, over, spread, except = [] }: Entry, environment: Environment): [string, Json][] {
  return turnsOver(over, environment).flatMap(turn => {
    if (when !== undefined && !isTrue(when, turn)) {
      return [];
    }
    const value = evaluate(node, turn);
    const entries: [string, Json][] = spread
      ? Object.entries(value as Record<string, Json>)
      : [[typeof key === 'string' ? key : String(evaluate(key, turn)), value]];
    return entries.filter(([name]) => !except.includes(name));
  });
}

function itemsOf(items: readonly Item[], environment: Environment): Json[] {
  return items.flatMap(({ node, when, over, spread }) =>
    turnsOver(over, environment).flatMap(turn => {
      if (when !== undefined && !isTrue(when, turn)) {
        return [];
      }
      const value = evaluate(node, turn);
      return spread ? (value as Json[]) : [value];
    }),
  );
}

/** Goes through lists in their order and through maps by their keys, as Go does. */
function turnsOver(over: readonly Slot[], environment: Environment): Environment[] {
  const [scope, ...inner] = over;
  if (scope === undefined) {
    return [environment];
  }
  const collection = valueOf(scope, environment);
  const turns: Turn[] = Array.isArray(collection)
    ? collection.map((item: Json, index) => ({ key: String(index), item }))
    : inOrder(Object.entries((collection ?? {}) as Record<string, Json>)).map(([key, item]) => ({ key, item }));
  return turns.flatMap(turn =>
    turnsOver(inner, { ...environment, turns: new Map([...environment.turns, [scope, turn]]) }),
  );
}

function inOrder<Value>(entries: [string, Value][]): [string, Value][] {
  return entries.sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
}

/** What an expression stands for. */
export function evaluateExpression(expression: Expression, environment: Environment): Json {
  switch (expression.kind) {
    case 'value':
      return valueOf(expression.slot, environment)!;
    case 'key':
      return environment.turns.get(expression.scope)!.key;
    case 'release':
      return environment.release[expression.field];
    case 'text':
      return expression.text;
    case 'format':
      return expression.parts
        .map(part => (typeof part === 'string' ? part : String(evaluateExpression(part, environment))))
        .join('');
    case 'default': {
      const value = evaluateExpression(expression.value, environment);
      return isGiven(value) ? value : evaluateExpression(expression.otherwise, environment);
    }
    case 'sum':
      return expression.terms.reduce(
        (sum, { slot, factor }) => sum + factor * (valueOf(slot, environment) as number),
        expression.constant,
      );
    case 'derived':
      return DERIVED_FUNCTIONS[expression.name]!.compute(
        ...expression.inputs.map(input => evaluate(input, environment)),
      );
    case 'json':
      return goJson(String(evaluateExpression(expression.of, environment)));
  }
}

/** The JSON of a text as Go prints it: it escapes two line ends that JavaScript does not. */
function goJson(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

/** Whether a condition holds for values. */
export function isTrue(condition: Condition, environment: Environment): boolean {
  switch (condition.kind) {
    case 'test':
      return answer(condition.test, environment) !== condition.negated;
    case 'all':
      return condition.of.every(each => isTrue(each, environment));
    case 'any':
      return condition.of.some(each => isTrue(each, environment));
  }
}

function answer(test: Test, environment: Environment): boolean {
  const value = valueOf(test.slot, environment);
  switch (test.kind) {
    case 'given':
      return isGiven(value);
    case 'equals':
      return value === test.text;
    case 'above':
      return (value as number) > test.limit;
    case 'has':
      return Object.hasOwn((value ?? {}) as object, test.key);
  }
}

/** What Go takes for true. */
function isGiven(value: Json | undefined): boolean {
  return value !== null && typeof value === 'object' ? Object.keys(value).length > 0 : Boolean(value);
}

function valueOf({ scope, steps }: Slot, { values, turns }: Environment): Json | undefined {
  return steps.reduce<any>((value, step) => value?.[step], scope === undefined ? values : turns.get(scope)?.item);
}
