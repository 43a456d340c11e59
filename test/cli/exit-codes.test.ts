import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError, PlatformErrors } from '../../lib';
import { EXIT, exitCodeOf, GIT_EXIT, HELD_EXIT } from '../../lib/cli/exit-codes';
import { PROJECT } from './process';

describe('exit codes', () => {
  const codes = Object.values(EXIT);
  const [, section] = readFileSync(join(PROJECT, 'docs/cli.md'), 'utf8').split('## Exit codes\n');
  const rows = [...section!.matchAll(/^\| (\d+) \|(.*)\|(.*)\|(.*)\|$/gm)];

  it('are those of the table in docs/cli.md, each for one thing', () => {
    expect(rows.map(([, code]) => Number(code))).toEqual([0, ...codes]);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('have the faults that the table says, as metrics and JSON call them', () => {
    const told = rows.flatMap(([, code, , , faults]) =>
      [...faults!.matchAll(/`(\w+)`/g)].map(([, one]) => `${one} ${code}`),
    );
    const known = [HELD_EXIT, GIT_EXIT].flatMap(table =>
      Object.entries(table).map(([fault, code]) => `${fault} ${code}`),
    );
    expect(new Set(told)).toEqual(new Set(known));
  });

  it('tell what a mistake is about, and what several are about if that is one thing', () => {
    const mistake = new PlatformError('here', 'it is wrong', 'mend it');
    const [pins, rules] = [mistake.about('pins'), mistake.about('rules')];
    expect([mistake, pins, rules.at('there')].map(exitCodeOf)).toEqual([1, EXIT.pins, EXIT.rules]);
    expect(exitCodeOf(new PlatformErrors([pins, pins]))).toBe(EXIT.pins);
    expect(exitCodeOf(new PlatformErrors([pins, rules]))).toBe(EXIT.mistake);
    expect(exitCodeOf(new Error('a defect'))).toBeUndefined();
  });
});
