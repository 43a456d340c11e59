import type { Item, Node, Part } from '../tree/chart-tree';
import { nodeOf, partsOf } from '../tree/default-form';
import { isInline } from './go-syntax';
import { fitsBlock } from './yaml-scalar';

/** A text with values in it as its lines, if it has several. */
export function inLines(node: Node): Node {
  const ends =
    node.kind === 'interpolation' && node.parts.some(part => typeof part === 'string' && part.includes('\n'));
  if (!ends) {
    return node;
  }
  const lines: Part[][] = [[]];
  for (const part of node.parts) {
    const [first, ...rest] = typeof part === 'string' ? part.split('\n') : [part];
    lines.at(-1)!.push(first!);
    lines.push(...rest.map(text => [text]));
  }
  return { kind: 'joined', separator: '\n', items: lines.map(parts => ({ node: nodeOf(withText(parts)), over: [] })) };
}

const withText = (parts: readonly Part[]): Part[] => parts.filter(part => part !== '');

export const textLines = (text: string): string[] => text.replace(/\n$/, '').split('\n');

export const isLiteral = (item: Item | undefined, value: string): boolean =>
  item?.node.kind === 'literal' && item.node.value === value && item.when === undefined && item.over.length === 0;

/** Whether items can be lines of a block: no value in them ends a line, and the first tells how far it is indented. */
export function isBlock(items: readonly Item[]): boolean {
  const nodes = items.flatMap(({ node }) => (node.kind === 'choice' ? node.arms.map(arm => arm.node) : [node]));
  const inLine = nodes.every(
    node =>
      node.kind !== 'opaque' &&
      (node.kind === 'joined'
        ? node.items.every(({ node: part }) => (partsOf(part) ?? []).every(isInline))
        : (partsOf(node) ?? []).every(isInline)),
  );
  const [first] = items;
  const [start] =
    first === undefined || first.when !== undefined || first.over.length > 0 ? [] : (partsOf(first.node) ?? []);
  const last = isLiteral(items.at(-1), '') ? items.at(-2) : items.at(-1);
  const [end] =
    last === undefined || last.when !== undefined || last.over.length > 0 ? [] : (partsOf(last.node) ?? []).slice(-1);
  const texts = nodes.flatMap(node => partsOf(node) ?? []).filter(part => typeof part === 'string');
  return (
    inLine &&
    typeof start === 'string' &&
    /^\S/.test(start) &&
    typeof end === 'string' &&
    /\S$/.test(end) &&
    texts.every(text => fitsBlock(`x${text}`)) &&
    items.every((item, index) => {
      const next = items[index + 1];
      return !isControlled(item) && (next === undefined || !isControlled(next)) ? true : endsAreKept(item);
    })
  );
}

/** Whether actions stand around a line, which trim what is before them. */
const isControlled = ({ node, when, over }: Item): boolean =>
  when !== undefined || over.length > 0 || node.kind === 'choice' || node.kind === 'joined';

/** Whether no line that may stand here ends with a blank. */
const endsAreKept = ({ node }: Item): boolean =>
  (node.kind === 'choice' ? node.arms.map(arm => arm.node) : [node]).every(line => {
    const last = partsOf(line)?.at(-1);
    return line.kind === 'joined' || (typeof last === 'string' ? /\S$/.test(last) : last !== undefined);
  });
