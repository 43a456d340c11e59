import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { MemoryMlflow } from '../promotion/memory-mlflow';
import { PIN, RULES } from '../promotion/one-team';
import { SharedRepository } from '../promotion/shared-repository';
import { LIBRARY } from './process';
import { Watching } from './watching';

jest.setTimeout(120_000);

describe('mlops watch that is told to stop', () => {
  const mlflow = new MemoryMlflow();
  const repository = new SharedRepository();
  const [begun, go] = ['begun', 'go'].map(name => join(repository.root, name)) as [string, string];
  const cache = join(repository.root, 'cache');
  let watching: Watching;

  beforeAll(async () => {
    await mlflow.start();
    mlflow.register('churn', 9);
    mlflow.alias('churn', 'champion', 1);
    // Its synthesis takes as long as the test wants.
    const main = `
import { existsSync, writeFileSync } from 'node:fs';
import { Platform } from ${LIBRARY};
const platform = new Platform({ name: 'ml' });
platform.environments({ production: {} })[0].team('fraud', { quota: { cpu: '4', memory: '8Gi' } }, team => void team.pinned('churn'));
writeFileSync(${JSON.stringify(begun)}, '');
for (let left = 600; left > 0 && !existsSync(${JSON.stringify(go)}); left--) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
export default platform;`;
    repository.edit({
      'main.ts': main,
      'promotion.yaml': RULES.replace('http://mlflow.example.com', mlflow.url),
      [PIN]: 'models:\n  churn:\n    version: 1\n',
    });
  });
  beforeEach(() => [begun, go].forEach(file => rmSync(file, { force: true })));
  afterEach(() => watching.stop());
  afterAll(async () => {
    mlflow.stop();
    await repository.remove();
  });

  const start = () => (watching = new Watching(repository.work, ['--interval=1h', '--cache', cache]));
  /** Starts it with something to do, and returns when it makes the commit. */
  async function committing(version: number): Promise<void> {
    mlflow.alias('churn', 'champion', version);
    start();
    while (!existsSync(begun)) {
      await pause(50);
    }
  }
  const pinned = () => Number(/version: (\d+)/.exec(repository.read(PIN))![1]);
  /** What lies in its cache. */
  const left = () => readdirSync(cache).flatMap(name => readdirSync(join(cache, name)));

  it('stops at once while it waits', async () => {
    await start().next('looked');
    const told = Date.now();
    watching.kill();
    expect([await watching.ended, Date.now() - told < 5_000]).toEqual([0, true]);
    await watching.next('stopped');
  });

  it.each([
    ['once', 2, ['SIGTERM']],
    ['twice', 3, ['SIGTERM', 'SIGTERM']],
    ['by a terminal and what started it', 4, ['SIGINT', 'SIGTERM']],
  ] as const)('ends the commit first that it makes, and leaves nothing behind: %s', async (_, version, signals) => {
    await committing(version);
    for (const signal of signals) {
      watching.kill(signal);
      await pause(200);
    }
    writeFileSync(go, '');
    expect([await watching.ended, pinned(), left()]).toEqual([0, version, ['git']]);
  });

  it('stops at once if a person insists, and what it was at is no commit', async () => {
    const before = pinned();
    await committing(9);
    watching.kill('SIGINT');
    await pause(200);
    watching.kill('SIGINT');
    expect([await watching.ended, pinned()]).toEqual(['SIGINT', before]);
    writeFileSync(go, '');
  });
});
