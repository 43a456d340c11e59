import type { Part } from '../tree/chart-tree';
import { isInline, isQuotable, isSpaceless, pipeline, type Scope } from './go-syntax';
import { escaped, fitsBlock, yamlQuoted } from './yaml-scalar';

/** A text over several lines: what stands behind its key, and the lines below. */
export interface Block {
  readonly mark: string;
  readonly lines: readonly string[];
}

/** Columns beyond which a line is harder to read than two. */
export const UNFOLDED_COLUMNS = 160;
/** Columns of a line that is easy to read. */
const FOLDED_COLUMNS = 120;

/** A text of one line that is too long for one, folded where it has spaces or commas; undefined if it has to stand as it is. */
export function foldedText(parts: readonly Part[], column: number, scope: Scope): Block | undefined {
  return foldedAtSpaces(parts, column, scope) ?? foldedAtCommas(parts, column, scope);
}

/** YAML puts a space where a folded line ends, and reads everything else as it is. */
function foldedAtSpaces(parts: readonly Part[], column: number, scope: Scope): Block | undefined {
  const [first, last] = [parts[0], parts.at(-1)];
  const fits = parts.every(part =>
    typeof part === 'string' ? fitsBlock(`x${part}`) && !/\s\s|\n/.test(part) : isInline(part),
  );
  if (!fits || typeof first !== 'string' || !/^\S/.test(first) || typeof last !== 'string' || !/\S$/.test(last)) {
    return undefined;
  }
  const words = pieces(parts, text => text.split(WORDS), scope);
  const lines = filled(words, ' ', FOLDED_COLUMNS - column);
  return lines.length < 2 ? undefined : { mark: '>-', lines: lines.map(line => ' '.repeat(column) + line) };
}

/** Between double quotes nothing stands where a line ends with a backslash, nor for the spaces before the next one. */
function foldedAtCommas(parts: readonly Part[], column: number, scope: Scope): Block | undefined {
  const fits = parts.every(part =>
    typeof part === 'string' ? yamlQuoted(part) === `"${part}"` : isQuotable(part) && isSpaceless(part),
  );
  const cut = (text: string, index: number): readonly string[] => [
    ...text.split(ITEMS),
    ...(text.endsWith(',') && !isSpaceNext(parts.slice(index + 1)) ? [''] : []),
  ];
  const words = pieces(parts, cut, scope);
  const [start = '', ...rest] = filled(words, '', FOLDED_COLUMNS - column - 1);
  return !fits || rest.length === 0
    ? undefined
    : {
        mark: `"${start}\\`,
        lines: rest.map((line, index) => `${' '.repeat(column)}${line}${index === rest.length - 1 ? '"' : '\\'}`),
      };
}

/** Whether a space comes first if the values before it are empty. */
const isSpaceNext = (parts: readonly Part[]): boolean =>
  parts.find(part => typeof part === 'string')?.startsWith(' ') ?? false;

/** Spaces between words; none within the templates of others, nor before an argument or what a sum is by. */
const WORDS = /(?<=\S) (?=[^\s(])(?!(?:by|without) \()(?![^{}]*\}\})/;
/** Between the items of a list. */
const ITEMS = /(?<=,)(?=\S)/;

/** A text as templates print it, cut where its constant parts are. */
function pieces(
  parts: readonly Part[],
  cut: (text: string, index: number) => readonly string[],
  scope: Scope,
): string[] {
  return parts.reduce<string[]>(
    (words, part, index) => {
      const [next = '', ...others] =
        typeof part === 'string'
          ? cut(part, index).map(each => escaped(each, index < parts.length - 1))
          : [`{{ ${pipeline(part, scope)} }}`];
      return [...words.slice(0, -1), `${words.at(-1)}${next}`, ...others];
    },
    [''],
  );
}

/** Words in lines of a width, which only a word alone leaves. */
const filled = (words: readonly string[], separator: string, width: number): string[] =>
  words.reduce<string[]>((lines, word) => {
    const longer = lines.length === 0 ? word : `${lines.at(-1)}${separator}${word}`;
    return lines.length > 0 && longer.length > width ? [...lines, word] : [...lines.slice(0, -1), longer];
  }, []);
