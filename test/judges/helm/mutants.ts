import type { Templates } from './small-chart';

/** A template with one mistake in it. */
export interface Mutant {
  /** The kind of the mistake. */
  readonly kind: string;
  /** The kind and the line that it is in. */
  readonly mistake: string;
  /** The template that it is in. */
  readonly file: string;
  readonly templates: Templates;
}

/** A text that a mistake is made in, and where it begins. */
interface Place {
  readonly 0: string;
  readonly index: number;
}

interface Mistake {
  readonly kind: string;
  readonly places: RegExp | ((text: string) => readonly Place[]);
  readonly made: (found: string, all: readonly string[]) => string;
}

const next = (found: string, all: readonly string[]): string => all[(all.indexOf(found) + 1) % all.length]!;
const dropped = (): string => '';
const isOfRelease = (name: string): boolean => name.includes('.Release.');
const variableOf = (field: string): string => field.split('.')[0]!;

/** Mistakes that only some charts have a place for. */
const RARE = { fold: 'a line end kept', omission: 'an omission dropped' };
const MISTAKES: readonly Mistake[] = [
  { kind: 'a quote dropped', places: / \| quote\b/g, made: dropped },
  {
    kind: 'a quote dropped',
    // Around a text, or a key, that has expressions in it.
    places: /(?<=^ *(?:- )?(?:[\w./-]+: )?)(["']).*\{\{.*\1(?=(?::.*)?$)/gm,
    made: found => found.slice(1, -1),
  },
  {
    kind: 'a quote dropped',
    // The same in a map or a list on one line.
    places: /(?<=[{[,:] ?)"[^"\n]*\{\{[^"\n]*"(?= ?[\]},])/g,
    made: found => found.slice(1, -1),
  },
  { kind: 'an int64 dropped', places: /int64 /g, made: dropped },
  { kind: 'a condition negated', places: /(?<=\{\{-? (?:else )?if )[^}]+(?= \}\})/g, made: found => `not (${found})` },
  {
    kind: 'a condition negated',
    places: /(?<=\{\{-? )with [^}]+(?= \}\})/g,
    made: found => `if not (${found.slice(5)})`,
  },
  { kind: 'a condition negated', places: /(?<=ternary )\S+ \S+/g, made: found => found.split(' ').reverse().join(' ') },
  {
    kind: 'an "and" for an "or"',
    places: /(?<=[ (])(?:and|or)(?= [(.$])/g,
    made: found => (found === 'or' ? 'and' : 'or'),
  },
  { kind: 'a default dropped', places: / \| default (?:\([^)]*\)+|[^\s)}|]+)/g, made: dropped },
  { kind: 'a default dropped', places: textsOfElse, made: dropped },
  { kind: 'an indent shifted', places: /(?<=nindent )\d+/g, made: found => String(Math.max(0, Number(found) - 2)) },
  { kind: 'two values swapped', places: /\.Values(?:\.\w+)+/g, made: next },
  {
    kind: 'two values swapped',
    places: /(?<!\}\} )\$\w+(?:\.\w+)+/g,
    made: (found, all) =>
      next(
        found,
        all.filter(other => variableOf(other) === variableOf(found)),
      ),
  },
  {
    kind: 'two names swapped',
    places: /\$fullname(?= [|}])|\$?\.Release\.Name(?:space)?|include "[\w-]+\.fullname" [.$]/g,
    // Not one spelling of the full name for another.
    made: (found, all) =>
      all.find(other => isOfRelease(other) !== isOfRelease(found)) ??
      (isOfRelease(found) ? '$.Release.Service' : '$.Release.Namespace'),
  },
  { kind: 'two helpers swapped', places: /(?<=include ")[^"]+/g, made: next },
  { kind: 'a range widened', places: /(?<=range \$\w+ := )\S+/g, made: found => `concat ${found} ${found}` },
  {
    kind: 'a range widened',
    places: /(?<=range \$\w+, \$\w+ := )\S+/g,
    made: found => `merge (dict "more" "a") ${found}`,
  },
  { kind: 'a range widened', places: /(?<= trunc )\d+/g, made: found => String(Number(found) + 1) },
  { kind: 'a step left out', places: / \| (?:trimSuffix|replace)(?: "[^"]*")+/g, made: dropped },
  { kind: RARE.fold, places: /\\$|>-$/gm, made: found => (found === '>-' ? '|-' : '') },
  { kind: RARE.omission, places: /omit (\S+)(?: "[^"]*")+/g, made: found => found.split(' ')[1]! },
];

/** Mistakes that published charts have a place for. */
export const KINDS = [...new Set(MISTAKES.map(({ kind }) => kind))].filter(kind => !Object.values(RARE).includes(kind));

/** Every template with one mistake, of each kind and at each place. */
export function mutantsOf(templates: Templates): Mutant[] {
  return Object.entries(templates).flatMap(([file, text]) =>
    MISTAKES.flatMap(({ kind, places, made }) => {
      const found: readonly Place[] = places instanceof RegExp ? [...text.matchAll(places)] : places(text);
      const all = [...new Set(found.map(({ 0: match }) => match))];
      return found.flatMap(({ 0: match, index }) => {
        const changed = text.slice(0, index) + made(match, all) + text.slice(index + match.length);
        const line = text.split('\n')[text.slice(0, index).split('\n').length - 1]!.trim();
        return changed === text
          ? []
          : [{ kind, mistake: `${kind}: ${line}`, file, templates: { ...templates, [file]: changed } }];
      });
    }),
  );
}

/** What stands between each "else" and its "end". */
function textsOfElse(text: string): Place[] {
  const starts: (number | undefined)[] = [];
  return [...text.matchAll(/\{\{-? (define|if|with|range|else|end)\b([^}]*)\}\}/g)].flatMap(
    ({ 0: action, 1: word, 2: condition, index }) => {
      if (word === 'else') {
        starts[starts.length - 1] = condition!.trim() === '' ? index + action.length : undefined;
      } else if (word === 'end') {
        const start = starts.pop();
        return start === undefined ? [] : [trimmed(text, start, index)];
      } else {
        starts.push(undefined);
      }
      return [];
    },
  );
}

function trimmed(text: string, start: number, end: number): Place {
  const found = text.slice(start, end);
  return { 0: found.trim(), index: start + found.length - found.trimStart().length };
}
