import type { Expression, Part } from './chart-tree';
import type { Slot } from './slot';

/** Equal texts for equal parts. */
export const partKey = (part: Part): string => (typeof part === 'string' ? part : `\u0001${expressionKey(part)}\u0002`);

function expressionKey(expression: Expression): string {
  switch (expression.kind) {
    case 'value':
      return `value ${expression.slot.id}`;
    case 'key':
      return `key ${expression.scope.id}`;
    case 'release':
      return expression.field;
    case 'text':
      return JSON.stringify(expression.text);
    case 'format':
      return expression.parts.map(partKey).join('');
    case 'default':
      return `${expressionKey(expression.value)}|${expressionKey(expression.otherwise)}`;
    case 'sum':
      return `${expression.terms.map(({ slot, factor }) => `${factor}*${slot.id}`).join('+')}+${expression.constant}`;
    case 'derived':
      return `${expression.name}(${JSON.stringify(expression.inputs, slotsAsIds)})`;
    case 'json':
      return `json ${expressionKey(expression.of)}`;
  }
}

/** For `JSON.stringify`: slots know each other, and are as different as their numbers. */
export function slotsAsIds(this: unknown, name: string, value: unknown): unknown {
  return ['slot', 'scope'].includes(name) && typeof value === 'object' ? (value as Slot).id : value;
}
