import type { Templates } from './small-chart';

/** Files that define helpers print nothing on their own. */
const isOfHelpers = (file: string): boolean => file.endsWith('.tpl');

/** Templates that may print something else once one file was replaced, with all helpers: the file, or who includes it. */
export function concerned(templates: Templates, file: string, replaced: string): string[] {
  const helpers = Object.keys(templates).filter(isOfHelpers);
  const printing = Object.keys(templates).filter(each => !isOfHelpers(each));
  if (!isOfHelpers(file)) {
    return [file, ...helpers];
  }
  const all = new Map(helpers.flatMap(helper => [...definitions(templates[helper]!)]));
  const changed = definitions(replaced);
  const names = new Set(
    [...all].flatMap(([name, text]) => (changed.has(name) && changed.get(name) !== text ? [name] : [])),
  );
  const isNamed = (text: string): boolean => [...names].some(name => text.includes(`include "${name}"`));
  for (let count = -1; count !== names.size;) {
    count = names.size;
    [...all].filter(([, text]) => isNamed(text)).forEach(([name]) => names.add(name));
  }
  return [...printing.filter(each => isNamed(templates[each]!)), ...helpers];
}

/** Helpers by name. */
const definitions = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .split(/^(?=\{\{- define ")/m)
      .flatMap(each => [...each.matchAll(/^\{\{- define "([^"]+)"/g)].map(([, name]) => [name!, each] as const)),
  );
