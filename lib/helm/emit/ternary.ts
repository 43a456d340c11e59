import type { Arm, Node } from '../tree/chart-tree';
import type { Condition } from '../tree/condition';
import { partsOf } from '../tree/default-form';
import { format, goCondition, operand, type Scope } from './go-syntax';

/** One of two texts or numbers in one action; undefined if it is no such choice. */
export function ternary(arms: readonly Arm[], scope: Scope): string | undefined {
  const [first, second] = arms;
  if (arms.length !== 2 || first!.when === undefined || second!.when !== undefined || !isBoolean(first!.when)) {
    return undefined;
  }
  const [yes, no] = [argument(first!.node, scope), argument(second!.node, scope)];
  if (yes === undefined || no === undefined || yes.isText !== no.isText) {
    return undefined;
  }
  const condition = goCondition(first!.when, scope);
  const asked = condition.includes(' ') ? `(${condition})` : condition;
  return `ternary ${yes.go} ${no.go} ${asked}${yes.isText ? ' | quote' : ''}`;
}

/** Go asks for a boolean here, not only for something that is there. */
function isBoolean(condition: Condition): boolean {
  return condition.kind === 'test'
    ? condition.negated || condition.test.kind !== 'given' || condition.test.slot.node.kind === 'boolean'
    : condition.of.every(isBoolean);
}

function argument(node: Node, scope: Scope): { readonly go: string; readonly isText: boolean } | undefined {
  if (node.kind === 'literal' && Number.isSafeInteger(node.value)) {
    return { go: String(node.value), isText: false };
  }
  if (node.kind === 'expression') {
    return { go: operand(node.of, scope), isText: node.as === 'text' };
  }
  const parts = partsOf(node);
  if (parts === undefined) {
    return undefined;
  }
  const text = format(parts, scope);
  return { go: text.startsWith('"') ? text : `(${text})`, isText: true };
}
