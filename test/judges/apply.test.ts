import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LIBRARY, mlops, PROJECT } from '../cli/process';
import { ControlPlane } from './control-plane';
import { describeJudged } from './judge';
import { noTestbed, TESTBED } from './testbed';

jest.setTimeout(180_000);

const NAMESPACE = '--namespace=fraud-staging';
/** No node has room for its third version. */
const MAIN = `
import { ApiAuth, Exposure, ModelApi, ModelRuntime, Peer, Platform, SecretSource } from ${LIBRARY};
const platform = new Platform({ name: 'ml' });
const exposure = Exposure.ingress({
  className: 'haproxy', host: 'churn.example.com', certificate: SecretSource.existing('tls'), peer: Peer.pods({ namespace: 'ingress' }),
});
platform.environments({ staging: {} })[0].team('fraud', { quota: { cpu: '4000', memory: '96Gi' } }, team => {
  const model = team.pinned('churn');
  const cpu = model.version === 3 ? '500' : '100m';
  new ModelApi(team, 'churn', {
    model,
    exposure,
    runtime: ModelRuntime.container({ image: 'registry.example.com/churn:1.0.0' }),
    resources: { requests: { cpu }, limits: { cpu } },
    auth: ApiAuth.apiKeys(SecretSource.existing('clients'), { clients: ['web'] }),
  });
});
export default platform;`;

describeJudged('a cluster that is changed directly', noTestbed, () => {
  const folder = mkdtempSync(join(tmpdir(), 'apply-'));
  const pins = join(folder, 'environments/staging/fraud.yaml');
  let cluster: ControlPlane;

  beforeAll(() => {
    mkdirSync(join(folder, 'environments/staging'), { recursive: true });
    writeFileSync(join(folder, 'main.ts'), MAIN);
    writeFileSync(pins, 'models:\n  churn:\n    version: 1\n');
    symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
    cluster = new ControlPlane(TESTBED);
    cluster.start(2);
    const storage = { 'ephemeral-storage': '100Gi' };
    const status = JSON.stringify({ status: { allocatable: storage, capacity: storage } });
    ['fake-0', 'fake-1'].forEach(node => {
      cluster.kubectl(['patch', 'node', node, '--subresource=status', '--type=merge', '-p', status]);
    });
  });
  afterAll(() => {
    cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (...args: string[]) =>
    mlops(folder, args, { ...cluster.environment, XDG_CACHE_HOME: join(folder, 'cache') });
  const deploy = (what: string, ...more: string[]) => run('deploy', what, '--apply', '--timeout=60s', ...more);
  /** The version that the Deployment says, and its pods that run. */
  const state = () => {
    const format =
      '-o=jsonpath={.spec.template.metadata.labels.app\\.kubernetes\\.io/version} {.status.availableReplicas}';
    return cluster.kubectl(['get', 'deployment', 'churn', NAMESPACE, format]).output;
  };
  const names = (kind: string) => cluster.kubectl(['get', kind, NAMESPACE, '-o=name']).output.trim();
  const pinned = () => readFileSync(pins, 'utf8').trim().split(' ').at(-1);

  it('needs the namespace of the team first, and says how to make it', () => {
    const { status, stderr } = deploy('churn');
    expect([status, stderr]).toEqual([
      12,
      expect.stringMatching(
        /namespaces "fraud-staging" not found; apply the manifest of the unit first: kubectl apply /,
      ),
    ]);
  });

  it('is told what would be done, and stays as it is', () => {
    expect(run('synth').status).toBe(0);
    const manifest = join(folder, 'dist/staging/fraud.k8s.yaml');
    const applied = cluster.kubectl(['apply', '--server-side', '--field-manager=mlops', '-f', manifest]);
    expect([applied.errors, applied.ok]).toEqual(['', true]);
    cluster.kubectl(['delete', 'deployment,ingress', '--all', NAMESPACE]);
    const { status, stdout } = deploy('churn:2', '--dry-run');
    expect([status, stdout]).toEqual([0, expect.stringContaining('would apply Deployment/churn')]);
    expect([names('deployment'), pinned()]).toEqual(['', '1']);
  });

  it('runs a version once it is told that it does, and is told how far it is meanwhile', () => {
    const { status, stdout, stderr } = deploy('churn');
    expect([status, state()]).toEqual([0, '1 2']);
    expect(stdout).toContain('applied Deployment/churn, which is new');
    expect(stderr).toMatch(/applying .*Deployment\/churn[^]*"churn" successfully rolled out/);
  });

  it('runs another version that is named, and the pin and the manifest here say so', () => {
    const { status, stdout } = deploy('churn:2', '--output=json');
    expect([status, JSON.parse(stdout)]).toMatchObject([0, { action: 'applied', created: [] }]);
    expect([state(), pinned()]).toEqual(['2 2', '2']);
    expect(run('synth').stdout).toContain('dist: 0 written, 1 unchanged');
  });

  it('is as it was if a version does not run in time, and so is the pin', () => {
    const { status, stderr } = deploy('churn:3', '--timeout=5s');
    expect([status, stderr]).toEqual([15, expect.stringContaining('Deployment/churn does not run after 5 s')]);
    expect([state(), pinned()]).toEqual(['2 2', '2']);
  });

  it('goes back to what stood there before, once', () => {
    const { status } = run('deploy', 'churn', '--undo', '--timeout=60s');
    expect([status, state(), pinned()]).toEqual([0, '1 2', '1']);
    expect(run('deploy', 'churn', '--undo')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('nothing is known that could be undone'),
    });
  });

  it('takes fields from nobody else', () => {
    const metadata = { name: 'churn', namespace: 'fraud-staging' };
    const bare = { apiVersion: 'apps/v1', kind: 'Deployment', metadata };
    const other = { ...bare, metadata: { ...metadata, labels: { 'app.kubernetes.io/name': 'taken' } } };
    const taken = cluster.kubectl(
      ['apply', '--server-side', '--force-conflicts', '--field-manager=argocd-controller'],
      [other],
    );
    expect(taken.errors).toBe('');
    const { status, stderr } = deploy('churn:2');
    expect([status, stderr]).toEqual([14, expect.stringMatching(/argocd-controller[^]*leave --apply out/)]);
    expect([state(), pinned()]).toEqual(['1 2', '1']);
    cluster.kubectl(['apply', '--server-side', '--field-manager=argocd-controller'], [bare]);
  });

  it('goes back by itself alone: what others took or note since stays theirs', () => {
    expect([deploy('churn').status, deploy('churn:2').status]).toEqual([0, 0]);
    const metadata = { name: 'churn', namespace: 'fraud-staging' };
    const taken = { ...metadata, labels: { 'app.kubernetes.io/name': 'taken' } };
    const other = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: taken, spec: { minReadySeconds: 1 } };
    const flags = ['--server-side', '--force-conflicts', '--validate=false', '--field-manager=argocd-controller'];
    expect(cluster.kubectl(['apply', ...flags], [other]).errors).toBe('');
    cluster.kubectl(['annotate', 'deployment', 'churn', NAMESPACE, 'example.com/note=mine']);
    const { status, stderr } = run('deploy', 'churn', '--undo', '--timeout=60s');
    expect([status, state(), pinned()]).toEqual([0, '1 2', '1']);
    expect(stderr).toContain(
      'Deployment/churn: .metadata.labels.app.kubernetes.io/name stays as it is, for argocd-controller has it now',
    );
    const get = ['get', 'deployment', 'churn', NAMESPACE, '--show-managed-fields', '-o=json'];
    const { metadata: now, spec } = JSON.parse(cluster.kubectl(get).output);
    expect([now.labels['app.kubernetes.io/name'], spec.minReadySeconds]).toEqual(['taken', 1]);
    expect(now.annotations).toMatchObject({ 'example.com/note': 'mine' });
    const own = now.managedFields.find(({ manager }: { manager: string }) => manager === 'mlops').fieldsV1;
    const annotations = Object.keys(own['f:metadata']['f:annotations'] ?? {});
    expect(annotations.filter(name => /revision|note/.test(name))).toEqual([]);
    expect(own['f:spec']).not.toHaveProperty('f:minReadySeconds');
    const bare = { apiVersion: 'apps/v1', kind: 'Deployment', metadata };
    cluster.kubectl(['apply', '--server-side', '--field-manager=argocd-controller'], [bare]);
    expect(deploy('churn')).toMatchObject({ status: 0 });
  });

  it('gets routes alone, and loses them again', () => {
    cluster.kubectl(['delete', 'ingress', '--all', NAMESPACE]);
    expect(run('routes', 'churn', '--apply')).toMatchObject({ status: 0 });
    expect(names('ingress')).toBe('ingress.networking.k8s.io/churn');
    expect(run('routes', 'churn', '--undo')).toMatchObject({ status: 0 });
    expect(names('ingress')).toBe('');
  });

  it('loses a model, and gets it back', () => {
    expect(run('delete', 'churn', '--apply', '--dry-run').stdout).toContain('would remove Deployment/churn');
    expect(run('delete', 'churn', '--apply')).toMatchObject({ status: 0 });
    expect(names('deployment,service,ingress,poddisruptionbudget')).toBe('');
    expect(run('delete', 'churn', '--undo', '--timeout=60s')).toMatchObject({ status: 0 });
    expect(state()).toBe('1 2');
  });

  it('says so if it does not answer, or gives no right', () => {
    expect(deploy('churn', '--context=nowhere')).toMatchObject({
      status: 12,
      stderr: expect.stringContaining('kubectl config get-contexts'),
    });
    cluster.kubectl(['config', 'set-credentials', 'nobody', '--token=nothing']);
    cluster.kubectl(['config', 'set-context', 'denied', '--cluster=testbed', '--user=nobody']);
    expect(deploy('churn', '--context=denied')).toMatchObject({ status: 13 });
  });
});
