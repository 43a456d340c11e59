import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { mlops } from './process';

jest.setTimeout(60_000);

describe('completion', () => {
  const script = mlops(tmpdir(), ['completion', 'bash']).stdout;

  /** What bash itself would offer behind these words. */
  const offered = (...words: string[]): string[] =>
    execFileSync(
      'bash',
      [
        '-c',
        `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mlops; printf '%s\\n' "\${COMPREPLY[@]}"`,
        'bash',
        'mlops',
        ...words,
      ],
      { encoding: 'utf8' },
    )
      .trim()
      .split('\n');

  it('offers commands, those below them, and the options of the command at hand', () => {
    expect(offered('va')).toEqual(['validate']);
    expect(offered('helm', 'p')).toEqual(['package']);
    expect(offered('secrets', 'template', '--o')).toEqual(['--output', '--only']);
    expect(offered('rollback', 'churn', '--t')).toEqual(['--team', '--to']);
    expect(offered('--v')).toEqual(['--version']);
  });

  it.each(['zsh', 'fish'])('is made for %s too', shell => {
    const { status, stdout } = mlops(tmpdir(), ['completion', shell]);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/rollback[^]*bring the version back/)]);
  });

  it('tells which shells it knows', () => {
    expect(mlops(tmpdir(), ['completion', 'csh'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('[completion] there is no completion for "csh"; use one of: bash, zsh, fish\n'),
    });
  });
});
