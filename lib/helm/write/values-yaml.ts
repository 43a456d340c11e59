import { defaultValues } from '../values/default-values';
import type { ObjectValue, ValueNode } from '../values/value-node';
import { yamlEntry } from './plain-yaml';
import { described, notesOf } from './value-notes';

const WIDTH = 100;

/** values.yaml: every value in the order of declaration, with its description and what it may be. */
export function valuesYaml(root: ObjectValue): string {
  const blocks = Object.entries(root.fields).map(([key, node]) => field(key, node, '').join('\n'));
  return ['# yaml-language-server: $schema=values.schema.json', ...blocks].join('\n\n') + '\n';
}

function field(key: string, node: ValueNode, indent: string): string[] {
  const above = comments(node, indent);
  if (node.kind === 'object') {
    // An object of which values.yaml gives nothing would be null without its braces.
    const lead = Object.keys(defaultValues(node)).length === 0 ? `${key}: {}` : `${key}:`;
    return [...above, `${indent}${lead}`, ...fields(node, `${indent}  `)];
  }
  if (node.default === undefined) {
    return [...above, `${indent}# ${key}:`];
  }
  return [...above, ...yamlEntry(key, node.default, indent)];
}

const fields = (node: ObjectValue, indent: string): string[] =>
  Object.entries(node.fields).flatMap(([key, inner]) => field(key, inner, indent));

function comments(node: ValueNode, indent: string): string[] {
  const required = node.kind !== 'object' && node.default === undefined ? ['Required.'] : [];
  return [`-- ${node.description}`, ...required, ...notesOf(node), ...contentOf(node)]
    .flatMap(text => wrapped(text, WIDTH - indent.length))
    .map(line => `${indent}# ${line}`);
}

/** What the items of a list, or the entries of a map, consist of. */
function contentOf(node: ValueNode): string[] {
  const content = node.kind === 'list' ? node.items : node.kind === 'map' ? node.entries : undefined;
  return content?.kind === 'object' ? ['Each has:', ...parts(content, '  ')] : [];
}

const parts = (node: ObjectValue, indent: string): string[] =>
  Object.entries(node.fields).flatMap(([key, part]) => [
    `${indent}${key}: ${described(part.description, notesOf(part))}`,
    ...(part.kind === 'object'
      ? parts(part, `${indent}  `)
      : contentOf(part)
          .slice(1)
          .map(line => indent + line)),
  ]);

/** The text in lines; those after the first stand as far in as the first. */
function wrapped(text: string, width: number): string[] {
  const indent = /^ */.exec(text)![0];
  const lines: string[] = [];
  let line = '';
  for (const word of text.trim().split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else {
      line += line === '' ? word : ` ${word}`;
    }
  }
  return [...lines, indent + line];
}
