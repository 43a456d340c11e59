import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PIN, RULES } from '../promotion/one-team';
import { MemoryMlflow } from '../promotion/memory-mlflow';
import { SharedRepository } from '../promotion/shared-repository';
import { LIBRARY, mlops, mlopsBeside } from './process';

jest.setTimeout(60_000);

describe('A name that nothing has', () => {
  const mlflow = new MemoryMlflow();
  const repository = new SharedRepository();
  const here = mkdtempSync(join(tmpdir(), 'wrong-names-'));

  beforeAll(async () => {
    await mlflow.start();
    mlflow.register('churn', 1);
    repository.edit({
      'promotion.yaml': RULES.replace('http://mlflow.example.com', mlflow.url).replace(
        'environments:',
        'environments:\n  staging: { alias: candidate }',
      ),
      [PIN]: 'models:\n  churn:\n    version: 1\n',
    });
    mkdirSync(join(here, 'environments'));
    writeFileSync(
      join(here, 'main.ts'),
      `import { Platform } from ${LIBRARY};
      const platform = new Platform({ name: 'ml' });
      platform.environments({ staging: {} })[0].team('fraud', {}, () => undefined);
      export default platform;`,
    );
  });
  afterAll(async () => {
    mlflow.stop();
    rmSync(here, { recursive: true });
    await repository.remove();
  });

  const run = (line: string) =>
    mlopsBeside(repository.work, [...line.split(' '), '--cache', join(repository.root, 'cache')]);

  it.each(['diff chrun', 'status chrun --output json', 'history chrun'])('is refused: %s', async line => {
    expect(await run(line)).toEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^\[chrun\] no such model is pinned where an alias leads; what is there: production\/fraud\/churn\n/,
      ),
    });
  });

  it.each(['status', 'diff', 'history', 'routes', 'promote churn'])(
    'is refused: %s --environment prodution',
    async line => {
      expect(await run(`${line} --environment prodution`)).toEqual({
        status: 1,
        stdout: '',
        stderr: expect.stringMatching(
          /^\[--environment\] promotion\.yaml names no environment "prodution"; use one of: .*production/,
        ),
      });
    },
  );

  it('is refused: diff --team x', async () => {
    expect(await run('diff --team x --output json')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('[--team] promotion.yaml names no team "x"; use one of: fraud\n'),
    });
  });

  it('is refused in what main.ts here declares', () => {
    const { status, stdout, stderr } = mlops(here, ['routes', '--list', '--environment=prodution']);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('[--environment] main.ts names no environment "prodution"; use one of: staging\n');
  });

  it('is none if the rules name it, even though nothing is pinned there yet', async () => {
    expect(await run('status --environment staging --output json')).toMatchObject({ status: 0, stdout: '[]\n' });
  });
});
