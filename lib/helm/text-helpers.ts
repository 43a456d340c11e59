import type { ChartTree, Entry, Expression, Item, Node, Part } from './chart-tree';
import { partsOf } from './default-form';
import type { HelperNames } from './helper-names';
import { slotsAsIds } from './shape';
import { goText } from './yaml-scalar';

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
          if (input.kind === 'joined' || input.kind === 'document') {
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
    return node.kind === 'joined' || node.kind === 'document' ? this.nodes.get(keyOf(node))?.name : undefined;
  }

  /** How a template gets a text, its last line end included. */
  public textOf(node: Node, root: string): string | undefined {
    const name = this.nameOf(node);
    return name === undefined ? undefined : `${this.linesOf(node, root)}${endsLine(node) ? ' | printf "%s\\n"' : ''}`;
  }

  /** How a template gets a text without the line end behind it. */
  public linesOf(node: Node, root: string): string | undefined {
    const name = this.nameOf(node);
    const included = name && `include ${goText(name)} ${root === '' ? '.' : root}`;
    return included && node.kind === 'document' ? `${included} | fromYaml | toPrettyJson` : included;
  }

  public helpers(): readonly { readonly name: string; readonly node: Node }[] {
    return [...this.nodes.values()];
  }
}

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
