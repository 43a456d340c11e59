import { YAML_WORD, yamlQuoted } from '../emit/yaml-scalar';
import type { Json } from '../values/value-node';

type JsonMap = { readonly [key: string]: Json };

/** Text that every YAML parser reads as a text: a letter or "/" first, no indicator, no space. */
const PLAIN = /^[A-Za-z/][A-Za-z0-9_./@+=-]*(?::[A-Za-z0-9_./@+=-]+)*$/;
/** Prose: words with single spaces between them, none of which starts or ends anything. */
const PROSE = /^[A-Za-z/][A-Za-z0-9_./,;'()+=-]*(?: [A-Za-z0-9_./,;'()+=-]+)+$/;
/** Lines that a block holds as they are. */
const BLOCK = /^[!-~](?:[ -~]*[!-~])?\n(?:(?:[ -~]*[!-~])?\n)*$/;

/** Plain data as YAML that every parser, of YAML 1.1 and 1.2, reads alike. */
export const plainYaml = (map: JsonMap): string => entries(map, '').join('\n') + '\n';

/** `key: value` with what belongs to it on the lines below. */
export function yamlEntry(key: string, value: Json, indent: string): string[] {
  const lead = `${indent}${yamlText(key)}:`;
  if (isMap(value) && Object.keys(value).length > 0) {
    return [lead, ...entries(value, `${indent}  `)];
  }
  if (isList(value) && value.length > 0) {
    return [lead, ...items(value, `${indent}  `)];
  }
  return scalar(lead, value, indent);
}

/** A text in quotes, unless it is evidently one. */
export function yamlText(text: string): string {
  return (PLAIN.test(text) || PROSE.test(text)) && !YAML_WORD.test(text) ? text : yamlQuoted(text);
}

const entries = (map: JsonMap, indent: string): string[] =>
  Object.entries(map).flatMap(([key, value]) => yamlEntry(key, value, indent));

const items = (list: readonly Json[], indent: string): string[] =>
  list.flatMap(item => {
    const inner = `${indent}  `;
    const lines =
      isMap(item) && Object.keys(item).length > 0
        ? entries(item, inner)
        : isList(item) && item.length > 0
          ? items(item, inner)
          : scalar(`${indent}-`, item, indent);
    return [`${indent}- ${lines[0]!.slice(inner.length)}`, ...lines.slice(1)];
  });

/** A value that has no lines of its own below it, but for a block of text. */
function scalar(lead: string, value: Json, indent: string): string[] {
  if (typeof value === 'string' && BLOCK.test(value)) {
    const lines = value.slice(0, -1).split('\n');
    return [`${lead} |`, ...lines.map(line => (line === '' ? '' : `${indent}  ${line}`))];
  }
  return [`${lead} ${typeof value === 'string' ? yamlText(value) : JSON.stringify(value)}`];
}

const isMap = (value: Json): value is JsonMap => typeof value === 'object' && value !== null && !isList(value);
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
