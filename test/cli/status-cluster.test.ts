import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PIN } from '../promotion/one-team';
import { SharedRepository } from '../promotion/shared-repository';
import { mlops } from './process';
import { UNANSWERED } from './unanswered';

jest.setTimeout(60_000);

describe('mlops status of a cluster', () => {
  const repository = new SharedRepository({
    'promotion.yaml': UNANSWERED.replace('alias: champion', 'alias: champion, deployment: $team/$model'),
    [PIN]: 'models:\n  churn:\n    version: 1\n  other:\n    version: 1\n',
  });
  afterAll(() => repository.remove());

  /** Runs the command where kubectl is this script, which finds what it was asked behind `get --raw`. */
  function status(script: string, ...args: string[]) {
    const bin = join(repository.root, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'kubectl'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, 'kubectl'), 0o755);
    return mlops(repository.work, ['status', '--cache', join(repository.root, 'cache'), ...args], {
      PATH: `${bin}:${process.env['PATH']}`,
      KUBERNETES_SERVICE_HOST: undefined,
    });
  }
  /** What stands in a column of its table, by model. */
  function column(name: string, text: string): Record<string, string> {
    const [head, ...rows] = text.trimEnd().split('\n');
    const [model, at] = [head!.indexOf('Model'), head!.indexOf(name)];
    return Object.fromEntries(rows.map(row => [row.slice(model).split(' ')[0], row.slice(at)]));
  }

  it('shows what Argo CD says of each model, which is asked once for a unit', () => {
    const asked = join(repository.root, 'asked');
    const application = {
      status: { sync: { status: 'Synced', revision: 'a'.repeat(40) }, health: { status: 'Healthy' } },
    };
    const { stdout } = status(`echo "$3" >> ${asked}\necho '${JSON.stringify(application)}'`, '--argocd=cd');
    expect(column('Deployed', stdout)).toEqual({ churn: 'Synced, Healthy', other: 'Synced, Healthy' });
    expect(readFileSync(asked, 'utf8')).toBe(
      '/apis/argoproj.io/v1alpha1/namespaces/cd/applications/production-fraud\n',
    );
  });

  it('shows the version that each Deployment has, and where there is none', () => {
    const deployment = {
      metadata: { generation: 1 },
      spec: { replicas: 1, template: { metadata: { labels: { 'app.kubernetes.io/version': '7' } } } },
      status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
    };
    const script = `case "$3" in
*/churn) echo '${JSON.stringify(deployment)}';;
*) echo 'Error (NotFound)' >&2; exit 1;;
esac`;
    expect(column('Deployed', status(script, '--deployments').stdout)).toEqual({
      churn: '7: 1 of 1 pods are available',
      other: 'there is no Deployment fraud/other',
    });
    expect(JSON.parse(status(script, '--deployments', '--output=json').stdout)).toEqual([
      expect.objectContaining({
        model: 'churn',
        deployment: { state: 'running', version: 7, message: '1 of 1 pods are available' },
      }),
      expect.objectContaining({
        model: 'other',
        deployment: { state: 'waiting', message: 'there is no Deployment fraud/other' },
      }),
    ]);
  });

  it('has no such column if nobody is asked', () => {
    const { stdout } = status('exit 1');
    expect(stdout).toMatch(/^Environment .* State\n/);
    expect(stdout).not.toContain('Deployed');
  });

  it.each([
    [12, 'that answers with a page', 'echo "<html>"'],
    [12, 'that does not answer', 'echo "connection refused" >&2; exit 1'],
    [13, 'that gives no right', 'echo "Error: Forbidden" >&2; exit 1'],
  ])('ends with %i for one %s', (code, _what, script) => {
    const { status: ended, stderr } = status(script, '--argocd=argocd');
    expect(stderr).toMatch(/^kubectl: [^\n]*\n$/);
    expect(ended).toBe(code);
  });
});
