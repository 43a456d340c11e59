import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, type Chart } from 'cdk8s';
import { Construct } from 'constructs';
import {
  ArgoApplication,
  ArgoProject,
  ClusterGuards,
  ClusterNetwork,
  Database,
  ExternalObjectStore,
  ExternalSecret,
  Guard,
  KedaTrigger,
  Minio,
  MlflowBackup,
  MlflowServer,
  MlflowUsers,
  ModelApi,
  ModelRuntime,
  ModelSource,
  Peer,
  Platform,
  PlatformError,
  PlatformErrors,
  PostgresCluster,
  PromotionController,
  SealedSecret,
  SecretSource,
  SopsSecret,
  TeamMesh,
  TeamNamespace,
  Workload,
  type ClusterGuardsProps,
  type MlflowServerProps,
  type ModelApiProps,
  type TeamNamespaceProps,
} from '../lib';
import { postgres, serverIn, storeIn } from './constructs/mlflow-parts';
import { seal } from './sealed';
import { chartIn, lateProblems } from './support';

const PAGE = join(__dirname, '..', 'docs', 'refusals.md');
const existing = SecretSource.existing;
const quota = { cpu: '8', memory: '32Gi' };
const silo = {
  size: '10Gi',
  image: 'registry.example.com/silo:2026.9.1',
  clientImage: 'registry.example.com/mc:2026.9.1',
};
const proxy = { peer: Peer.pods({ namespace: 'oauth2-proxy' }), secret: existing('proxy') };

/** A chart in a cluster whose addresses are known. */
function known(): Chart {
  const app = new App();
  new ClusterNetwork(app, { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], nodes: ['10.250.0.0/24'] });
  return chartIn('fraud', app);
}
const mlflow = (props: Partial<MlflowServerProps>) => () => serverIn(chartIn('fraud'), props);
const minio = (props: object) => () => new Minio(chartIn('fraud'), 'store', { ...silo, ...props });
const team = (props: Partial<TeamNamespaceProps>) => () =>
  new TeamNamespace(chartIn('fraud'), 'team', { quota, ...props });
const model = (props: Partial<ModelApiProps>) => () =>
  new ModelApi(chartIn('fraud'), 'churn', {
    model: { name: 'churn', version: 1 },
    runtime: ModelRuntime.container({ image: 'registry.example.com/churn:1.4.2' }),
    ...props,
  });
const s3 = (props: object) => () =>
  new ExternalObjectStore(chartIn('fraud'), 's3', {
    endpoint: 'https://s3.example.com',
    peer: Peer.pods({ namespace: 'storage' }),
    credentials: existing('s3'),
    ...props,
  });
const project = (props: object) => () =>
  new ArgoProject(chartIn('argocd'), 'fraud', {
    repositories: ['https://git.example.com/fraud.git'],
    namespaces: ['fraud'],
    ...props,
  });
const application = (props: object) => () =>
  new ArgoApplication(chartIn('argocd'), 'app', {
    project: project({})(),
    repoUrl: 'https://git.example.com/fraud.git',
    path: 'dist',
    namespace: 'fraud',
    ...props,
  });
const path =
  (peer: Peer | ReturnType<typeof Peer.hosts>, chart = known()) =>
  () =>
    new Workload(chart, 'trainer', { program: 'trainer' }).allowTo(peer as ReturnType<typeof Peer.hosts>);
const guards = (props: Partial<ClusterGuardsProps>) => () =>
  new ClusterGuards(chartIn('cluster'), 'guards', {
    teams: [{ team: 'fraud', namespace: 'fraud' }],
    guards: Guard.all(),
    deployers: ['platform'],
    ...props,
  });
const controller = (repository: { url: string }) => () =>
  new PromotionController(known(), 'promotion', {
    image: 'registry.example.com/ml/mlops:1.0.0',
    repository: { ...repository, credentials: existing('git'), peer: Peer.pods({ namespace: 'git', ports: [443] }) },
    registries: {},
  });
const variable = (name: string) => () =>
  new Workload(chartIn('fraud'), 'trainer', { program: 'trainer' }).addEnvironment({ name, value: 'hunter2' });
const platform = (declare: (one: Platform) => void) => () => {
  const one = new Platform({
    name: 'ml',
    outdir: '/nonexistent',
    gitOps: { repoUrl: 'https://git.example.com/ml.git' },
  });
  declare(one);
  one.synth();
};

/** What is refused; why; how the message begins, behind its place. */
const REFUSALS: readonly (readonly [what: string, why: string, act: () => unknown, message: string])[] = [
  [
    'MLflow before 3.17',
    'CVE-2026-2635, CVE-2026-115886',
    mlflow({ image: 'mlflow:v3.16.0' }),
    'MLflow 3.16.0 is older than 3.17.0',
  ],
  [
    'a candidate of 3.17',
    'CVE-2026-115886',
    mlflow({ image: 'mlflow:v3.17.0rc1' }),
    'the MLflow version of image "mlflow:v3.17.0rc1" is unknown',
  ],
  [
    'MLflow of unknown version',
    'CVE-2026-2635',
    mlflow({ image: 'mlflow:main' }),
    'the MLflow version of image "mlflow:main" is unknown',
  ],
  [
    'a version that the image is not',
    'CVE-2026-2635',
    mlflow({ image: 'mlflow:v3.16.0', version: '3.17.2' }),
    'version 3.17.2 is not that of image',
  ],
  ['an image without a pin', 'supply chain', mlflow({ image: 'mlflow:latest' }), 'image must be pinned'],
  ['any Host header', 'DNS rebinding', mlflow({ allowedHosts: ['*'] }), 'allowedHosts may not be "*"'],
  [
    'allowed hosts that miss a Service',
    'MLflow answers 403',
    mlflow({ allowedHosts: ['a.example.com'] }),
    'allowedHosts misses',
  ],
  ['a route with a wildcard', 'CORS', mlflow({ hosts: ['*.example.com'] }), '"*.example.com" is no host name'],
  [
    'the administrator’s Secret for the proxy',
    'least privilege',
    mlflow({ authProxy: { ...proxy, secret: existing('mlflow-auth') } }),
    'authProxy.secret may not be "mlflow-auth"',
  ],
  [
    'a header with "_"',
    'CVE-2025-64484',
    mlflow({ authProxy: { ...proxy, userHeader: 'X_User' } }),
    'authProxy.userHeader may not be "X_User"',
  ],
  [
    'one header for user and proof',
    'header spoofing',
    mlflow({ authProxy: { ...proxy, secretHeader: 'X-Forwarded-User' } }),
    'authProxy.userHeader and secretHeader cannot both be',
  ],
  [
    'SQLite with two replicas',
    'one writer',
    mlflow({ database: Database.sqlite(), replicas: 2 }),
    'SQLite allows one replica, got 2',
  ],
  [
    'a server without replicas',
    'availability',
    mlflow({ replicas: 0 }),
    'replicas must be a whole number of at least 1',
  ],
  [
    'users without workspaces',
    'everybody could create',
    () => {
      const chart = chartIn('fraud');
      new MlflowUsers(chart, 'users', { server: serverIn(chart) });
    },
    'fraud/mlflow has no workspaces',
  ],
  [
    'a backup in the bucket that it saves',
    'lost together',
    () => {
      const chart = chartIn('fraud');
      const to = storeIn(chart).bucket('fraud');
      const server = new MlflowServer(chart, 'mlflow', {
        image: 'mlflow:v3.17.2',
        artifacts: to,
        database: postgres(),
      });
      new MlflowBackup(chart, 'backup', { server, to, postgresImage: 'postgres:17.6' });
    },
    'the backup would lie in "fraud"',
  ],
  [
    'credentials of another namespace',
    'team isolation',
    () => {
      const app = new App();
      serverIn(chartIn('fraud', app)).grantRead(
        new Workload(chartIn('search', app), 'trainer', { program: 'trainer' }),
      );
    },
    'the credentials of fraud/mlflow are in namespace "fraud"',
  ],
  [
    'MinIO’s own image',
    'seven CVEs of 2026 without a release',
    minio({ image: 'minio/minio:RELEASE.2025-09-07T16-13-09Z' }),
    'image may not be "minio/minio:RELEASE.2025-09-07T16-13-09Z"',
  ],
  [
    'MinIO’s own client',
    'removed images',
    minio({ clientImage: 'quay.io/minio/mc:RELEASE.2025-08-13T08-35-41Z' }),
    'clientImage may not be',
  ],
  [
    'a store’s image without a pin',
    'supply chain',
    minio({ image: 'registry.example.com/silo' }),
    'image must be pinned',
  ],
  [
    'the administrator’s keys for a bucket',
    'least privilege',
    () => minio({})().bucket('fraud', { credentials: existing('store-root') }),
    'credentials of bucket "fraud" may not be "store-root"',
  ],
  [
    'one user who may and may not write',
    'least privilege',
    () => {
      const store = minio({})();
      const bucket = store.bucket('fraud', { credentials: existing('a'), readCredentials: existing('a') });
      const trainer = new Workload(chartIn('fraud'), 'trainer', { program: 'trainer' });
      bucket.grantReadWrite(trainer);
      bucket.grantRead(trainer);
    },
    'the keys in "a" cannot be for reading only and for writing',
  ],
  [
    'two servers of a store',
    'no write after a loss',
    minio({ servers: 2 }),
    'servers must be 1, or a whole number from 4 to 16',
  ],
  [
    'a bucket with a path in its name',
    'path traversal',
    () => minio({})().bucket('../fraud'),
    '"../fraud" cannot name a bucket',
  ],
  [
    'an endpoint with a login',
    'secrets in Git',
    s3({ endpoint: 'https://me:secret@s3.example.com' }),
    'endpoint must be the URL of an S3 API',
  ],
  [
    'an authority where nothing is encrypted',
    'TLS',
    s3({ endpoint: 'http://s3.example.com', certificateAuthority: existing('ca') }),
    'certificateAuthority is of no use',
  ],
  [
    'a certificate checked against nothing',
    'TLS',
    mlflow({ database: { ...postgres(), form: 'fields', tls: { mode: 'verify-full' } } as Database }),
    'tls.mode "verify-full" checks',
  ],
  [
    'the Argo project "default"',
    'it allows everything',
    () =>
      new ArgoProject(chartIn('argocd'), 'default', {
        repositories: ['https://git.example.com/a.git'],
        namespaces: ['a'],
      }),
    'the Argo project "default" allows everything',
  ],
  [
    'any repository',
    'a project that limits nothing',
    project({ repositories: ['*'] }),
    '"*" may not stand for any repository',
  ],
  [
    'any namespace',
    'a project that limits nothing',
    project({ namespaces: ['fraud-*'] }),
    '"fraud-*" may not stand for any repository, namespace',
  ],
  [
    'any server',
    'a project that limits nothing',
    project({ server: '*' }),
    '"*" may not stand for any repository, namespace or server',
  ],
  [
    'a password in the URL of a repository',
    'secrets in Git',
    project({ repositories: ['https://me:hunter2@git.example.com/a.git'] }),
    'a repository of git.example.com has a password in its URL',
  ],
  [
    'a path out of the repository',
    'path traversal, CVE-2022-24348',
    application({ path: '../other' }),
    'path must be a folder of the repository',
  ],
  [
    'an application outside of its project',
    'Argo CD would not sync it',
    application({ namespace: 'search' }),
    'project "fraud" does not allow namespace "search"',
  ],
  [
    'Argo CD’s namespace for a team',
    'escalation',
    platform(one => one.environments({ staging: {} })[0]!.team('x', { quota, namespace: 'argocd' })),
    'namespace "argocd" of https://kubernetes.default.svc belongs to Argo CD',
  ],
  [
    'two teams in one namespace',
    'team isolation',
    platform(one => one.environments({ x: {}, y: {} }).forEach(each => each.team('t', { quota, namespace: 'shared' }))),
    'namespace "shared" of https://kubernetes.default.svc belongs to x/t',
  ],
  [
    'a path into the cluster by address',
    'team isolation',
    path(Peer.hosts({ cidrs: ['10.244.1.0/24'], ports: [443] })),
    '10.244.1.0/24 is not outside of the cluster',
  ],
  [
    'a path to instance metadata',
    'CVE-2026-2393, SSRF',
    path(Peer.hosts({ cidrs: ['169.254.169.254/32'], ports: [80] })),
    '169.254.169.254/32 is not outside of the cluster',
  ],
  [
    'the internet, while the cluster’s addresses are unknown',
    'team isolation',
    path(Peer.hosts({ cidrs: ['0.0.0.0/0'], ports: [443] }), chartIn('fraud')),
    "cannot open 0.0.0.0/0: which addresses are the cluster's own is unknown",
  ],
  [
    'a path to nobody, which means everybody',
    'NetworkPolicy',
    path(Peer.hosts({ cidrs: [], ports: [443] })),
    'the network peer is empty',
  ],
  [
    'nodes of unknown addresses',
    'NetworkPolicy',
    path(Peer.nodes({ ports: [6443] }), chartIn('fraud')),
    "the addresses of the cluster's nodes are unknown",
  ],
  [
    'a group of Kubernetes itself as owner',
    'escalation',
    team({ owners: ['system:masters'] }),
    '"system:masters" cannot be an owner or member',
  ],
  [
    'guards that refuse everybody',
    'nobody could deploy',
    guards({ deployers: [] }),
    'nobody may deploy, so the guards would refuse the platform itself',
  ],
  [
    'a deployer who is everybody',
    'guards that refuse nobody',
    guards({ deployers: ['system:authenticated'] }),
    '"system:authenticated" cannot be a deployer',
  ],
  [
    'a tier by a label that anybody may set',
    'team isolation',
    guards({ guards: [Guard.teamTier({ priority: 1 })] }),
    'Guard.teamTier() trusts the label cdk8s-mlops/team',
  ],
  [
    'guards that read what nobody writes',
    'they would refuse everything',
    team({ adopt: true, guarded: { guards: [Guard.hosts()] } }),
    'the guards read cdk8s-mlops/hosts on the namespace "fraud"',
  ],
  [
    'hosts that nobody guards',
    'a limit that is none',
    team({ guarded: { guards: [], hosts: ['fraud.example.com'] } }),
    'hosts are of no use',
  ],
  [
    'an identity with a pattern',
    'another team’s account may match',
    () => new TeamMesh(chartIn('fraud'), 'mesh', { callers: ['cluster.local/ns/search-*/sa/web'] }),
    '"cluster.local/ns/search-*/sa/web" is no identity in full',
  ],
  [
    'a token in the address of the repository',
    'secrets in Git',
    controller({ url: 'https://me:hunter2@git.example.com/ml.git' }),
    'repository.url of git.example.com holds credentials',
  ],
  [
    'commits that travel unencrypted',
    'TLS',
    controller({ url: 'http://git.example.com/ml.git' }),
    'repository.url must be the address of a Git repository behind https or ssh',
  ],
  [
    'a namespace of Kubernetes itself',
    'escalation',
    () => new TeamNamespace(chartIn('kube-system'), 'team', { quota }),
    `the namespace "kube-system" is Kubernetes' own`,
  ],
  [
    'a namespace beside its chart',
    'team isolation',
    team({ name: 'search' }),
    'the namespace "search" is not that of its chart',
  ],
  [
    'Pod Security of no version',
    'reproducibility',
    team({ podSecurityVersion: 'latest' }),
    'podSecurityVersion must be pinned',
  ],
  [
    'Secrets for images that are no such',
    'Kubernetes ignores them',
    team({ imagePullSecrets: [new SopsSecret(chartIn('fraud'), 'registry')] }),
    'imagePullSecrets may not hold "registry"',
  ],
  [
    'a password in the text of a Secret',
    'secrets in Git',
    () =>
      new ExternalSecret(chartIn('fraud'), 'db', {
        store: { kind: 'SecretStore', name: 'vault' },
        files: { 'pg_service.conf': 'password=hunter2\n' },
      }),
    'line 1 of the file "pg_service.conf" seems to hold a secret',
  ],
  [
    'a value that is not sealed',
    'secrets in Git',
    () => new SealedSecret(chartIn('fraud'), 'db', { encryptedData: { password: 'hunter2' } }),
    'the value of "password" is not sealed',
  ],
  [
    'a password in a variable',
    'secrets in Git',
    variable('DB_PASSWORD'),
    'the value of the variable DB_PASSWORD would stand in the manifest',
  ],
  [
    'a password in an argument',
    'secrets in Git',
    () => ModelRuntime.container({ image: 'churn:1', args: ['--api-key=hunter2'] }),
    'the argument 0 (--api-key) holds a secret',
  ],
  [
    'a password in a trigger',
    'secrets in Git',
    () => KedaTrigger.raw({ type: 'redis', metadata: { password: 'hunter2' } }),
    'the value of metadata.password would stand in the manifest',
  ],
  [
    'a password in the URL of a trigger',
    'secrets in Git',
    () => KedaTrigger.raw({ type: 'rabbitmq', metadata: { host: 'amqp://me:hunter2@queue' } }),
    'the value of metadata.host would stand in the manifest',
  ],
  [
    'a login in Prometheus’ URL',
    'secrets in Git',
    () => KedaTrigger.prometheus({ server: 'http://me:hunter2@prom:9090', query: 'up', threshold: 1 }),
    'server names a user of prom:9090',
  ],
  [
    'two sources of one Secret',
    'who came last wins',
    () => {
      const chart = chartIn('fraud');
      new SealedSecret(chart, 'a-b', { encryptedData: { c: seal('d') } });
      new SopsSecret(new Construct(chart, 'a'), 'b');
    },
    'the Secret "a-b" comes from the SealedSecret fraud/a-b',
  ],
  [
    'two objects of one name',
    'who came last wins',
    () => {
      const chart = chartIn('fraud');
      new Workload(chart, 'a', { program: 'x' });
      new Workload(chart, 'b', { program: 'x', name: 'a' });
    },
    'ServiceAccount "a" is defined by fraud/a/service-account already',
  ],
  [
    'a model with a path in its name',
    'mlflow#21458',
    model({ model: { name: '../churn', version: 1 } }),
    '"../churn" cannot name a model',
  ],
  [
    'a model outside of its bucket',
    'path traversal',
    model({
      source: ModelSource.objectStore(storeIn(chartIn('fraud')).bucket('fraud'), '../search'),
    }),
    "the model's path must lie in its bucket or volume",
  ],
  [
    'a model’s image without a pin',
    'supply chain',
    () => model({ runtime: ModelRuntime.container({ image: 'churn' }) })(),
    'image must be pinned',
  ],
  [
    'a toleration of every taint',
    'control-plane nodes',
    model({ placement: { tolerations: [{ operator: 'Exists' }] } }),
    'a toleration without a key puts up with every taint',
  ],
  [
    'two who set the number of pods',
    'each undoes the other',
    model({ replicas: 2, autoscaling: { max: 4 } }),
    'replicas (2) and autoscaling cannot both be set',
  ],
  [
    'an autoscaler without room',
    'autoscaling',
    model({ autoscaling: { min: 5, max: 4 } }),
    'autoscaling.max (4) is below autoscaling.min (5)',
  ],
  [
    'no pod, with a trigger that needs one',
    'it would never wake',
    model({ keda: { max: 4, scaleToZero: true, triggers: [KedaTrigger.cpu()] } }),
    'keda.scaleToZero needs a trigger that works without a pod',
  ],
  [
    'more requested than allowed',
    'the API server refuses',
    model({ resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }),
    'requests.cpu (2) is above limits.cpu (1)',
  ],
  [
    'a body larger than Envoy counts',
    'the proxy would not start',
    model({ limits: { requestSize: '4Gi' } }),
    'limits.requestSize must be whole bytes, from 1 to 4294967295',
  ],
  [
    'more requests than a pod has ports for',
    'overload',
    model({ limits: { concurrency: 100_000 } }),
    'limits.concurrency must be at most 10000',
  ],
  [
    'no time to stop',
    'requests lost in a rollout',
    model({ drainSeconds: 0 }),
    'drainSeconds must be a whole number of at least 1',
  ],
  [
    'a PostgreSQL without instances',
    'availability',
    () =>
      new PostgresCluster(chartIn('fraud'), 'db', {
        image: 'postgresql:17.6',
        apiServer: Peer.pods({ namespace: 'kube-system', ports: [6443] }),
        instances: 0,
      }),
    'instances must be a whole number of at least 1',
  ],
  [
    'a rollout that the quota has no room for',
    'it would stop in silence',
    () => {
      const chart = chartIn('fraud');
      new TeamNamespace(chart, 'team', { quota: { cpu: '1', memory: '2Gi' } });
      serverIn(chart, { replicas: 4 });
      throw new PlatformError(chart, lateProblems(chart)[0]!);
    },
    'the workloads need',
  ],
];

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof PlatformErrors) {
      return error.errors[0]!.message;
    }
    return error instanceof PlatformError ? error.message : `no PlatformError but ${error}`;
  }
  return 'nothing was refused';
}

const cell = (text: string) => text.replace(/\|/g, '\\|');
const table = REFUSALS.map(([what, why, , message]) => `| ${cell(what)} | ${cell(why)} | \`${cell(message)}\` |`);

describe('what is refused', () => {
  it.each(REFUSALS.map(([what, , act, message]) => ({ what, act, message })))('is $what', ({ act, message }) => {
    const text = refusal(act);
    expect(text.replace(/^\[[^\]]*\] /, '').slice(0, message.length)).toBe(message);
    expect(text.length).toBeGreaterThan(message.length);
  });

  it('stands on the page, each in its line', () => {
    const page = readFileSync(PAGE, 'utf8');
    const head = page.slice(0, page.indexOf('| --- |'));
    const wanted = `${head}| --- | --- | --- |\n${table.join('\n')}\n`;
    if (process.env['UPDATE_GOLDEN'] === '1') {
      writeFileSync(PAGE, wanted);
    }
    expect(readFileSync(PAGE, 'utf8')).toBe(wanted);
  });
});
