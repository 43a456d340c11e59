import type { Templates } from './small-chart';

/** A template with one mistake in it. */
export interface Mutant {
  readonly mistake: string;
  /** The template that it is in. */
  readonly file: string;
  readonly templates: Templates;
}

interface Mistake {
  readonly name: string;
  readonly place: RegExp;
  readonly made: (found: string, all: readonly string[]) => string;
}

const next = (found: string, all: readonly string[]): string => all[(all.indexOf(found) + 1) % all.length]!;

const MISTAKES: readonly Mistake[] = [
  { name: 'a quote dropped', place: / \| quote(?= \}\})/g, made: () => '' },
  { name: 'an int64 dropped', place: /int64 /g, made: () => '' },
  { name: 'a condition negated', place: /(?<=\{\{- if )[^}]+(?= \}\})/g, made: found => `not (${found})` },
  { name: 'a with negated', place: /(?<=\{\{- )with [^}]+(?= \}\})/g, made: found => `if not (${found.slice(5)})` },
  { name: 'a default dropped', place: / \| default (?:\([^)]*\)+|[^\s)}|]+)/g, made: () => '' },
  { name: 'an indent shifted', place: /(?<=nindent )\d+/g, made: found => String(Math.max(0, Number(found) - 2)) },
  { name: 'two values swapped', place: /\.Values(?:\.\w+)+/g, made: next },
  { name: 'a loop widened', place: /(?<=range \$\w+ := )\S+/g, made: found => `concat ${found} ${found}` },
  { name: 'an omission dropped', place: /omit (\S+)(?: "[^"]*")+/g, made: found => found.split(' ')[1]! },
];

/** Every template with one mistake, of each kind and at each place. */
export function mutantsOf(templates: Templates): Mutant[] {
  return Object.entries(templates).flatMap(([file, text]) =>
    MISTAKES.flatMap(({ name, place, made }) => {
      const found = [...text.matchAll(place)];
      const all = [...new Set(found.map(([match]) => match))];
      return found.flatMap(({ 0: match, index }) => {
        const changed = text.slice(0, index) + made(match, all) + text.slice(index + match.length);
        const line = text.split('\n')[text.slice(0, index).split('\n').length - 1]!.trim();
        return changed === text
          ? []
          : [{ mistake: `${name}: ${line}`, file, templates: { ...templates, [file]: changed } }];
      });
    }),
  );
}
