import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PIN } from '../promotion/one-team';
import { SharedRepository } from '../promotion/shared-repository';
import { UNANSWERED } from './unanswered';
import { Watching } from './watching';

jest.setTimeout(120_000);

describe('mlops watch that is probed', () => {
  const repository = new SharedRepository({
    'promotion.yaml': UNANSWERED,
    [PIN]: 'models: { churn: { version: 1 } }\n',
  });
  const away = `${repository.bare}.away`;
  let watching: Watching | undefined;
  afterAll(async () => {
    await watching?.stop();
    await repository.remove();
  });

  it('is not ready while it has not seen the repository for three intervals, whatever registries do', async () => {
    watching = new Watching(repository.work, ['--interval=1s', '--cache', join(repository.root, 'cache')]);
    const port = (await watching.next('started')).port!;
    const status = async (path: string) => (await watching!.get(port, path)).status;
    const until = async (wanted: number) => {
      for (let left = 300; left > 0 && (await status('/readyz')) !== wanted; left--) {
        await pause(100);
      }
      return status('/readyz');
    };
    await watching.next('looked');
    expect(await status('/readyz')).toBe(200);
    await pause(5_000);
    expect(await status('/readyz')).toBe(200);
    renameSync(repository.bare, away);
    expect([await until(503), await status('/livez')]).toEqual([503, 200]);
    renameSync(away, repository.bare);
    expect(await until(200)).toBe(200);
  });
});
