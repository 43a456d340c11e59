import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryMlflow } from '../promotion/memory-mlflow';
import { SharedRepository } from '../promotion/shared-repository';
import { compiledInto } from './promotion/compiled';

jest.setTimeout(120_000);

const PIN = 'environments/production/fraud.yaml';
const MANIFEST = 'dist/production/fraud.k8s.yaml';

describe('a commit that a person has the command make', () => {
  const program = mkdtempSync(join(tmpdir(), 'cli-commits-'));
  const command = compiledInto(program);
  const mlflow = new MemoryMlflow();
  let repository: SharedRepository;

  const main = (host: string, cpu = '8') => `
import { Exposure, ModelApi, ModelRuntime, Peer, Platform, SecretSource } from ${JSON.stringify(join(program, 'build'))};
const platform = new Platform({ name: 'ml' });
platform.environments({ production: {} })[0].team('fraud', { quota: { cpu: '${cpu}', memory: '24Gi' } }, team => {
  for (const name of ['churn', 'ranking'].filter(one => team.isPinned(one))) {
    const host = name === 'churn' ? '${host}' : 'ranking.example.com';
    new ModelApi(team, name, {
      model: team.pinned(name),
      runtime: ModelRuntime.container({ image: 'registry.example.com/' + name + ':1.0.0' }),
      exposure: Exposure.ingress({
        className: 'haproxy', host, certificate: SecretSource.existing('tls'), peer: Peer.pods({ namespace: 'ingress' }),
      }),
    });
  }
});
export default platform;
`;

  function run(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
    const env = { ...process.env, XDG_CACHE_HOME: join(repository.root, 'cache'), CDK8S_OUTDIR: undefined };
    return new Promise(resolve =>
      execFile(process.execPath, [command, ...args], { cwd: repository.work, env }, (error, stdout, stderr) =>
        resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
      ),
    );
  }

  beforeAll(async () => {
    await mlflow.start();
    mlflow.register('churn', 3);
    mlflow.register('ranking', 3);
    mlflow.alias('churn', 'champion', 2);
    repository = new SharedRepository();
    symlinkSync(join(program, 'node_modules'), join(repository.work, 'node_modules'));
    repository.edit({
      'main.ts': main('churn.example.com'),
      'promotion.yaml': `registries: { mlflow: { url: '${mlflow.url}' } }
environments: { production: { alias: champion, gates: { tags: { validated: 'yes' } } } }
teams: { fraud: { registry: mlflow } }
`,
      [PIN]: 'models:\n  churn:\n    version: 1\n',
      '.gitignore': 'node_modules\n',
    });
    expect(await run('synth')).toMatchObject({ status: 0 });
    repository.push('synthesize');
  });
  afterAll(async () => {
    mlflow.stop();
    await repository?.remove();
    rmSync(program, { recursive: true, force: true });
  });

  it('is none if the routes are as they should be', async () => {
    const tip = repository.tip();
    const { status, stdout } = await run('routes');
    expect([status, stdout, repository.tip()]).toEqual([0, expect.stringContaining('nothing to do'), tip]);
  });

  it('changes the route of a model, and nothing else', async () => {
    repository.edit({ 'main.ts': main('models.example.com') });
    const dry = await run('routes', 'churn', '--dry-run');
    expect([dry.status, dry.stdout]).toEqual([0, expect.stringMatching(/would change Ingress\/churn[^]*\+.*models/)]);
    expect(repository.changed()).toEqual(['main.ts']);
    const { status, stdout } = await run('routes', 'churn', '--output=json');
    expect([status, JSON.parse(stdout)]).toMatchObject([0, { changed: ['Ingress/churn'], commit: repository.tip() }]);
    expect(repository.changed()).toEqual([MANIFEST]);
    expect(repository.message()).toMatch(/^production\/fraud: routes of churn\n\nMlops-By: person /);
    expect(repository.read(MANIFEST)).toContain('models.example.com');
  });

  it('is refused if more than the routes would change, and says what', async () => {
    repository.edit({ 'main.ts': main('other.example.com', '9') });
    const tip = repository.tip();
    const { status, stderr } = await run('routes', 'churn');
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining('the synthesis changes ResourceQuota/team too, which belongs to none of these models'),
    ]);
    expect(repository.tip()).toBe(tip);
    repository.edit({ 'main.ts': main('models.example.com') });
  });

  it('pins the version that an alias points to, past the gates', async () => {
    expect(await run('deploy', 'churn@champion', '--reason=an outage')).toMatchObject({ status: 0 });
    expect(repository.changed()).toEqual([MANIFEST, PIN]);
    expect(repository.subjects().at(-1)).toBe('production/fraud: churn 1 -> 2');
    expect(repository.message()).toMatch(/\nPast its gates: an outage\n[^]*\nMlops-By: person /);
  });

  it('pins the first version of a model, where it is told to', async () => {
    const place = ['--environment=production', '--team=fraud'];
    expect(await run('deploy', 'ranking:3', ...place)).toMatchObject({ status: 0 });
    expect(repository.read(PIN)).toMatch(/^ {2}ranking:\n {4}version: 3$/m);
    expect(repository.read(MANIFEST)).toContain('ranking.example.com');
  });

  it('takes a pin away, and with it the model', async () => {
    const dry = await run('delete', 'ranking', '--dry-run');
    expect([dry.status, dry.stdout]).toEqual([0, expect.stringContaining('-  ranking:')]);
    expect(await run('delete', 'ranking')).toMatchObject({ status: 0 });
    expect(repository.subjects().at(-1)).toBe('production/fraud: ranking 3 removed');
    expect(repository.read(PIN)).not.toContain('ranking');
    expect(repository.read(MANIFEST)).not.toContain('ranking');
  });

  it.each([
    ['an alias that is not set', ['deploy', 'churn@nobody'], 19, 'alias "nobody" is not set, only: champion'],
    ['a version that does not exist', ['deploy', 'churn:9'], 19, 'churn 9'],
    ['a model that is not pinned', ['delete', 'nothing'], 1, 'no such model is pinned where an alias leads'],
    ['a version that is none', ['deploy', 'churn:zero'], 1, '"churn:zero" names no model version'],
  ])('is not made for %s', async (_, args, code, text) => {
    const tip = repository.tip();
    const { status, stdout, stderr } = await run(...args);
    expect([status, `${stdout}${stderr}`]).toEqual([code, expect.stringContaining(text)]);
    expect(repository.tip()).toBe(tip);
  });

  it.each([
    ['a malformed file', 'models:\n  churn: [\n', 20, /fraud\.yaml/],
    [
      'two models of one name',
      'models:\n  churn:\n    version: 1\n  churn:\n    version: 2\n',
      22,
      /model \\?"churn\\?" is pinned in line 2 already/,
    ],
  ])('is not made for %s of pins', async (_, text, code, message) => {
    const before = repository.read(PIN);
    repository.edit({ [PIN]: text });
    const tip = repository.tip();
    const first = ['deploy', 'churn:3', '--environment=production', '--team=fraud'];
    for (const args of [['deploy', 'churn:3'], first, ['watch', '--once'], ['status'], ['diff']]) {
      const { status, stdout, stderr } = await run(...args);
      expect([args[0], status, `${stdout}${stderr}`]).toEqual([args[0], code, expect.stringMatching(message)]);
    }
    expect(repository.tip()).toBe(tip);
    repository.edit({ [PIN]: before });
  });
});
