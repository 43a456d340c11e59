import type { TextRules } from './value-node';

/** Whether the character may stand in a text; asked often, so a yes where it is not clear. */
export type MayHold = (character: string) => boolean;

/** Which characters a text of these rules may hold. A pattern says it if it describes the text from `^` to `$`. */
export function charactersOf({ pattern, maxLength }: TextRules): MayHold {
  if (maxLength === 0) {
    return () => false;
  }
  const atoms = pattern === undefined ? undefined : atomsOf(pattern);
  return atoms === undefined ? () => true : character => atoms.some(atom => atom.test(character));
}

/** The one-character expressions of an anchored pattern; undefined if any text may hold anything somewhere. */
function atomsOf(pattern: string): RegExp[] | undefined {
  if (!pattern.startsWith('^') || !/(^|[^\\])(\\\\)*\$$/.test(pattern) || hasOuterChoice(pattern)) {
    return undefined;
  }
  const atoms = [...pattern.matchAll(TOKEN)].flatMap(({ groups }) => (groups?.['atom'] ? [groups['atom']] : []));
  return [...new Set(atoms)].map(atom => new RegExp(`^${atom}$`));
}

/** What repeats, groups or anchors is read past; what is left stands for one character each. */
const TOKEN =
  /\(\?(?:[:=!]|<[=!]|<\w+>)|[()|^$*+?]|\{\d+(?:,\d*)?\}\??|(?<atom>\[(?:\\.|[^\]\\])*\]|\\u[\da-fA-F]{4}|\\x[\da-fA-F]{2}|\\.|[^])/g;

/** `^a|b$` holds `b` anywhere at its end only, and `a` anywhere at its start. */
function hasOuterChoice(pattern: string): boolean {
  let depth = 0;
  for (const [token] of pattern.matchAll(TOKEN)) {
    depth += token.startsWith('(') ? 1 : token === ')' ? -1 : 0;
    if (token === '|' && depth === 0) {
      return true;
    }
  }
  return false;
}

/** What ends a line somewhere, or may not stand in YAML as it is. */
const UNPRINTABLE = [
  ...Array.from({ length: 0x20 }, (_, code) => code),
  ...Array.from({ length: 0x21 }, (_, code) => 0x7f + code),
  0x2028,
  0x2029,
  0xd800,
  0xfeff,
  0xfffe,
  0xffff,
].map(code => String.fromCharCode(code));

/** Whether a text of such characters can stand within a line of any text. */
export const staysInLine = (mayHold: MayHold): boolean => !UNPRINTABLE.some(character => mayHold(character));

/** Whether a text of these rules is the same in JSON, between the quotes. */
export function isPlainInJson(rules: TextRules): boolean {
  const mayHold = charactersOf(rules);
  return staysInLine(mayHold) && !mayHold('"') && !mayHold('\\');
}
