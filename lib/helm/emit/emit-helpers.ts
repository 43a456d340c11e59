import type { Item, Node } from '../tree/chart-tree';
import type { ChartIdentity } from '../values/release';
import type { NodePrinter } from './emit-node';
import { withFullname } from './fullname-variable';
import type { Scope } from './go-syntax';
import type { LabelBlocks } from './label-blocks';
import { releaseHelpers } from './release-in-go';
import type { SharedBlocks } from './shared-blocks';
import { hasLines, type TextHelpers } from './text-helpers';

/** What helpers are made of. */
export interface HelperSources {
  readonly chart: ChartIdentity;
  /** The names of the chart's values. */
  readonly fields: ReadonlySet<string>;
  readonly labels: LabelBlocks;
  readonly shared: SharedBlocks;
  readonly texts: TextHelpers;
  /** A new one for each file and helper: it numbers the variables of its loops. */
  readonly printer: () => NodePrinter;
  readonly scope: Scope;
}

/** Lines that the file of all helpers may hide: a longer text has a file of its own, which tells what it is. */
const HIDDEN_LINES = 40;

/** The files that define what templates include. */
export function helperFiles(sources: HelperSources, templates: string): Record<string, string> {
  const { chart, fields, labels, shared, texts, printer, scope } = sources;
  const blocks = labels
    .helpers()
    .map(({ name, entries }) => define(name, printer().labelled(entries, 0, scope, name).join('\n')));
  const parts = shared.helpers().map(({ name, node }) => define(name, printer().helper(node, scope).join('\n')));
  const printed = texts.helpers().map(({ name, node }) => ({
    name,
    text: define(
      name,
      withFullname(scope, inner => textOf(node, printer(), inner)),
    ),
  }));
  const used = [...blocks, ...parts, ...printed.map(({ text }) => text), templates].join('\n');
  const names = Object.entries(releaseHelpers(chart, fields)).flatMap(([name, body]) =>
    used.includes(`"${chart.name}.${name}"`) ? [define(`${chart.name}.${name}`, body)] : [],
  );
  const long = printed.filter(({ text }) => text.split('\n').length > HIDDEN_LINES);
  const short = printed.filter(each => !long.includes(each));
  return {
    '_helpers.tpl': [...names, ...blocks, ...parts, ...short.map(({ text }) => text)].join('\n'),
    ...Object.fromEntries(long.map(({ name, text }) => [`_${name.slice(chart.name.length + 1)}.tpl`, text])),
  };
}

const define = (name: string, body: string): string => `{{- define "${name}" -}}\n${body}\n{{- end }}\n`;

function textOf(node: Node, printer: NodePrinter, scope: Scope): string {
  if (node.kind === 'document') {
    return node.map.kind === 'map' ? printer.map(node.map.entries, 0, { ...scope, flow: 'all' }).join('\n') : '{}';
  }
  return (
    node.kind === 'joined' && hasLines(node)
      ? printer.texts.items(linesOf(node), 0, scope)
      : printer.texts.composed(node, scope)
  ).join('\n');
}

/** The lines of a text without the empty one behind its last line end, which a helper would trim. */
function linesOf({ items }: Node & { kind: 'joined' }): readonly Item[] {
  const last = items.at(-1)?.node;
  return last?.kind === 'literal' && last.value === '' ? items.slice(0, -1) : items;
}
