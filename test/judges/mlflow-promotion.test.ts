import { tmpdir } from 'node:os';
import { hasMlflow, Mlflow } from './promotion/mlflow';
import { mlops, platformRepository } from './promotion/platform';
import type { SharedRepository } from '../promotion/shared-repository';
import { describeJudged } from './judge';

jest.setTimeout(300_000);

const PIN = 'environments/production/fraud.yaml';

describeJudged('a promotion', hasMlflow() ? undefined : 'mlflow is not installed', () => {
  const mlflow = new Mlflow();
  let repository: SharedRepository;
  beforeAll(async () => {
    await mlflow.start();
    for (const auc of [0.8, 0.9, 0.7]) {
      await mlflow.register('churn', { auc });
    }
    repository = platformRepository(`registries:
  mlflow: { url: ${mlflow.url} }
environments:
  staging: { alias: candidate }
  production:
    alias: champion
    gates:
      tags: { validated: 'yes' }
      signature: compatible
      metrics: { auc: { min: 0.85 } }
teams:
  fraud: { registry: mlflow }
`);
    await mlflow.alias('churn', 'champion', 1);
    await mlflow.alias('churn', 'candidate', 1);
  });
  afterAll(async () => {
    await mlflow.stop();
    await repository?.remove();
  });

  const run = (...args: string[]) => {
    const [command, ...more] = args;
    const ended = mlops(repository, [command!, '--credentials', mlflow.credentials, '--output', 'json', ...more]);
    return {
      ...ended,
      data: ended.stdout.startsWith('{') || ended.stdout.startsWith('[') ? JSON.parse(ended.stdout) : undefined,
    };
  };

  it('is nothing as long as no alias moves', () => {
    expect(run('plan')).toMatchObject({ status: 0, data: { promotions: [], held: [] } });
  });

  it('waits for its gates, and says for which', async () => {
    await mlflow.alias('churn', 'champion', 3);
    const { status, data } = run('plan');
    expect(status).toBe(0);
    expect(data.held[0].reasons).toEqual([
      { gate: 'tags', reason: 'tag validated must be yes, it is not set' },
      { gate: 'metrics', reason: 'metric auc must be at least 0.85, it is 0.7' },
    ]);
  });

  it('is one commit with the right pin and the right manifest', async () => {
    await mlflow.alias('churn', 'champion', 2);
    await mlflow.post('model-versions/set-tag', { name: 'churn', version: '2', key: 'validated', value: 'yes' });
    expect(run('diff').data[0].diff).toContain('\n-    version: 1\n+    version: 2\n');
    const log = mlops(repository, ['watch', '--once', '--credentials', mlflow.credentials]);
    expect(log.stdout).toContain('"event":"looked"');
    expect(repository.subjects()).toEqual(['declare', 'synthesize', 'production/fraud: churn 1 -> 2']);
    expect(repository.changed()).toEqual(['dist/production/fraud.k8s.yaml', PIN]);
    expect(repository.read(PIN)).toMatch(
      /^# who may leave\nmodels:\n {2}churn:\n {4}version: 2\n {4}run: [0-9a-f"]+\n {4}mlmodel: sha256:[0-9a-f]{64}\n {4}signature:\n/,
    );
    const manifest = repository.read('dist/production/fraud.k8s.yaml');
    expect([manifest.includes('s3://models/churn/2'), manifest.includes('s3://models/churn/1')]).toEqual([true, false]);
    expect(repository.message()).toMatch(
      /\nRun: http:\/\/127\.0\.0\.1:\d+\/#\/experiments\/1\/runs\/[0-9a-f]{32}, started by anna\n/,
    );
    // The manifest is the one that anybody else would make of the commit.
    repository.pull();
    expect(mlops(repository, ['synth']).stdout).toContain('0 written');
  });

  it('is rolled back by one commit, and stays so', async () => {
    const { status, data } = run('rollback', 'churn', '--environment', 'production');
    expect([status, data.done[0].version]).toEqual([0, 1]);
    expect(repository.read(PIN)).toBe('# who may leave\nmodels:\n  churn:\n    version: 1\n');
    expect(run('plan').data.held[0].reasons[0].gate).toBe('taken-back');
    const table = mlops(repository, ['history', 'churn', '--environment', 'production']).stdout;
    expect(table.split('\n').map(line => line.trim().split(/ {2,}/).slice(1, 5).join(' '))).toEqual([
      'Environment Team Model Version',
      'production fraud churn 1',
      'production fraud churn 2',
      'production fraud churn 1',
      '',
    ]);
  });

  it('can be insisted on', () => {
    expect(run('promote', 'churn', '--environment', 'production')).toMatchObject({ status: 0 });
    expect(repository.read(PIN)).toContain('version: 2');
    const held = run('promote', 'churn', '--environment', 'production', '--version', '3');
    expect([held.status, held.data.held[0].reasons.length]).toEqual([9, 2]);
    const past = run('promote', 'churn', '--environment', 'production', '--version', '3', '--past-gates', 'an outage');
    expect([past.status, repository.message()]).toEqual([0, expect.stringContaining('\nPast its gates: an outage\n')]);
  });

  it('is told with its state', () => {
    const { data } = run('status', 'churn', '--environment', 'production');
    expect(data).toMatchObject([{ environment: 'production', version: 3, wanted: 2, alias: 'champion' }]);
  });

  it.each([
    [
      'no credentials',
      ['--credentials', tmpdir()],
      17,
      /"unanswered"[\s\S]*wants credentials, and none were sent \(401\)/,
    ],
    ['credentials that are not there', ['--credentials', '/nowhere'], 17, /there is no folder "\/nowhere"/],
    ['no repository', ['--repository', '/nowhere'], 5, /main of \/nowhere cannot be read: .*; check the URL/],
    [
      'a branch that is not there',
      ['--branch', 'other'],
      5,
      /other of .* cannot be read: .*; push a first commit, or name another branch/,
    ],
    [
      'an address that runs a program',
      ['--repository', 'ext::sh -c id'],
      1,
      /"ext::sh -c id" is no address of a repository/,
    ],
  ])('tells %s with a code of its own', (_, options, code, message) => {
    const { status, stdout, stderr } = run('plan', ...options);
    expect([status, `${stdout}${stderr}`]).toEqual([code, expect.stringMatching(message)]);
  });
});
