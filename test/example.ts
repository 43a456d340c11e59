import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'cdk8s';
import { parseAllDocuments } from 'yaml';

/** The objects that an example writes, in their order. */
export function written(example: (outdir: string) => App): any[] {
  const folder = mkdtempSync(join(tmpdir(), 'example-'));
  try {
    example(folder).synth();
    const files = readdirSync(folder).map(file => readFileSync(join(folder, file), 'utf8'));
    return files.flatMap(text => parseAllDocuments(text).map(document => document.toJS()));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Expects each line of a page's TypeScript to stand in the example, but for those that only refer to the rest of it.
 *
 * @param blocks how many blocks of the page are quoted, from its beginning
 */
export function expectQuoted(page: string, example: string, blocks = 1): void {
  const root = join(__dirname, '..');
  const known = new Set(
    readFileSync(join(root, 'examples', example, 'main.ts'), 'utf8')
      .split('\n')
      .map(trim),
  );
  const quoted = [...readFileSync(join(root, 'docs', page), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].slice(0, blocks);
  expect(quoted).toHaveLength(blocks);
  const lines = quoted.flatMap(([, code]) => code!.split('\n').map(trim));
  expect(lines.filter(line => !known.has(line))).toEqual([]);
}

const trim = (line: string): string => line.trim();
