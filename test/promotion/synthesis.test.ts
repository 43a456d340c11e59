import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesis } from '../../lib/promotion/ports/synthesis';
import { command } from '../cli/process';

jest.setTimeout(60_000);

describe('a synthesis that fails', () => {
  const folder = mkdtempSync(join(tmpdir(), 'synthesis-'));
  const chatter = `for (let line = 0; line < 40; line++) console.error('loading', line, '.'.repeat(200));`;
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['a mistake', 'export default 1;', / \[main\.ts\] the module exports no platform; end it with: [^|]* \| 1 mistake/],
    ['a defect', "throw new TypeError('no such thing');", /TypeError: no such thing/],
  ])('tells %s, however much main.ts logs before', async (_, main, text) => {
    writeFileSync(join(folder, 'main.ts'), `${chatter}\n${main}\n`);
    await expect(synthesis(command([]))(folder, 'production/fraud')).rejects.toMatchObject({
      name: 'PlatformError',
      problem: expect.stringMatching(text),
    });
  });
});
