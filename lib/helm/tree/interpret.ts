import { canonicalJson } from '../../core/canonical-json';
import { PlatformError } from '../../core/platform-error';
import type { Release } from '../values/release';
import type { Json } from '../values/value-node';
import type { ChartTree, Entry, Expression, Item, Node, ObjectTree, Part } from './chart-tree';
import type { Condition, Test } from './condition';
import { DERIVED_FUNCTIONS } from './derived-functions';
import type { Slot } from './slot';

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
  return tree.objects.flatMap(object => interpretObject(object, values, release));
}

/** The objects that one part of a tree prints. */
export function interpretObject(object: ObjectTree, values: Json, release: Release): Json[] {
  const objects: Json[] = [];
  forEachTurn(object, { values, release, turns: new Map() }, turn => objects.push(evaluate(object.node, turn)));
  return objects;
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
      return formatted(node.parts, environment);
    case 'opaque':
      return valueOf(node.slot, environment)!;
    case 'choice': {
      const arm = node.arms.find(({ when }) => when === undefined || isTrue(when, environment));
      return evaluate(arm!.node, environment);
    }
    case 'map':
      return mapOf(node.entries, environment);
    case 'list':
      return itemsOf(node.items, environment);
    case 'document':
      return `${canonicalJson(evaluate(node.map, environment))}\n`;
    case 'joined':
      return itemsOf(node.items, environment).join(node.separator);
  }
}

/** YAML has no map with the same key twice. */
function set(map: Record<string, Json>, name: string, value: Json): void {
  if (Object.hasOwn(map, name)) {
    throw new PlatformError('templates', `the key "${name}" would stand in a map twice`);
  }
  if (name === '__proto__') {
    Object.defineProperty(map, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    map[name] = value;
  }
}

function mapOf(entries: readonly Entry[], environment: Environment): Json {
  const map: Record<string, Json> = {};
  for (const entry of entries) {
    const { key, node, spread, except } = entry;
    forEachTurn(entry, environment, turn => {
      const value = evaluate(node, turn);
      if (spread) {
        for (const [name, field] of Object.entries(value as Record<string, Json>)) {
          if (!except?.includes(name)) {
            set(map, name, field);
          }
        }
        return;
      }
      const name = typeof key === 'string' ? key : String(evaluate(key, turn));
      if (!except?.includes(name)) {
        set(map, name, value);
      }
    });
  }
  return map;
}

function itemsOf(items: readonly Item[], environment: Environment): Json[] {
  const list: Json[] = [];
  for (const item of items) {
    forEachTurn(item, environment, turn => {
      const value = evaluate(item.node, turn);
      if (item.spread) {
        list.push(...(value as Json[]));
      } else {
        list.push(value);
      }
    });
  }
  return list;
}

/** Goes through lists in their order and through maps by their keys, as Go does, where the condition holds. */
function forEachTurn(
  { over, when }: Pick<Item, 'over' | 'when'>,
  environment: Environment,
  act: (turn: Environment) => void,
  depth = 0,
): void {
  if (depth === over.length) {
    if (when === undefined || isTrue(when, environment)) {
      act(environment);
    }
    return;
  }
  const scope = over[depth]!;
  const collection = valueOf(scope, environment);
  const turns: Turn[] = Array.isArray(collection)
    ? collection.map((item: Json, index) => ({ key: String(index), item }))
    : inOrder(Object.entries((collection ?? {}) as Record<string, Json>)).map(([key, item]) => ({ key, item }));
  for (const turn of turns) {
    const inner = { ...environment, turns: new Map(environment.turns).set(scope, turn) };
    forEachTurn({ over, when }, inner, act, depth + 1);
  }
}

function inOrder<Value>(entries: [string, Value][]): [string, Value][] {
  return entries.length < 2
    ? entries
    : entries.sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
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
      return formatted(expression.parts, environment);
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

function formatted(parts: readonly Part[], environment: Environment): string {
  let text = '';
  for (const part of parts) {
    text += typeof part === 'string' ? part : String(evaluateExpression(part, environment));
  }
  return text;
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
  let value: any = scope === undefined ? values : turns.get(scope)?.item;
  for (const step of steps) {
    value = value?.[step];
  }
  return value as Json | undefined;
}
