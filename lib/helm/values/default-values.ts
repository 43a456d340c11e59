import type { Json, ObjectValue, ValueNode } from './value-node';

/** What values.yaml says: every default, without what the user must give. */
export function defaultValues(root: ObjectValue): { readonly [key: string]: Json } {
  const entries = Object.entries(root.fields).flatMap(([key, node]) => {
    const value = defaultOf(node);
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(entries);
}

const defaultOf = (node: ValueNode): Json | undefined => (node.kind === 'object' ? defaultValues(node) : node.default);
