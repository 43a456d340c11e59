import type { Arm, Expression, Node, Part } from './chart-tree';
import { partKey } from './part-key';
import type { Slot } from './slot';

/** `value | default other` for two texts that differ in one value, which the condition between them asks for. */
export function asDefault(arms: readonly Arm[]): Node | undefined {
  const [first, second] = arms;
  const test = first?.when;
  if (
    arms.length !== 2 ||
    test?.kind !== 'test' ||
    test.test.kind !== 'given' ||
    test.test.slot.node.kind !== 'string'
  ) {
    return undefined;
  }
  const [given, empty] = test.negated ? [second!.node, first!.node] : [first!.node, second!.node];
  const [own, other] = [partsOf(given), partsOf(empty)];
  if (own === undefined || other === undefined) {
    return undefined;
  }
  const index = own.findIndex(part => isValue(part, test.test.slot));
  const rest = index === -1 ? undefined : between(other, own.slice(0, index), own.slice(index + 1));
  if (rest === undefined) {
    return undefined;
  }
  const value = own[index] as Expression;
  const otherwise: Expression | undefined =
    rest.length === 0
      ? undefined
      : rest.length > 1
        ? { kind: 'format', parts: rest }
        : typeof rest[0] === 'string'
          ? { kind: 'text', text: rest[0] }
          : rest[0]!;
  return nodeOf(own.with(index, otherwise === undefined ? value : { kind: 'default', value, otherwise }));
}

/** The parts of a text; undefined for what is no text. */
export function partsOf(node: Node): readonly Part[] | undefined {
  switch (node.kind) {
    case 'literal':
      return typeof node.value === 'string' ? (node.value === '' ? [] : [node.value]) : undefined;
    case 'expression':
      return node.as === 'text' ? [node.of] : undefined;
    case 'interpolation':
      return node.parts;
    default:
      return undefined;
  }
}

/** A text of these parts. */
export function nodeOf(parts: readonly Part[]): Node {
  const merged = parts.reduce<Part[]>((all, part) => {
    const last = all.at(-1);
    return typeof part === 'string' && typeof last === 'string' ? [...all.slice(0, -1), last + part] : [...all, part];
  }, []);
  if (merged.length > 1) {
    return { kind: 'interpolation', parts: merged };
  }
  const [only = ''] = merged;
  return typeof only === 'string' ? { kind: 'literal', value: only } : { kind: 'expression', of: only, as: 'text' };
}

const isValue = (part: Part, slot: Slot): boolean =>
  typeof part !== 'string' && part.kind === 'value' && part.slot === slot;

/** What stands between a beginning and an end. */
function between(parts: readonly Part[], start: readonly Part[], end: readonly Part[]): readonly Part[] | undefined {
  const [first = '', last = ''] = [start.at(-1), end[0]];
  const whole = parts.map(partKey).join('');
  const [head, tail] = [start.map(partKey).join(''), end.map(partKey).join('')];
  if (whole.length < head.length + tail.length || !whole.startsWith(head) || !whole.endsWith(tail)) {
    return undefined;
  }
  let left = [...parts];
  // Whole parts first, then what the first and last text share with their neighbours.
  const fixed = typeof first === 'string' ? start.length - (start.length > 0 ? 1 : 0) : start.length;
  left = left.slice(fixed);
  if (typeof first === 'string' && first !== '') {
    left = typeof left[0] === 'string' ? [left[0].slice(first.length), ...left.slice(1)] : left;
  }
  const fixedEnd = typeof last === 'string' ? end.length - (end.length > 0 ? 1 : 0) : end.length;
  left = left.slice(0, left.length - fixedEnd);
  if (typeof last === 'string' && last !== '') {
    const at = left.length - 1;
    const text = left[at];
    left = typeof text === 'string' ? left.with(at, text.slice(0, text.length - last.length)) : left;
  }
  return left.filter(part => part !== '');
}
