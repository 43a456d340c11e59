import type { ObjectValue, ValueNode } from '../values/value-node';
import { described, notesOf, typeOf } from './value-notes';

/** The values as a table for the README of a chart. */
export function valuesTable(root: ObjectValue): string {
  return ['| Value | Type | Default | What it is |', '| --- | --- | --- | --- |', ...rows(root, '')].join('\n') + '\n';
}

const rows = (node: ObjectValue, lead: string): string[] =>
  Object.entries(node.fields).flatMap(([key, field]) => [
    ...(field.kind === 'object' ? [] : [row(lead + key, field, isInside(field))]),
    ...below(field, lead + key),
  ]);

function below(node: ValueNode, name: string): string[] {
  switch (node.kind) {
    case 'object':
      return rows(node, `${name}.`);
    case 'list':
      return below(node.items, `${name}[]`);
    case 'map':
      return below(node.entries, `${name}.<key>`);
    default:
      return [];
  }
}

/** In a list or a map nothing has a default, and nothing is to be said about it. */
const isInside = ({ path }: ValueNode): boolean => path.some(step => step === '[]' || step === '{}');

function row(name: string, node: ValueNode, inside: boolean): string {
  const preset = node.default === undefined ? (inside ? '' : 'required') : code(JSON.stringify(node.default));
  const notes = described(escaped(node.description), notesOf(node).map(withPattern));
  return `| ${code(name)} | ${typeOf(node)} | ${preset} | ${notes} |`;
}

/** Markdown ends a cell at a bar, even in code, and code at a backtick. */
const code = (text: string): string => {
  const fence = '`'.repeat(1 + Math.max(0, ...(text.match(/`+/g) ?? []).map(run => run.length)));
  const space = fence.length > 1 ? ' ' : '';
  return `${fence}${space}${escaped(text)}${space}${fence}`;
};

const withPattern = (note: string): string => {
  const [, lead, pattern] = /^(.*Matches )(.*)$/.exec(note) ?? [];
  return pattern === undefined ? escaped(note) : `${lead}${code(pattern)}.`;
};

const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
