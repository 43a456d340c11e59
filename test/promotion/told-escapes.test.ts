import { plainLines } from '../../lib/core/plain-lines';
import { parsePins } from '../../lib/core/pins';
import { parseRules } from '../../lib/promotion/rules-file';
import { SharedRepository } from './shared-repository';

const STEERS = /[\x07\x1b\x9b\u202e]/;
const PIN = 'environments/production/fraud.yaml';

describe('what steers a terminal', () => {
  it.each([
    ['a name of a model', () => parsePins('models:\n  "a\\e[31mHACK\\u202e": { version: 1 }\n', PIN)],
    ['a version', () => parsePins('models:\n  churn: { version: "\\x9b31m\\u202e" }\n', PIN)],
    ['a key of a pin', () => parsePins('models:\n  churn: { version: 1, "k\\e]0;x\\a": 1 }\n', PIN)],
    ['a key of the rules', () => parseRules('registries:\n  m: { url: http://m, "x\\e[31m": 1 }\n')],
  ])('is not told of %s', (_what, act) => {
    expect(act).toThrow(/�/);
    expect(act).not.toThrow(STEERS);
  });

  it('is not in a diff', async () => {
    const repository = new SharedRepository({ [PIN]: '# \u001b[2J\u001b]0;pwned\u0007 \u202e\n\ta\r\nb 1\n' });
    const git = repository.open();
    await git.layOut(
      await git.fetch(),
      new Map([[PIN, Buffer.from('# \u001b[2J\u001b]0;pwned\u0007 \u202e\n\ta\r\nb 2\n')]]),
    );
    const diff = await git.diff();
    expect(diff).toContain('\n # �[2J�]0;pwned� �\n \ta\r\n-b 1\n+b 2\n');
    await repository.remove();
  });

  it('leaves line ends of our own', () => {
    expect(plainLines('a\n\tb\r\nc\rd\u2028é😀')).toBe('a\n\tb\r\nc�d�é😀');
  });
});
