import {
  hasOwnHelper,
  type ChartTree,
  type Entry,
  type Expression,
  type Item,
  type Node,
  type Part,
} from '../tree/chart-tree';
import { partsOf } from '../tree/default-form';
import { slotsAsIds } from '../tree/part-key';
import { include } from './go-include';
import type { HelperNames } from './helper-names';
import { isBlock } from './text-block';

/** Texts of several lines that something is computed from, so that they are printed by a helper. */
export class TextHelpers {
  private readonly nodes = new Map<string, { readonly name: string; readonly node: Node }>();

  constructor(helpers: HelperNames, tree: ChartTree) {
    const inputs = new Map<string, Node>();
    const names = new Map<string, string>();
    tree.objects.forEach(({ node }) =>
      visit(node, undefined, (each, key) => {
        if (each.kind === 'joined' || each.kind === 'document') {
          const id = keyOf(each);
          if (key !== undefined && !names.has(id)) {
            names.set(id, key);
          }
        }
        for (const input of [...inputsOf(each), ...(each.kind === 'document' ? [each] : [])]) {
          if (hasOwnHelper(input)) {
            inputs.set(keyOf(input), input);
          }
        }
      }),
    );
    for (const [id, node] of inputs) {
      this.nodes.set(id, { name: helpers.take(names.get(id) ?? 'text'), node });
    }
  }

  /** The name of the helper that prints a text; undefined if there is none. */
  public nameOf(node: Node): string | undefined {
    return hasOwnHelper(node) ? this.nodes.get(keyOf(node))?.name : undefined;
  }

  /** How a template gets a text, its last line end included. */
  public textOf(node: Node, root: string): string | undefined {
    const included = this.included(node, root);
    return included && hasLines(node) && endsLine(node) ? `${included} | printf "%s\\n"` : included;
  }

  /** How a template gets a text without the line end behind it, for the lines of a block; undefined if they cannot be one. */
  public linesOf(node: Node, root: string): Block | undefined {
    const go = hasLines(node) ? this.included(node, root) : undefined;
    return go === undefined ? undefined : { mark: endsLine(node) ? '|' : '|-', go };
  }

  private included(node: Node, root: string): string | undefined {
    const name = this.nameOf(node);
    const included = name && include(name, root);
    return included && node.kind === 'document' ? `${included} | fromYaml | toPrettyJson` : included;
  }

  public helpers(): readonly { readonly name: string; readonly node: Node }[] {
    return [...this.nodes.values()];
  }
}

/** The lines of a text that a helper prints, and how a block of them begins. */
interface Block {
  readonly mark: '|' | '|-';
  readonly go: string;
}

/** Whether a helper has a text line by line; it puts any other together from its parts. */
export const hasLines = (node: Node): boolean =>
  node.kind === 'document' || (node.kind === 'joined' && node.separator === '\n' && isBlock(node.items));

/** A helper trims the end of its last line. */
const endsLine = (node: Node): boolean => {
  if (node.kind === 'document') {
    return true;
  }
  const last = node.kind === 'joined' ? node.items.at(-1)?.node : undefined;
  return last?.kind === 'literal' && last.value === '';
};

const keyOf = (node: Node): string => JSON.stringify(node, slotsAsIds);

function visit(node: Node, key: string | undefined, see: (node: Node, key: string | undefined) => void): void {
  see(node, key);
  switch (node.kind) {
    case 'map':
      node.entries.forEach((entry: Entry) => visit(entry.node, keyText(entry.key), see));
      return;
    case 'document':
      visit(node.map, undefined, see);
      return;
    case 'list':
    case 'joined':
      node.items.forEach((item: Item) => visit(item.node, undefined, see));
      return;
    case 'choice':
      node.arms.forEach(arm => visit(arm.node, key, see));
      return;
    default:
      inputsOf(node).forEach(input => visit(input, undefined, see));
  }
}

/** A key, or what of it is no value: `watch.json`. */
function keyText(key: Entry['key']): string | undefined {
  const text =
    typeof key === 'string' ? key : (partsOf(key) ?? []).map(part => (typeof part === 'string' ? part : '-')).join('');
  return text.replaceAll(/[^a-z0-9._-]/gi, '-').replace(/^[^a-z0-9]+/i, '') || undefined;
}

function inputsOf(node: Node): readonly Node[] {
  const parts: readonly Part[] =
    node.kind === 'expression' ? [node.of] : node.kind === 'interpolation' ? node.parts : [];
  return parts.flatMap(part => (typeof part === 'string' ? [] : derivedInputs(part)));
}

function derivedInputs(expression: Expression): readonly Node[] {
  switch (expression.kind) {
    case 'derived':
      return expression.inputs;
    case 'default':
      return [...derivedInputs(expression.value), ...derivedInputs(expression.otherwise)];
    case 'format':
      return expression.parts.flatMap(part => (typeof part === 'string' ? [] : derivedInputs(part)));
    case 'json':
      return derivedInputs(expression.of);
    default:
      return [];
  }
}
