import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryMlflow } from '../promotion/memory-mlflow';
import { PIN } from '../promotion/one-team';
import { SharedRepository } from '../promotion/shared-repository';
import { describeJudged } from './judge';
import { compiledInto } from './promotion/compiled';

jest.setTimeout(300_000);

/** A file system of its own for one process, without rights on the machine. */
const UNSHARE = ['--map-root-user', '--mount'];
const canMount = spawnSync('unshare', [...UNSHARE, 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
/** Sizes that are too small for a repository, for what it fetches, for the files laid out, and for a commit. */
const KILOBYTES = [4, 48, 512, 660];
const PINS = 'models:\n  churn:\n    version: 1\n';
const VALUES = 'model: { name: churn, version: 1 }\nsource: { kind: registry }\n';
const RELEASE = 'releases/churn.yaml';

describeJudged('a disk', canMount ? undefined : 'no file system can be mounted', () => {
  const mlflow = new MemoryMlflow();
  let repository: SharedRepository;
  let command: string;
  let version = 1;

  beforeAll(async () => {
    await mlflow.start();
    mlflow.register('churn', 1 + KILOBYTES.length);
    repository = new SharedRepository({
      'promotion.yaml': `registries:\n  mlflow: { url: ${mlflow.url} }\nenvironments:\n  production: { alias: champion, values: ${RELEASE} }\nteams:\n  fraud: { registry: mlflow }\n`,
      [PIN]: PINS,
      [RELEASE]: VALUES,
      // Small in a pack, and large where it is laid out.
      'notes.txt': 'a\n'.repeat(300_000),
    });
    const program = join(repository.root, 'program');
    mkdirSync(program);
    command = compiledInto(program);
  });
  afterAll(async () => {
    mlflow.stop();
    await repository?.remove();
  });

  it.each(KILOBYTES)(
    '57: of %d kB is full: nothing is pushed, and the next one goes on when it has room',
    async size => {
      mlflow.alias('churn', 'champion', ++version);
      const before = repository.tip();
      const cache = join(repository.root, `disk-${size}`);
      mkdirSync(cache);
      const watch = `"${process.execPath}" "${command}" watch --once --repository "${repository.bare}" --cache "${cache}"`;
      const tip = `git --git-dir "${repository.bare}" rev-parse main`;
      const said = await run(
        [
          `mount -t tmpfs -o size=${size}k none "${cache}"`,
          `${watch}; echo "ended $? at $(${tip})"`,
          `mount -o remount,size=64m "${cache}"`,
          `${watch}; echo "ended $?"`,
        ].join('\n'),
      );
      const [full, roomy] = [...said.matchAll(/^ended .*$/gm)].map(([line]) => line);
      expect([full, roomy]).toEqual([`ended 5 at ${before}`, 'ended 0']);
      expect(said).not.toContain('is it up?');
      expect(repository.git(repository.bare, 'rev-list', `${before}..main`).split('\n')).toHaveLength(1);
      expect(repository.changed()).toEqual([PIN, RELEASE]);
    },
  );

  function run(script: string) {
    return new Promise<string>(resolve => {
      const child = spawn('unshare', [...UNSHARE, 'sh', '-c', script], {
        cwd: repository.work,
        env: { ...process.env, HOME: repository.root },
      });
      let said = '';
      child.stdout.on('data', text => (said += text));
      child.stderr.on('data', text => (said += text));
      child.on('close', () => resolve(said));
    });
  }
});
