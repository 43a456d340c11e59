import type { ChartTree, Item, Node, ObjectTree } from './chart-tree';
import { NodePrinter } from './emit-node';
import type { Scope } from './go-syntax';
import { LabelBlocks } from './label-blocks';
import { releaseHelpers, type ChartIdentity } from './release';
import { TextHelpers } from './text-helpers';
import { goCondition } from './go-syntax';

/** The templates of a chart, by file name below `templates/`. */
export function emit(tree: ChartTree, chart: ChartIdentity, overridable: ReadonlySet<string>): Record<string, string> {
  const labels = new LabelBlocks(chart.name, tree);
  const texts = new TextHelpers(chart.name, tree);
  const printer = new NodePrinter(labels);
  const scope: Scope = { chart, root: '', loops: new Map(), texts };
  const files = new Map<string, string[]>();
  const nameOf = fileNames(tree);
  for (const object of tree.objects) {
    const file = nameOf(object);
    files.set(file, [...(files.get(file) ?? []), printed(object, printer, scope)]);
  }
  const contents = Object.fromEntries([...files].map(([file, documents]) => [file, joined(documents)]));
  const all = Object.values(contents).join('\n');
  return { '_helpers.tpl': helpers(chart, overridable, all, labels, texts, printer, scope), ...contents };
}

/** A file for each object, named as people do: after its kind, and after its name where a chart has several of a kind. */
function fileNames({ objects }: ChartTree): (object: ObjectTree) => string {
  const kinds = objects.map(({ kind }) => kind);
  return ({ kind, title }) => {
    const isOnly = kinds.indexOf(kind) === kinds.lastIndexOf(kind);
    const own = title
      .slice(title.indexOf('/') + 1)
      .replaceAll(/<[^>]*>/g, '')
      .match(/[a-z0-9]+/g);
    return `${[kind.toLowerCase(), ...(isOnly ? [] : (own ?? []))].join('-')}.yaml`;
  };
}

function printed({ node, when, over }: ObjectTree, printer: NodePrinter, scope: Scope): string {
  const body = (inner: Scope): readonly string[] => (node.kind === 'map' ? printer.map(node.entries, 0, inner) : []);
  if (over.length > 0) {
    return printer.control.loops(over, when, 0, scope, inner => ['---', ...body(inner)]).join('\n');
  }
  return when === undefined
    ? body(scope).join('\n')
    : [`{{- if ${goCondition(when, scope)} }}`, ...body(scope), '{{- end }}'].join('\n');
}

/** Documents of one file. */
function joined(documents: readonly string[]): string {
  const [first = '', ...others] = documents;
  const separated = others.map(text =>
    text.startsWith('{{- if') ? text.replace('\n', '\n---\n') : text.startsWith('{{- range') ? text : `---\n${text}`,
  );
  return `${[first, ...separated].join('\n')}\n`;
}

function helpers(
  chart: ChartIdentity,
  overridable: ReadonlySet<string>,
  templates: string,
  labels: LabelBlocks,
  texts: TextHelpers,
  printer: NodePrinter,
  scope: Scope,
): string {
  const own = labels.helpers().map(({ name, entries }) => {
    return define(name, printer.labelled(entries, 0, scope, name).join('\n'));
  });
  const long = texts.helpers().map(({ name, node }) => define(name, textOf(node, printer, scope)));
  const used = [...own, ...long, templates].join('\n');
  const names = Object.entries(releaseHelpers(chart, overridable)).flatMap(([name, body]) =>
    used.includes(`"${chart.name}.${name}"`) ? [define(`${chart.name}.${name}`, body)] : [],
  );
  return [...names, ...own, ...long].join('\n');
}

const define = (name: string, body: string): string => `{{- define "${name}" -}}\n${body}\n{{- end }}\n`;

function textOf(node: Node, printer: NodePrinter, scope: Scope): string {
  if (node.kind === 'document') {
    return node.map.kind === 'map' ? printer.map(node.map.entries, 0, scope).join('\n') : '{}';
  }
  return node.kind === 'joined' ? printer.textItems(linesOf(node), 0, scope).join('\n') : '';
}

/** The lines of a text without the empty one behind its last line end, which a helper would trim. */
function linesOf({ items }: Node & { kind: 'joined' }): readonly Item[] {
  const last = items.at(-1)?.node;
  return last?.kind === 'literal' && last.value === '' ? items.slice(0, -1) : items;
}
