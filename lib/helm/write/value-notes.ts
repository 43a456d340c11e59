import type { TextRules, ValueNode } from '../values/value-node';

/** Length of a pattern that helps a reader; longer ones are only in values.schema.json. */
const READABLE_PATTERN = 32;

/** What a value may be, in short sentences for whoever sets it. */
export function notesOf(node: ValueNode): string[] {
  switch (node.kind) {
    case 'choice':
      return [`One of: ${node.choices.map(shown).join(', ')}.`];
    case 'integer':
      return sentence(range('', node.minimum, node.maximum));
    case 'string':
      return textNotes('', node);
    case 'list':
      return [...sentence(range('', node.minItems || undefined, node.maxItems, ' item')), ...itemNotes(node.items)];
    case 'map':
      return [...textNotes('Keys: ', node.keys), ...itemNotes(node.entries)];
    default:
      return [];
  }
}

/** The description, with notes behind it: then it ends with a full stop. */
export const described = (description: string, notes: readonly string[]): string =>
  [notes.length > 0 && /[\w`)"]$/.test(description) ? `${description}.` : description, ...notes].join(' ');

/** A word for the type of a value. */
export function typeOf(node: ValueNode): string {
  switch (node.kind) {
    case 'choice':
      return 'string';
    case 'opaque':
      return node.of === 'map' ? 'object' : 'list';
    case 'list':
      return `list of ${typeOf(node.items)}s`;
    case 'map':
      return `map of ${typeOf(node.entries)}s`;
    default:
      return node.kind;
  }
}

const itemNotes = (node: ValueNode): string[] =>
  node.kind === 'object' || node.kind === 'boolean' ? [] : notesOf(node).map(note => `Each: ${note}`);

const textNotes = (lead: string, { pattern, minLength, maxLength }: TextRules): string[] => [
  ...sentence(range(lead, minLength || undefined, maxLength, ' character')),
  ...(pattern === undefined || pattern.length > READABLE_PATTERN ? [] : [`${lead}Matches ${pattern}`]),
];

function range(lead: string, minimum: number | undefined, maximum: number | undefined, unit = ''): string | undefined {
  const least = minimum === undefined || minimum === Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const most = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const units = unit !== '' && (most ?? least) !== 1 ? `${unit}s` : unit;
  if (least === undefined) {
    return most === undefined ? undefined : `${lead}At most ${most}${units}`;
  }
  return most === undefined ? `${lead}At least ${least}${units}` : `${lead}From ${least} to ${most}${units}`;
}

const sentence = (text: string | undefined): string[] => (text === undefined ? [] : [`${text}.`]);
const shown = (choice: string): string => (choice === '' ? '""' : choice);
