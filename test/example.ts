import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import type { Platform } from '../lib';

const ROOT = join(__dirname, '..');
const folderOf = (example: string): string => join(ROOT, 'examples', example);

/** The objects that an example writes, in their order. */
export function written(example: (outdir: string) => App): any[] {
  return within(folder => {
    example(folder).synth();
    return filesBelow(folder).flatMap(file => parsed(readFileSync(join(folder, file), 'utf8')));
  });
}

/** What an example of a Platform writes, by path; it reads the pins that lie in the example's folder. */
export function writtenFiles(example: string, platform: (folder: string) => Platform): Record<string, string> {
  return within(folder => {
    const pins = join(folderOf(example), 'environments');
    if (existsSync(pins)) {
      cpSync(pins, join(folder, 'environments'), { recursive: true });
    }
    platform(folder).synth();
    return Object.fromEntries(filesBelow(folder).map(file => [file, readFileSync(join(folder, file), 'utf8')]));
  });
}

/** The objects of a manifest. */
export const parsed = (text: string): any[] => parseAllDocuments(text).map(document => document.toJS());

/** Expects each piece of TypeScript, Python and YAML in an example's README to stand in one of its files. */
export function expectReadmeQuoted(example: string): void {
  const folder = folderOf(example);
  const endings: Record<string, string> = { ts: 'main.ts', python: '.py', yaml: '.yaml' };
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/```(ts|python|yaml)\n([\s\S]*?)```/g)];
  expect(blocks.length).toBeGreaterThan(0);
  for (const [, language, code] of blocks) {
    const files = filesBelow(folder).filter(file => !file.startsWith('dist') && file.endsWith(endings[language!]!));
    const texts = files.map(file => trimmed(readFileSync(join(folder, file), 'utf8')).join('\n'));
    const quoted = trimmed(code!.trimEnd()).join('\n');
    expect(texts.some(text => text.includes(quoted)) ? '' : quoted).toBe('');
  }
}

function within<Result>(use: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'example-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => statSync(join(folder, path)).isFile());

const trimmed = (text: string): string[] => text.split('\n').map(line => line.trim());

/** The code of one language on a page, block by block. */
export function blocksOf(page: string, language: string): string[] {
  const text = readFileSync(join(__dirname, '..', 'docs', page), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm'))].map(([, block]) => block!);
}
