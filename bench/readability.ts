import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * How well templates of Helm charts read: those in charts/, side by side with a chart that people wrote.
 *
 *     npx tsx bench/readability.ts <folder of the other chart>
 */
const [other = process.env.MLOPS_OTHER_CHART] = process.argv.slice(2);
const CHARTS = join(__dirname, '..', 'charts');

interface Template {
  readonly name: string;
  readonly lines: number;
  readonly longestLine: number;
  readonly depth: number;
  readonly controls: number;
}

/** An action that decides or repeats. */
const CONTROL = /\{\{-?\s*(if|with|range|define|block|else|end)\b/g;
const OPENING = ['if', 'with', 'range', 'define', 'block'];

function measured(name: string, text: string): Template {
  const lines = text.trimEnd().split('\n');
  let [depth, deepest] = [0, 0];
  for (const [, word] of text.matchAll(CONTROL)) {
    depth += OPENING.includes(word!) ? 1 : word === 'end' ? -1 : 0;
    deepest = Math.max(deepest, depth);
  }
  return {
    name,
    lines: lines.length,
    longestLine: Math.max(...lines.map(line => line.length)),
    depth: deepest,
    controls: lines.filter(line => line.search(CONTROL) !== -1).length,
  };
}

const templatesOf = (chart: string): Template[] =>
  readdirSync(join(chart, 'templates'))
    .filter(file => /\.(yaml|tpl)$/.test(file))
    .map(file => measured(file, readFileSync(join(chart, 'templates', file), 'utf8')));

const greatest = (templates: readonly Template[], field: 'lines' | 'longestLine' | 'depth'): Template =>
  templates.reduce((one, another) => (another[field] > one[field] ? another : one));
const sum = (templates: readonly Template[], field: 'lines' | 'controls'): number =>
  templates.reduce((total, template) => total + template[field], 0);

interface Figure {
  readonly value: number;
  readonly shown: string;
}

const FIGURES: Readonly<Record<string, (templates: readonly Template[]) => Figure>> = {
  'lines of a template, mean': templates => plain(Math.round(sum(templates, 'lines') / templates.length)),
  'lines of a template, most': templates => at(greatest(templates, 'lines'), 'lines'),
  'longest line': templates => at(greatest(templates, 'longestLine'), 'longestLine'),
  'depth of nesting': templates => at(greatest(templates, 'depth'), 'depth'),
  'share of control structures': templates => {
    const value = sum(templates, 'controls') / sum(templates, 'lines');
    return { value, shown: `${(100 * value).toFixed(1)} %` };
  },
};

const plain = (value: number): Figure => ({ value, shown: String(value) });
const at = (template: Template, field: 'lines' | 'longestLine' | 'depth'): Figure => ({
  value: template[field],
  shown: `${template[field]} (${template.name})`,
});

const isChart = (folder: string): boolean => existsSync(join(folder, 'templates'));
const ours = readdirSync(CHARTS)
  .map(name => join(CHARTS, name))
  .filter(isChart)
  // A chart of charts has no templates but its notes.
  .filter(folder => templatesOf(folder).length > 0);
const theirs = other !== undefined && isChart(other) ? templatesOf(other) : undefined;
if (theirs === undefined) {
  console.log('not compared: name the folder of another chart, as an argument or in MLOPS_OTHER_CHART');
}
for (const folder of ours) {
  const rows = Object.entries(FIGURES).map(([name, figureOf]) => {
    const [our, their] = [figureOf(templatesOf(folder)), theirs && figureOf(theirs)];
    const verdict = their === undefined ? '' : our.value <= their.value ? 'no worse' : '**worse**';
    return `| ${name} | ${our.shown} | ${their?.shown ?? ''} | ${verdict} |`;
  });
  const head = `| ${basename(folder)} | ours | ${theirs === undefined ? '' : basename(other!)} | |`;
  console.log([head, '| --- | --- | --- | --- |', ...rows, ''].join('\n'));
}
