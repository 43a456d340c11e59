import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PIN, RULES } from '../promotion/one-team';
import { MemoryMlflow } from '../promotion/memory-mlflow';
import { SharedRepository } from '../promotion/shared-repository';
import { LIBRARY, mlopsBeside } from './process';

jest.setTimeout(120_000);

const MAIN = `
import { Platform } from ${LIBRARY};
const platform = new Platform({ name: 'ml' });
platform.environments({ production: {} })[0].team('fraud', { quota: { cpu: '4', memory: '8Gi' } }, team => void team.pinned('churn'));
export default platform;`;

describe('a command that fails after it pushed', () => {
  const mlflow = new MemoryMlflow();
  const repository = new SharedRepository();
  const cache = join(repository.root, 'cache');

  beforeAll(async () => {
    await mlflow.start();
    mlflow.register('churn', 3);
    mlflow.alias('churn', 'champion', 2);
    // What the command knows of the repository is gone once it pushed.
    repository.hook('post-receive', `rm -rf ${cache}/*/git/objects`);
  });
  beforeEach(() => {
    rmSync(cache, { recursive: true, force: true });
    repository.edit({
      'main.ts': MAIN,
      'promotion.yaml': RULES.replace('http://mlflow.example.com', mlflow.url),
      [PIN]: 'models:\n  churn:\n    version: 1\n',
    });
  });
  afterAll(async () => {
    mlflow.stop();
    await repository.remove();
  });

  const run = (...args: string[]) => mlopsBeside(repository.work, [...args, '--cache', cache]);

  it.each([
    ['promote', 'churn'],
    ['deploy', 'churn:2'],
    ['rollback', 'churn', '--to=1'],
  ])('prints what it pushed, and ends with the code of the fault: %s %s', async (...args) => {
    if (args[0] === 'rollback') {
      repository.edit({ [PIN]: 'models:\n  churn:\n    version: 2\n' });
    }
    const { status, stdout, stderr } = await run(...args);
    expect(stdout).toMatch(new RegExp(`^pushed ${repository.tip().slice(0, 12)}  production/fraud: churn `));
    expect([status, stderr]).toEqual([5, expect.stringContaining('git ')]);
  });

  it('does so for programs', async () => {
    const { status, stdout } = await run('promote', 'churn', '--output=json');
    const { done } = JSON.parse(stdout);
    expect([status, done]).toEqual([5, [expect.objectContaining({ model: 'churn', commit: repository.tip() })]]);
  });

  it('has a line of it from watch', async () => {
    mlflow.alias('churn', 'champion', 3);
    const { status, stdout } = await run('watch', '--once');
    const lines = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { event: string; detail: object });
    expect([status, lines.map(({ event }) => event)]).toEqual([5, ['started', 'pushed', 'failed', 'stopped']]);
    expect(lines[1]!.detail).toMatchObject({ model: 'churn', version: 3, commit: repository.tip() });
  });
});
