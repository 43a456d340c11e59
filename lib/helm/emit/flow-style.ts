import type { Entry, Item, Node } from '../tree/chart-tree';
import { ordered } from './emit-groups';
import type { FlowStyle } from './go-syntax';
import { YAML_WORD, yamlQuoted } from './yaml-scalar';

/** Characters of a structure that is read at one glance. */
const GLANCE = 90;

/**
 * A structure in one line, as in JSON; undefined if it is no short one.
 *
 * @param value how a template prints a value
 */
export function flowText(node: Node, style: FlowStyle, value: (node: Node) => string): string | undefined {
  const words = node.kind === 'list' && node.items.every(item => item.node.kind === 'literal');
  const text = words || (style === 'all' && isStructure(node)) ? textOf(node, value) : undefined;
  return text !== undefined && text.length <= GLANCE ? text : undefined;
}

const isStructure = (node: Node): boolean => node.kind === 'list' || node.kind === 'map';

function textOf(node: Node, value: (node: Node) => string): string | undefined {
  switch (node.kind) {
    case 'literal':
      return typeof node.value === 'string' ? word(node.value) : JSON.stringify(node.value);
    case 'list':
      return between(
        '[',
        node.items.map(item => (isThere(item) ? textOf(item.node, value) : undefined)),
        ']',
      );
    case 'map': {
      const entries = ordered(node.entries).map(entry => {
        const { key } = entry;
        const [name, text] = isThere(entry) && typeof key === 'string' ? [word(key), textOf(entry.node, value)] : [];
        return name === undefined || text === undefined ? undefined : `${name}: ${text}`;
      });
      return between('{ ', entries, ' }');
    }
    case 'expression':
    case 'interpolation':
      return value(node);
    default:
      return undefined;
  }
}

const between = (open: string, texts: readonly (string | undefined)[], close: string): string | undefined =>
  texts.length === 0 || texts.includes(undefined) ? undefined : `${open}${texts.join(', ')}${close}`;

const isThere = ({ when, over, spread }: Entry | Item): boolean =>
  when === undefined && over.length === 0 && spread !== true;

/** Texts that YAML reads as texts in any place. */
const PLAIN = /^(?:--?)?[A-Za-z/][A-Za-z0-9_./=-]*$|^[1-9][0-9]*(?:[KMGT]i|m|s)$/;

/** A text that is read as it is written; undefined for one with escapes, which a line of its own may do without. */
function word(text: string): string | undefined {
  const quoted = PLAIN.test(text) && !YAML_WORD.test(text) ? text : yamlQuoted(text);
  return /[\\]|\{\{/.test(quoted) ? undefined : quoted;
}
