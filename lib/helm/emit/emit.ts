import type { ChartTree, ObjectTree } from '../tree/chart-tree';
import type { ChartIdentity } from '../values/release';
import { inOneOrder } from './arm-order';
import { helperFiles } from './emit-helpers';
import { NodePrinter } from './emit-node';
import { withFullname } from './fullname-variable';
import { goCondition, type Scope } from './go-syntax';
import { HelperNames } from './helper-names';
import { LabelBlocks } from './label-blocks';
import { SharedBlocks } from './shared-blocks';
import { TextHelpers } from './text-helpers';

/** The templates of a chart, by file name below `templates/`. */
export function emit(found: ChartTree, chart: ChartIdentity, fields: ReadonlySet<string>): Record<string, string> {
  const tree = inOneOrder(found);
  const names = new HelperNames(chart.name, ['fullname', 'chart', 'helpers']);
  const labels = new LabelBlocks(names, tree);
  const texts = new TextHelpers(names, tree);
  const shared = new SharedBlocks(names, tree, fields);
  const scope: Scope = { chart, root: '', loops: new Map(), depth: 0, given: [], texts, flow: 'words' };
  const objects = new Map<string, ObjectTree[]>();
  const nameOf = fileNames(tree);
  for (const object of tree.objects) {
    const file = nameOf(object);
    objects.set(file, [...(objects.get(file) ?? []), object]);
  }
  const printer = (): NodePrinter => new NodePrinter(labels, shared);
  const contents = Object.fromEntries(
    [...objects].map(([file, all]) => [
      file,
      withFullname(scope, inner => {
        const own = printer();
        return joined(all.map(object => printed(object, own, inner)));
      }),
    ]),
  );
  const all = Object.values(contents).join('\n');
  return { ...helperFiles({ chart, fields, labels, shared, texts, printer, scope }, all), ...contents };
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
