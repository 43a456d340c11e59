import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocksOf } from './example';

/** Every line of a file without the spaces around it. */
const linesOf = (file: string): Set<string> => new Set(trimmed(readFileSync(join(__dirname, '..', file), 'utf8')));
const trimmed = (text: string): string[] => text.split('\n').map(line => line.trim());

describe('the README', () => {
  it('has callers do what the page says, which a judge runs', () => {
    const known = readFileSync(join(__dirname, '../README.md'), 'utf8');
    const [make, call, rotate] = blocksOf('api-auth.md', 'sh');
    const [python] = blocksOf('api-auth.md', 'python');
    expect([make, call, rotate, python].filter(block => block === undefined || !known.includes(block))).toEqual([]);
  });

  it('promotes with commands of the page', () => {
    const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');
    const [, block] = /## Promote a model[^]*?```sh\n([^]*?)```/.exec(readme)!;
    const page = linesOf('docs/promotion.md');
    expect(trimmed(block!).filter(line => !page.has(line))).toEqual([]);
  });

  it('shows a model as the reference platform declares it', () => {
    const [, block] = /```ts\n([^]*?)```/.exec(readFileSync(join(__dirname, '../README.md'), 'utf8'))!;
    const platform = linesOf('main.ts');
    const api = trimmed(block!.slice(block!.indexOf('new ModelApi')).replace(/ +\/\/.*/g, ''));
    expect(api.filter(line => !platform.has(line) && line !== '}')).toEqual([]);
  });
});
