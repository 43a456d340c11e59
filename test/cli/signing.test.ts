import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signsCommits } from '../../lib/cli/promotion-world';

describe('the setting commit.gpgSign', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'signing-'));
    execFileSync('git', ['init', '--quiet', folder]);
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (line: string) => appendFileSync(join(folder, '.git/config'), `[commit]\n\t${line}\n`);

  test.each([
    ['gpgSign = true', true],
    ['gpgSign = yes', true],
    ['gpgsign = on', true],
    ['gpgSign = 1', true],
    ['gpgSign', true],
    ['gpgSign = true\n\tgpgSign = no', false],
    ['gpgSign = off', false],
    ['gpgSign =', false],
  ])('signs as Git does: %j', (line, signs) => {
    write(line);
    expect(signsCommits(folder)).toBe(signs);
  });

  it('is refused if Git would not know what it says, and no commit goes out without a signature', () => {
    write('gpgSign = always');
    expect(() => signsCommits(folder)).toThrow(
      /^\[Git\] its setting commit.gpgSign cannot be read: .*always.*; write true or false$/,
    );
  });
});
