import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ControlPlane } from './control-plane';
import { describeJudged, isInstalled } from './judge';
import { objectsBelow, PROJECT, type Manifest } from './manifests';
import { noDefinitions, TESTBED } from './testbed';

const missing = !existsSync(join(TESTBED, 'argocd'))
  ? 'MLOPS_TESTBED names no test bed with Argo CD'
  : (noDefinitions ?? (isInstalled('redis-server') ? undefined : 'redis-server is not on the PATH'));

/** The project of a team with repositories of its own. */
const TEAM = 'staging-search-own';
const NAMESPACE = 'search-staging';

/** Kinds that isolate a team, or would lead around that, as `apiVersion Kind`. */
const ISOLATING = `
  v1 Endpoints
  v1 LimitRange
  v1 ResourceQuota
  v1 ServiceAccount
  argoproj.io/v1alpha1 AppProject
  argoproj.io/v1alpha1 Application
  argoproj.io/v1alpha1 ApplicationSet
  cilium.io/v2 CiliumNetworkPolicy
  crd.projectcalico.org/v1 NetworkPolicy
  discovery.k8s.io/v1 EndpointSlice
  extensions.istio.io/v1alpha1 WasmPlugin
  gateway.envoyproxy.io/v1alpha1 Backend
  gateway.envoyproxy.io/v1alpha1 EnvoyPatchPolicy
  gateway.envoyproxy.io/v1alpha1 SecurityPolicy
  gateway.networking.k8s.io/v1 Gateway
  gateway.networking.k8s.io/v1beta1 ReferenceGrant
  networking.istio.io/v1alpha3 EnvoyFilter
  networking.istio.io/v1 Gateway
  networking.istio.io/v1 ServiceEntry
  networking.istio.io/v1 Sidecar
  networking.istio.io/v1 WorkloadEntry
  networking.k8s.io/v1 NetworkPolicy
  rbac.authorization.k8s.io/v1 Role
  rbac.authorization.k8s.io/v1 RoleBinding
  security.istio.io/v1 AuthorizationPolicy
  security.istio.io/v1 PeerAuthentication
`;
/** Kinds in no namespace. */
const CLUSTER_WIDE = `
  v1 Namespace
  v1 PersistentVolume
  admissionregistration.k8s.io/v1 MutatingWebhookConfiguration
  admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy
  admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding
  apiextensions.k8s.io/v1 CustomResourceDefinition
  apiregistration.k8s.io/v1 APIService
  networking.k8s.io/v1 IngressClass
  policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy
  rbac.authorization.k8s.io/v1 ClusterRole
  rbac.authorization.k8s.io/v1 ClusterRoleBinding
  scheduling.k8s.io/v1 PriorityClass
  storage.k8s.io/v1 StorageClass
`;
/** What a team is there to deploy. */
const ALLOWED = `
  v1 ConfigMap
  v1 Secret
  v1 Service
  v1 PersistentVolumeClaim
  apps/v1 Deployment
  apps/v1 StatefulSet
  batch/v1 CronJob
  batch/v1 Job
  gateway.networking.k8s.io/v1 HTTPRoute
`;
/** Places that are not the team's. */
const ELSEWHERE = ['argocd', 'default', 'fraud-staging', 'kube-system', 'search-production'];

const objectsOf = (table: string, namespace?: string): Manifest[] =>
  table
    .trim()
    .split('\n')
    .map(line => {
      const [apiVersion = '', kind = ''] = line.trim().split(' ');
      return { apiVersion, kind, metadata: { name: 'probe', namespace }, spec: {} };
    });

/** Argo CD gives what is in no namespace that of the application. */
const keyOf = (kind: string, namespace?: string): string => `${kind} ${namespace || NAMESPACE}`;

describeJudged('Argo CD, by the projects of dist/', missing, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenant-'));
  const forbidden = [
    ...objectsOf(ISOLATING, NAMESPACE),
    ...objectsOf(CLUSTER_WIDE),
    ...ELSEWHERE.flatMap(namespace => objectsOf('v1 ConfigMap', namespace)),
  ];
  let controlPlane: ControlPlane;
  let repository: string;
  let verdicts: ReadonlyMap<string, string>;

  /** Has Argo CD sync a folder of the repository as an application; returns what it says in the end. */
  function sync(name: string, source: object, destination: object): any {
    const application = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name, namespace: 'argocd' },
      spec: {
        project: TEAM,
        source: { repoURL: repository, targetRevision: 'main', directory: { recurse: true }, ...source },
        destination: { server: 'https://kubernetes.default.svc', namespace: NAMESPACE, ...destination },
      },
      operation: { sync: { revision: 'main', syncOptions: ['ServerSideApply=true'] } },
    };
    expect(controlPlane.kubectl(['create'], [application]).errors).toBe('');
    const deadline = Date.now() + 120_000;
    while (Date.now() < deadline) {
      const { status } = JSON.parse(
        controlPlane.kubectl(['get', 'application', name, '-n', 'argocd', '-o', 'json']).output,
      );
      if (status?.operationState?.finishedAt !== undefined) {
        return status;
      }
      spawnSync('sleep', ['0.5']);
    }
    throw new Error(`Argo CD did not finish ${name}`);
  }

  const told = (status: any): Map<string, string> =>
    new Map(
      (status.operationState.syncResult?.resources ?? []).map(({ kind, namespace, group, message }: any) => [
        `${group} ${keyOf(kind, namespace)}`,
        message,
      ]),
    );

  beforeAll(() => {
    controlPlane = new ControlPlane(TESTBED);
    controlPlane.start();
    const needed = /(argoproj|istio|envoyproxy|networking\.k8s)\.io\.yaml$/;
    controlPlane.define(file => needed.test(file));
    controlPlane.apply([
      definition('cilium.io', 'v2', 'CiliumNetworkPolicy', 'ciliumnetworkpolicies'),
      definition('crd.projectcalico.org', 'v1', 'NetworkPolicy', 'networkpolicies'),
    ]);
    controlPlane.kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s']);
    write('forbidden', forbidden);
    write('allowed', objectsOf(ALLOWED, NAMESPACE));
    // Repeated, it waits again for what takes long on a busy machine.
    expect([1, 2, 3].some(() => controlPlane.command('argocd', 'up').ok)).toBe(true);
    repository = controlPlane.command('argocd', 'repo', folder).output.trim();

    const projects = objectsBelow(join(PROJECT, 'dist/argocd')).filter(({ kind }) => kind === 'AppProject');
    // The team's repository is not to be had here, so another one stands in for it.
    const reachable = projects.map(({ spec, ...rest }) => ({ ...rest, spec: { ...spec, sourceRepos: [repository] } }));
    expect(controlPlane.apply(reachable)).toMatchObject({ ok: true });
    expect(controlPlane.apply([knownCluster('https://production.example.com:6443')])).toMatchObject({ ok: true });
    const places = [NAMESPACE, 'fraud-staging', 'search-production'];
    places.forEach(place => controlPlane.kubectl(['create', 'namespace', place]));
    verdicts = told(sync('forbidden', { path: 'forbidden' }, {}));
  }, 480_000);
  afterAll(() => {
    controlPlane.command('argocd', 'down');
    controlPlane.stop();
    rmSync(folder, { recursive: true });
  }, 60_000);

  function write(name: string, objects: readonly Manifest[]): void {
    mkdirSync(join(folder, name));
    objects.forEach((object, index) => writeFileSync(join(folder, name, `${index}.json`), JSON.stringify(object)));
  }

  const groupOf = ({ apiVersion }: Manifest): string => (apiVersion.includes('/') ? apiVersion.split('/')[0]! : '');

  test('knows at least 25 kinds and places that are forbidden', () => expect(forbidden.length).toBeGreaterThan(25));

  test.each(forbidden.map(one => [`${groupOf(one)} ${keyOf(one.kind, one.metadata.namespace)}`] as const))(
    'does not let a team deploy %s',
    key => expect(verdicts.get(key)).toMatch(/is not permitted in project/),
  );

  test('lets a team deploy what it is there to deploy', () => {
    const answers = told(sync('allowed', { path: 'allowed' }, {}));
    expect(answers.size).toBe(objectsOf(ALLOWED).length);
    expect([...answers.values()].filter(message => /not permitted/.test(message))).toEqual([]);
  }, 150_000);

  test.each([
    [
      'from a repository of somebody else',
      { repoURL: 'https://git.example.com/other.git', path: '.' },
      {},
      /application repo .* is not permitted/,
    ],
    [
      'into the namespace of another team',
      { path: 'allowed' },
      { namespace: 'fraud-staging' },
      /do not match any of the allowed destinations/,
    ],
    [
      'into another cluster',
      { path: 'allowed' },
      { server: 'https://production.example.com:6443' },
      /do not match any of the allowed destinations/,
    ],
  ])(
    'does not let a team deploy %s',
    (what, source, destination, message) => {
      const { operationState, conditions = [] } = sync(what.replace(/ /g, '-'), source, destination);
      expect(operationState.phase).not.toBe('Succeeded');
      expect(JSON.stringify([operationState.message, conditions])).toMatch(message);
    },
    150_000,
  );
});

/** A cluster that Argo CD knows, so that nothing but the project keeps an application from it. */
function knownCluster(server: string): Manifest {
  const labels = { 'argocd.argoproj.io/secret-type': 'cluster' };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'production', namespace: 'argocd', labels } as Manifest['metadata'],
    stringData: { name: 'production', server, config: '{}' },
  } as unknown as Manifest;
}

/** A custom resource with any content. */
function definition(group: string, version: string, kind: string, plural: string): Manifest {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  };
}
