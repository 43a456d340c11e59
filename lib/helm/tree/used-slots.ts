import type { ChartTree, Expression, Node, Part } from './chart-tree';
import { slotsAsked, type Condition } from './condition';
import type { Slot } from './slot';

/** Every value that a tree prints or asks about. */
export function usedSlots(tree: ChartTree): ReadonlySet<Slot> {
  const used = new Set<Slot>();
  for (const { node, when, over } of tree.objects) {
    over.forEach(slot => used.add(slot));
    ask(when, used);
    collect(node, used);
  }
  return used;
}

function collect(node: Node, used: Set<Slot>): void {
  switch (node.kind) {
    case 'literal':
      return;
    case 'expression':
      slotsOf(node.of).forEach(slot => used.add(slot));
      return;
    case 'interpolation':
      node.parts.flatMap(slotsOf).forEach(slot => used.add(slot));
      return;
    case 'opaque':
      used.add(node.slot);
      return;
    case 'choice':
      node.arms.forEach(({ when, node: inner }) => {
        ask(when, used);
        collect(inner, used);
      });
      return;
    case 'map':
      node.entries.forEach(({ key }) => typeof key !== 'string' && collect(key, used));
      node.entries.forEach(entry => repeated(entry, used));
      return;
    case 'document':
      collect(node.map, used);
      return;
    case 'list':
    case 'joined':
      node.items.forEach(item => repeated(item, used));
  }
}

function repeated(
  { node, when, over }: { node: Node; when?: Condition; over: readonly Slot[] },
  used: Set<Slot>,
): void {
  over.forEach(slot => used.add(slot));
  ask(when, used);
  collect(node, used);
}

function ask(condition: Condition | undefined, used: Set<Slot>): void {
  if (condition !== undefined) {
    slotsAsked(condition).forEach(slot => used.add(slot));
  }
}

/** The values that an expression or a part of a text prints. */
export function slotsOf(part: Part | Expression): Slot[] {
  if (typeof part === 'string') {
    return [];
  }
  switch (part.kind) {
    case 'value':
      return [part.slot];
    case 'key':
      return [part.scope];
    case 'release':
    case 'text':
      return [];
    case 'format':
      return part.parts.flatMap(slotsOf);
    case 'default':
      return [...slotsOf(part.value), ...slotsOf(part.otherwise)];
    case 'sum':
      return part.terms.map(({ slot }) => slot);
    case 'derived': {
      const used = new Set<Slot>();
      part.inputs.forEach(input => collect(input, used));
      return [...used];
    }
    case 'json':
      return slotsOf(part.of);
  }
}

/** Every value that a node prints or asks about. */
export function usedSlotsOf(node: Node): ReadonlySet<Slot> {
  const used = new Set<Slot>();
  collect(node, used);
  return used;
}

/** What a node prints or asks about: values, and for anything else of the template the release's own fields too. */
export function slotsIn(node: Node, key?: string | Node): (Slot | 'release')[] {
  const used = new Set<Slot>();
  collect(node, used);
  if (key !== undefined && typeof key !== 'string') {
    collect(key, used);
  }
  const text = JSON.stringify([node, key], (name, value: unknown) =>
    name === 'slot' || name === 'scope' || name === 'over' ? undefined : value,
  );
  return text.includes('"kind":"release"') ? [...used, 'release'] : [...used];
}
