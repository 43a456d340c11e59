import { spawnSync } from 'node:child_process';
import { App, Chart } from 'cdk8s';
import {
  ClusterNetwork,
  Database,
  ExternalObjectStore,
  MlflowServer,
  Monitoring,
  Peer,
  PromotionController,
  SealedSecret,
  SecretSource,
  type PromotionControllerProps,
} from '../../lib';
import { seal } from '../sealed';
import { expectRefusal, find, objectsOf } from '../support';

const existing = SecretSource.existing;
const image = 'registry.example.com/ml/mlops:1.0.0';
const server = Peer.pods({ namespace: 'fraud', labels: { app: 'mlflow' }, ports: [5000] });
const gitHost = Peer.hosts({ cidrs: ['203.0.113.7/32'], ports: [443] });
const apiServer = Peer.hosts({ cidrs: ['203.0.113.1/32'], ports: [6443] });
const minimal: PromotionControllerProps = {
  image,
  repository: { url: 'https://git.example.com/ml/platform.git', credentials: existing('git'), peer: gitHost },
  registries: { mlflow: { peer: server, credentials: existing('mlflow-user') } },
};

function chartIn(namespace = 'platform'): Chart {
  const app = new App();
  new ClusterNetwork(app, { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], nodes: ['10.250.0.0/24'] });
  return new Chart(app, namespace, { namespace });
}

function controllerIn(props: Partial<PromotionControllerProps> = {}, chart = chartIn()) {
  const controller = new PromotionController(chart, 'promotion', { ...minimal, ...props });
  const pod = () => find(chart, 'Deployment/promotion').spec.template.spec;
  return { chart, controller, pod, container: () => pod().containers[0] };
}

/** Which ports of which peer its policy opens. */
const egress = (chart: Chart) =>
  find(chart, 'NetworkPolicy/promotion')
    .spec.egress.slice(1)
    .map(({ to, ports }: any) => [JSON.stringify(to), ports.map(({ port }: any) => port)]);

describe('PromotionController', () => {
  it('watches the repository as its arguments say', () => {
    const { container } = controllerIn();
    expect(container().args).toEqual([
      'watch',
      '--repository=https://git.example.com/ml/platform.git',
      '--branch=main',
      '--credentials=/etc/mlops',
      '--cache=/var/cache/mlops',
      '--interval=30s',
      '--listen=:8080',
    ]);
  });

  it('takes all the props', () => {
    const allProps: Required<Omit<PromotionControllerProps, 'deployments'>> = {
      image,
      repository: {
        url: 'git@git.example.com:ml/platform.git',
        branch: 'release',
        credentials: existing('git'),
        peer: Peer.hosts({ cidrs: ['203.0.113.7/32'], ports: [22] }),
        signing: existing('signing'),
      },
      registries: { mlflow: { peer: server, credentials: existing('mlflow-user') } },
      author: { name: 'ML platform', email: 'ml@example.com' },
      intervalSeconds: 60,
      argoCd: { namespace: 'argocd', apiServer },
      prometheus: {
        url: 'http://prometheus.monitoring.svc:9090',
        peer: Peer.pods({ namespace: 'monitoring', ports: [9090] }),
        credentials: existing('prometheus'),
      },
      webhook: { secret: existing('webhook'), from: server },
      cache: '8Gi',
      resources: { limits: { memory: '4Gi' } },
    };
    const { chart, container, pod } = controllerIn(allProps);
    expect(container().args.slice(1)).toEqual([
      '--repository=git@git.example.com:ml/platform.git',
      '--branch=release',
      '--credentials=/etc/mlops',
      '--cache=/var/cache/mlops',
      '--interval=60s',
      '--listen=:8080',
      '--prometheus=http://prometheus.monitoring.svc:9090',
      '--argocd=argocd',
      '--webhook-secret=/etc/mlops-webhook/secret',
    ]);
    expect(Object.fromEntries(container().volumeMounts.map((one: any) => [one.mountPath, one.name]))).toMatchObject({
      '/etc/mlops/git': 'git-credentials',
      '/etc/mlops/mlflow': 'mlflow-credentials',
      '/etc/mlops/prometheus': 'prometheus-credentials',
      '/etc/mlops-webhook': 'webhook-credentials',
      '/etc/mlops-signing': 'signing-credentials',
    });
    expect(pod().volumes).toContainEqual({ name: 'cache', emptyDir: { sizeLimit: '8Gi' } });
    expect(container().resources.limits.memory).toBe('4Gi');
    expect(egress(chart).map(([, ports]: any) => ports)).toEqual([[22], [5000], [9090], [6443]]);
    const [rule] = find(chart, 'NetworkPolicy/promotion').spec.ingress;
    expect([JSON.stringify(rule.from), rule.ports[0].port]).toEqual([expect.stringContaining('"app":"mlflow"'), 8080]);
  });

  it('tells Git who commits and with which key, in words that Git itself understands', () => {
    const { container } = controllerIn({
      author: { name: 'ML platform', email: 'ml@example.com' },
      repository: { ...minimal.repository, signing: existing('signing') },
    });
    const env = Object.fromEntries(container().env.map(({ name, value }: any) => [name, value]));
    const config = (key: string) =>
      spawnSync('git', ['config', '--get', key], { env: { PATH: process.env['PATH'], ...env, HOME: '/nonexistent' } })
        .stdout.toString()
        .trim();
    expect(['user.name', 'user.email', 'commit.gpgsign', 'gpg.format', 'user.signingkey'].map(config)).toEqual([
      'ML platform',
      'ml@example.com',
      'true',
      'ssh',
      '/etc/mlops-signing/signing-key',
    ]);
  });

  it('has no token and no role, and writes to its cache, its home and /tmp alone', () => {
    const { chart, pod, container } = controllerIn();
    expect(objectsOf(chart)).toEqual([
      'ServiceAccount/promotion',
      'NetworkPolicy/promotion',
      'Service/promotion',
      'Deployment/promotion',
    ]);
    expect([pod().automountServiceAccountToken, container().securityContext.readOnlyRootFilesystem]).toEqual([
      false,
      true,
    ]);
    const writable = container().volumeMounts.filter((one: any) => !one.readOnly);
    expect(writable.map((one: any) => one.mountPath).sort()).toEqual(['/home/app', '/tmp', '/var/cache/mlops']);
  });

  it('may read Argo CD’s applications if it asks them, and nothing else', () => {
    const { chart, controller, pod } = controllerIn({ argoCd: { namespace: 'argocd', apiServer } });
    const role = find(chart, 'Role/platform-promotion');
    expect([role.metadata.namespace, role.rules]).toEqual([
      'argocd',
      [{ apiGroups: ['argoproj.io'], resources: ['applications'], verbs: ['get'] }],
    ]);
    expect(find(chart, 'RoleBinding/platform-promotion')).toMatchObject({
      metadata: { namespace: 'argocd' },
      roleRef: { kind: 'Role', name: 'platform-promotion' },
      subjects: [{ kind: 'ServiceAccount', name: 'promotion', namespace: 'platform' }],
    });
    expect(controller.argoReader!.role.name).toBe('platform-promotion');
    expect(pod().automountServiceAccountToken).toBe(false);
    expect(pod().volumes.find((one: any) => one.name === 'api-token').projected.sources[0]).toEqual({
      serviceAccountToken: { path: 'token', expirationSeconds: 3600 },
    });
  });

  it('may read the Deployments that it is told of if it asks the cluster, and nothing else', () => {
    const named = { 'fraud-production': ['churn', 'scores'], 'search-production': ['ranking'] };
    const { chart, controller, container, pod } = controllerIn({ deployments: { named, apiServer } });
    expect(container().args.slice(-1)).toEqual(['--deployments']);
    for (const [namespace, resourceNames] of Object.entries(named)) {
      const { role, binding } = controller.deploymentReaders![namespace]!;
      expect(role.toJson()).toMatchObject({
        metadata: { name: 'platform-promotion', namespace },
        rules: [{ apiGroups: ['apps'], resources: ['deployments'], resourceNames, verbs: ['get'] }],
      });
      expect(binding.toJson()).toMatchObject({
        metadata: { name: 'platform-promotion', namespace },
        roleRef: { kind: 'Role', name: 'platform-promotion' },
        subjects: [{ kind: 'ServiceAccount', name: 'promotion', namespace: 'platform' }],
      });
    }
    expect(objectsOf(chart).filter(name => name.startsWith('Role/'))).toHaveLength(2);
    expect(pod().volumes.some((one: any) => one.name === 'api-token')).toBe(true);
    expect(egress(chart).map(([, ports]: any) => ports)).toEqual([[443], [5000], [6443]]);
  });

  it('is probed, and has time to end what it is at', () => {
    const { pod, container } = controllerIn();
    const { startupProbe, livenessProbe, readinessProbe } = container();
    expect([startupProbe, livenessProbe, readinessProbe].map(one => [one.httpGet.path, one.httpGet.port])).toEqual([
      ['/livez', 8080],
      ['/livez', 8080],
      ['/readyz', 8080],
    ]);
    expect(pod().terminationGracePeriodSeconds).toBe(60);
  });

  it('opens the policy of an MLflow server of its App too', () => {
    const chart = chartIn();
    const store = new ExternalObjectStore(chart, 'store', {
      endpoint: 'http://s3.storage.svc:7070',
      peer: Peer.pods({ namespace: 'storage', ports: [7070] }),
      credentials: existing('s3'),
    });
    const mlflow = new MlflowServer(chart, 'mlflow', {
      image: 'mlflow:3.17.2',
      artifacts: store.bucket('models'),
      database: Database.sqlite(),
    });
    controllerIn({ registries: { mlflow: { peer: mlflow, credentials: existing('mlflow-user') } } }, chart);
    expect(JSON.stringify(find(chart, 'NetworkPolicy/mlflow').spec.ingress)).toContain(
      '"app.kubernetes.io/instance":"promotion"',
    );
  });

  it('can be scraped', () => {
    const { chart, controller } = controllerIn();
    const prometheus = Peer.pods({ namespace: 'monitoring' });
    new Monitoring(chart, 'monitoring', { prometheus }).scrape(controller);
    expect(find(chart, 'ServiceMonitor/promotion').spec.endpoints).toEqual([
      { path: '/metrics', interval: '30s', port: 'http' },
    ]);
    const [board] = Object.values<string>(find(chart, 'ConfigMap/monitoring-dashboard').data);
    expect(JSON.parse(board!).panels.map(({ title }: any) => title)).toEqual(
      expect.arrayContaining(['promotion: looks', 'promotion: promotions', 'promotion: held']),
    );
  });

  it('is alerted on as a promotion controller if it is scraped, and else as anything that runs', () => {
    const prometheus = Peer.pods({ namespace: 'monitoring' });
    const alerts = (act: 'scrape' | 'watch') => {
      const { chart, controller } = controllerIn({ intervalSeconds: 3600 });
      new Monitoring(chart, 'monitoring', { prometheus })[act](controller);
      const [, { rules }] = find(chart, 'PrometheusRule/monitoring').spec.groups;
      return rules as { alert: string; expr: string }[];
    };
    const common = ['WorkloadDown', 'RolloutStuck', 'PodsRestarting'];
    const own = ['PromotionsStalled', 'RegistryDenied', 'HistoryRewritten', 'PushRefused'];
    expect(alerts('watch').map(({ alert }) => alert)).toEqual(common);
    expect(alerts('scrape').map(({ alert }) => alert)).toEqual([...common, ...own]);
    expect(alerts('scrape').find(({ alert }) => alert === 'PromotionsStalled')!.expr).toMatch(/ > 36000$/);
  });

  it('tells a source of Secrets which keys it needs', () => {
    const chart = chartIn();
    const credentials = new SealedSecret(chart, 'git', { encryptedData: { token: seal('t') } });
    const ssh = { url: 'git@git.example.com:a.git', credentials, peer: gitHost };
    expect(() => controllerIn({ repository: ssh }, chart)).toThrow(
      'the Secret "git" lacks "ssh-key", "known_hosts", needed by platform/promotion',
    );
  });

  it.each<[string, Partial<PromotionControllerProps>, string]>([
    [
      'an image without a pin',
      { image: 'mlops' },
      'image must be pinned, got "mlops"; use a version tag or a digest, for example "registry.example.com/ml/mlops:1.0.0"',
    ],
    [
      'a repository that is not encrypted',
      { repository: { ...minimal.repository, url: 'http://git.example.com/a.git' } },
      'repository.url must be the address of a Git repository behind https or ssh, got "http://git.example.com/a.git"; ' +
        'write https://git.example.com/ml/platform.git or git@git.example.com:ml/platform.git',
    ],
    [
      'a token in the address',
      { repository: { ...minimal.repository, url: 'https://me:hunter2@git.example.com/a.git' } },
      'repository.url of git.example.com holds credentials; ' +
        'take them out: they belong into the Secret of repository.credentials',
    ],
    [
      'a branch that is an option',
      { repository: { ...minimal.repository, branch: '--force' } },
      'repository.branch cannot be "--force"; name a branch such as main',
    ],
    [
      'no registry',
      { registries: {} },
      'no registry is named; name those of promotion.yaml: registries: { mlflow: … }',
    ],
    [
      'a registry whose credentials would be Git’s',
      { registries: { git: minimal.registries['mlflow']! } },
      '"git" cannot name a registry; use at most 63 lower-case letters, digits and "-", starting and ending ' +
        'with a letter or digit, but neither git nor prometheus',
    ],
    [
      'a Prometheus with a login in its URL',
      { prometheus: { url: 'http://me:hunter2@prom:9090', peer: server } },
      'prometheus.url must be the URL of a server, without credentials; write http://prometheus.monitoring.svc:9090',
    ],
    [
      'no Argo CD',
      { argoCd: { namespace: 'Argo', apiServer } },
      '"Argo" cannot name Argo CD\'s namespace; use at most 63 lower-case letters, digits and "-", starting ' +
        'and ending with a letter or digit',
    ],
    [
      'two who tell what is deployed',
      { argoCd: { namespace: 'argocd', apiServer }, deployments: { named: { fraud: ['churn'] }, apiServer } },
      'argoCd and deployments both tell what is deployed; leave one of them out',
    ],
    [
      'a cluster without a Deployment',
      { deployments: { named: {}, apiServer } },
      "no Deployment is named; name those of promotion.yaml: named: { 'fraud-production': ['churn'] }",
    ],
    [
      'a namespace without a Deployment, which would be all of them',
      { deployments: { named: { fraud: [] }, apiServer } },
      'no Deployment of fraud is named; name one, or leave the namespace out',
    ],
    [
      'a namespace that is none',
      { deployments: { named: { Fraud: ['churn'] }, apiServer } },
      '"Fraud" cannot name a namespace; use at most 63 lower-case letters, digits and "-", starting and ending ' +
        'with a letter or digit',
    ],
    [
      'a Deployment that is none',
      { deployments: { named: { fraud: ['*'] }, apiServer } },
      '"*" cannot name a Deployment; use lower-case letters, digits, "-" and "."',
    ],
    [
      'looks without a pause',
      { intervalSeconds: 0 },
      'intervalSeconds must be a whole number of at least 1, got 0; write 1 or a greater one',
    ],
  ])('refuses %s', (_, props, message) => {
    expectRefusal(() => controllerIn(props), `[platform/promotion] ${message}`);
  });
});
