import type { ObjectValue, ValueNode } from '../values/value-node';

/** A value that stands somewhere in a chart's values: everything but the objects, which only group others. */
export interface Slot {
  /** Number of the slot, in the order of declaration. */
  readonly id: number;
  readonly node: Exclude<ValueNode, ObjectValue>;
  /** The list or map whose items hold it; undefined for what stands in the values once. */
  readonly scope?: Slot;
  /** Field names from the item of the scope, or from the root of the values, down to it. */
  readonly steps: readonly string[];
}

/** Every slot of a chart's values, in the order of declaration; a list or map comes before what it holds. */
export function slotsOf(values: ObjectValue): Slot[] {
  const slots: Slot[] = [];
  collect(values, [], undefined, slots);
  return slots;
}

function collect(node: ValueNode, steps: readonly string[], scope: Slot | undefined, slots: Slot[]): void {
  if (node.kind === 'object') {
    Object.entries(node.fields).forEach(([name, field]) => collect(field, [...steps, name], scope, slots));
    return;
  }
  const slot: Slot = { id: slots.length, node, steps, ...(scope === undefined ? {} : { scope }) };
  slots.push(slot);
  const content = contentOf(node);
  if (content !== undefined) {
    collect(content, [], slot, slots);
  }
}

/** What each item of a list or each entry of a map is. */
export function contentOf(node: ValueNode): ValueNode | undefined {
  return node.kind === 'list' ? node.items : node.kind === 'map' ? node.entries : undefined;
}

/** The path of a slot as a person writes it: `ingress.hosts[].name`. */
export function slotName({ node }: Slot): string {
  return node.path.reduce((text, step) => {
    return step === '[]' || step === '{}' ? `${text}${step}` : text === '' ? step : `${text}.${step}`;
  }, '');
}

/** The lists and maps around a slot, the outermost first. */
export function scopesAround(slot: Slot): Slot[] {
  return slot.scope === undefined ? [] : [...scopesAround(slot.scope), slot.scope];
}
