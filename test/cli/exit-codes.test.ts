import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError, PlatformErrors } from '../../lib';
import { EXIT, MISTAKE_EXIT } from '../../lib/cli/exit-codes';
import { exitCodeOf } from '../../lib/cli/report-errors';
import { PROJECT } from './process';

describe('exit codes', () => {
  const codes = Object.values(EXIT);

  it('are those of the table in docs/cli.md, each for one thing', () => {
    const [, section] = readFileSync(join(PROJECT, 'docs/cli.md'), 'utf8').split('## Exit codes\n');
    const told = [...section!.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
    expect(told).toEqual([0, ...codes]);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('tell what a mistake is about, and what several are about if that is one thing', () => {
    const mistake = new PlatformError('here', 'it is wrong', 'mend it');
    const [pins, rules] = [mistake.about('pins'), mistake.about('rules')];
    expect([mistake, pins, rules.at('there')].map(exitCodeOf)).toEqual([1, MISTAKE_EXIT.pins, MISTAKE_EXIT.rules]);
    expect(exitCodeOf(new PlatformErrors([pins, pins]))).toBe(MISTAKE_EXIT.pins);
    expect(exitCodeOf(new PlatformErrors([pins, rules]))).toBe(EXIT.mistake);
    expect(exitCodeOf(new Error('a defect'))).toBeUndefined();
  });
});
