import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as snippets from './docs';

const ROOT = join(__dirname, '..');
const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8');
/** The lines of a text without what only layout changes. */
const plain = (text: string): string =>
  text
    .trim()
    .split('\n')
    .map(line => line.trim().replace(/ +/g, ' '))
    .join('\n');

const files = ['main.ts', ...below('examples', 'main.ts'), ...below('examples', 'helm.ts'), ...below('test/docs')];
const pages = ['README.md', ...readdirSync(join(ROOT, 'docs')).map(name => `docs/${name}`)].filter(name =>
  name.endsWith('.md'),
);
const blocks = pages.flatMap(page =>
  [...read(page).matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code], index) => [`${page}, block ${index + 1}`, code!]),
);

describe('the TypeScript of the pages', () => {
  // Examples take the library from where it lies.
  const tested = files.map(file => plain(read(file)).replace("from '../../lib'", "from 'cdk8s-mlops'"));

  test.each(blocks)('of %s stands, line after line, in an example or in test/docs', (_, code) => {
    expect(tested.some(text => `\n${text}\n`.includes(`\n${plain(code!)}\n`)) ? '' : code).toBe('');
  });

  test('is there', () => expect(blocks.length).toBeGreaterThan(25));
});

describe('what the pages show', () => {
  const shown = Object.entries(snippets).flatMap(([file, all]) =>
    Object.entries(all).map(([name, show]) => [`${file}: ${name}`, show] as const),
  );

  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'docs-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test.each(shown)('synthesizes: %s', (_, show) => {
    show(folder).synth();
    expect(readdirSync(folder)).not.toEqual([]);
  });

  test('is all there is', () => {
    expect(Object.keys(snippets)).toHaveLength(below('test/docs').length - ['index.ts', 'team.ts'].length);
  });
});

/** Programs below a folder: those of this name in its folders, or its own. */
function below(folder: string, name?: string): string[] {
  const entries = readdirSync(join(ROOT, folder)).map(entry => `${folder}/${entry}`);
  return name === undefined
    ? entries.filter(entry => entry.endsWith('.ts'))
    : entries.map(entry => `${entry}/${name}`).filter(file => existsSync(join(ROOT, file)));
}
