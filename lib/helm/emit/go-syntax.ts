import type { Expression, Node, Part } from '../tree/chart-tree';
import type { Condition, Test } from '../tree/condition';
import { partsOf } from '../tree/default-form';
import { DERIVED_FUNCTIONS } from '../tree/derived-functions';
import type { Slot } from '../tree/slot';
import { charactersOf, staysInLine, type MayHold } from '../values/pattern-characters';
import type { ChartIdentity } from '../values/release';
import { releaseInGo } from './release-in-go';
import type { TextHelpers } from './text-helpers';
import { goText } from './yaml-scalar';

/** Names of variables in a loop. */
export interface LoopNames {
  readonly item: string;
  readonly key?: string;
}

/** Which structures may stand in one line: lists of words and numbers, or any that is there as a whole. */
export type FlowStyle = 'words' | 'all';

/** Where in a template something is printed. */
export interface Scope {
  readonly chart: ChartIdentity;
  /** How the root is called: nothing where the dot is the root. */
  readonly root: '' | '$';
  readonly loops: ReadonlyMap<Slot, LoopNames>;
  /** How many conditions and loops are around. */
  readonly depth: number;
  /** Values that the conditions around have found to be there. */
  readonly given: readonly Slot[];
  /** The value that the dot is. */
  readonly dot?: Slot;
  /** The helpers that print texts. */
  readonly texts: TextHelpers;
  /** Whether the full name of the release is in a variable. */
  readonly hasFullname?: boolean;
  readonly flow: FlowStyle;
}

/** The variable that holds the full name where a template needs it often. */
export const FULLNAME = '$fullname';

/** From here on Go prints numbers of values files with an exponent. */
const EXPONENT = 1_000_000;

/** A value of a chart. */
export function reference(slot: Slot, { root, loops, dot }: Scope): string {
  if (slot === dot) {
    return '.';
  }
  if (slot.scope === undefined) {
    return `${root}.Values.${slot.steps.join('.')}`;
  }
  return [loops.get(slot.scope)!.item, ...slot.steps].join('.');
}

/** Whether a number must be turned into one of Go's integers to be printed. */
export const isLarge = ({ node }: Slot): boolean =>
  node.kind === 'integer' && (node.maximum >= EXPONENT || node.minimum <= -EXPONENT);

/** The action that prints an expression, without its braces. */
export function pipeline(expression: Expression, scope: Scope): string {
  switch (expression.kind) {
    case 'value': {
      const value = reference(expression.slot, scope);
      return isLarge(expression.slot) ? `int64 ${value}` : value;
    }
    case 'key':
      return scope.loops.get(expression.scope)!.key!;
    case 'release':
      return scope.hasFullname === true && expression.field === 'fullname'
        ? FULLNAME
        : releaseInGo(scope.chart, expression.field, scope.root);
    case 'text':
      return goText(expression.text);
    case 'format':
      return format(expression.parts, scope);
    case 'default':
      return `${operand(expression.value, scope)} | default ${operand(expression.otherwise, scope)}`;
    case 'sum':
      return sum(expression, scope);
    case 'derived':
      return `${textOf(expression.inputs[0]!, scope)} | ${DERIVED_FUNCTIONS[expression.name]!.pipeline}`;
    case 'json':
      return `${operand(expression.of, scope)} | toRawJson`;
  }
}

/** The same as an argument of a function. */
export function operand(expression: Expression, scope: Scope): string {
  const text = pipeline(expression, scope);
  return / /.test(text) && expression.kind !== 'text' ? `(${text})` : text;
}

/** `printf` for a text with values in it. */
export function format(parts: readonly Part[], scope: Scope): string {
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'object') {
    return pipeline(only, scope);
  }
  const verbs = parts.map(part => (typeof part === 'string' ? part.replaceAll('%', '%%') : verbOf(part)));
  const values = parts.flatMap(part => (typeof part === 'string' ? [] : [operand(part, scope)]));
  return values.length === 0
    ? goText(verbs.join('').replaceAll('%%', '%'))
    : `printf ${goText(verbs.join(''))} ${values.join(' ')}`;
}

/** Whether an expression is a text in Go too, whatever the values. */
function isText(expression: Expression): boolean {
  switch (expression.kind) {
    case 'value':
      return expression.slot.node.kind === 'string' || expression.slot.node.kind === 'choice';
    case 'default':
      return isText(expression.value) && isText(expression.otherwise);
    default:
      return expression.kind !== 'sum';
  }
}

function verbOf(expression: Expression): string {
  if (expression.kind === 'sum') {
    return '%d';
  }
  if (expression.kind === 'default' && !isText(expression)) {
    return '%v';
  }
  const kind = expression.kind === 'value' ? expression.slot.node.kind : 'string';
  return kind === 'integer'
    ? isLarge((expression as { slot: Slot }).slot)
      ? '%d'
      : '%v'
    : kind === 'boolean'
      ? '%t'
      : '%s';
}

/** A text that a function is applied to. */
function textOf(node: Node, scope: Scope): string {
  const helper = scope.texts.textOf(node, scope.root);
  if (helper !== undefined) {
    return helper;
  }
  const parts = partsOf(node) ?? [];
  const [only] = parts;
  const text = format(parts, scope);
  return parts.length === 1 && typeof only === 'object' && !isText(only) ? `${text} | toString` : text;
}

function sum({ terms, constant }: Expression & { kind: 'sum' }, scope: Scope): string {
  const products = terms.map(({ slot, factor }) => {
    const value = reference(slot, scope);
    return { text: Math.abs(factor) === 1 ? value : `(mul ${value} ${Math.abs(factor)})`, negative: factor < 0 };
  });
  const added = products.filter(({ negative }) => !negative).map(({ text }) => text);
  const taken = products.filter(({ negative }) => negative).map(({ text }) => text);
  const start = [...added, ...(constant > 0 || added.length === 0 ? [String(constant)] : [])];
  const minus = [...taken, ...(constant < 0 && added.length > 0 ? [String(-constant)] : [])];
  const plus = start.length === 1 ? start[0]! : `add ${start.join(' ')}`;
  const whole = minus.reduce(
    (text, part) => `sub ${/ /.test(text) && !text.startsWith('(') ? `(${text})` : text} ${part}`,
    plus,
  );
  return whole.startsWith('(') && whole.endsWith(')') && minus.length === 0 ? whole.slice(1, -1) : whole;
}

/** A condition behind `if`. */
export function goCondition(condition: Condition, scope: Scope): string {
  if (condition.kind === 'test') {
    return goTest(condition.test, condition.negated, scope);
  }
  const inner = condition.of.map(each => {
    const text = goCondition(each, scope);
    return / /.test(text) ? `(${text})` : text;
  });
  return `${condition.kind === 'all' ? 'and' : 'or'} ${inner.join(' ')}`;
}

function goTest(test: Test, negated: boolean, scope: Scope): string {
  const value = reference(test.slot, scope);
  switch (test.kind) {
    case 'given':
      return negated ? `not ${value}` : value;
    case 'equals':
      return `${negated ? 'ne' : 'eq'} ${value} ${goText(test.text)}`;
    case 'above':
      return `${negated ? 'le' : 'gt'} (int64 ${value}) ${test.limit}`;
    case 'has': {
      const has = `hasKey ${value} ${goText(test.key)}`;
      return negated ? `not (${has})` : has;
    }
  }
}

/** Whether a part of a text may stand between quotes of a kind as it is. */
export function isQuotable(part: Part, quote: '"' | "'" = '"'): boolean {
  const marks = quote === '"' ? ['"', '\\'] : [quote];
  return (
    typeof part === 'string' ||
    (part.kind !== 'json' && isWithin(part, mayHold => !marks.some(mark => mayHold(mark)) && staysInLine(mayHold)))
  );
}

/** Whether a part of a text ends no line, and may stand in YAML as it is. */
export function isInline(part: Part): boolean {
  return typeof part === 'string' || isWithin(part, staysInLine);
}

/** Whether a value has no space at its start, whatever it is. */
export function isSpaceless(part: Expression): boolean {
  return (
    part.kind === 'release' ||
    (part.kind === 'value' && part.slot.node.kind === 'string' && !charactersOf(part.slot.node)(' '))
  );
}

/** Whether everything that an expression may print holds only what is asked for. */
function isWithin(expression: Expression, holds: (mayHold: MayHold) => boolean): boolean {
  const isHeld = (text: string): boolean => holds(character => text.includes(character));
  switch (expression.kind) {
    case 'value': {
      const { node } = expression.slot;
      return node.kind === 'string' ? holds(charactersOf(node)) : node.kind !== 'choice' || node.choices.every(isHeld);
    }
    case 'key':
      return expression.scope.node.kind === 'map' && holds(charactersOf(expression.scope.node.keys));
    case 'text':
      return isHeld(expression.text);
    case 'format':
      return expression.parts.every(part => (typeof part === 'string' ? isHeld(part) : isWithin(part, holds)));
    case 'default':
      return isWithin(expression.value, holds) && isWithin(expression.otherwise, holds);
    case 'json':
    case 'release':
    case 'sum':
    case 'derived':
      return true;
  }
}
