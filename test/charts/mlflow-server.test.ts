import { mlflowServerChart } from '../../lib/charts/mlflow-server';
import type { Values } from '../../lib/helm/values/samples';
import { expectRefusal } from '../support';
import { Built, refusal } from './built';

const built = (values: Values = {}) => new Built(mlflowServerChart, values);
const NAME = 'demo-mlflow-server';
const SERVER = `Deployment/${NAME}`;
const postgres = (values: Values = {}): Values => ({ database: { kind: 'postgres', postgres: values } });

const server = (release: Built) => release.container(SERVER, 'mlflow');
const argument = (release: Built, name: string): string | undefined =>
  server(release)
    .args.find((text: string) => text.startsWith(`--${name}=`))
    ?.slice(name.length + 3);
const variable = (release: Built, name: string) => server(release).env.find((each: any) => each.name === name)?.value;
const secretOf = (release: Built, volume: string): string | undefined =>
  release.pod(SERVER).volumes.find(({ name }: any) => name === volume)?.secret?.secretName;
const egressOf = (release: Built, port: number) =>
  release.find(`NetworkPolicy/${NAME}`).spec.egress.find(({ ports }: any) => ports[0].port === port)?.to;

describe('the chart mlflow-server', () => {
  it('is one server on a file and a MinIO, which nobody may call', () => {
    const release = built();
    expect(release.find(SERVER).spec.replicas).toBe(1);
    expect(release.of('PersistentVolumeClaim')).toEqual([NAME]);
    expect(argument(release, 'artifacts-destination')).toBe('s3://mlflow');
    expect(release.find(`NetworkPolicy/${NAME}`).spec.ingress).toBeUndefined();
    expect(release.of('ExternalSecret')).toEqual([]);
  });

  it('takes an image in parts, with what nodes need to fetch it', () => {
    const release = built({
      image: { registry: 'registry.example.com', repository: 'ml/mlflow', tag: '3.18.0', digest: '' },
      imagePullPolicy: 'Never',
      imagePullSecrets: ['registry', 'other'],
    });
    expect(server(release)).toMatchObject({
      image: 'registry.example.com/ml/mlflow:3.18.0',
      imagePullPolicy: 'Never',
    });
    expect(release.pod(SERVER).imagePullSecrets).toEqual([{ name: 'registry' }, { name: 'other' }]);
  });

  it('takes its own Secret from somebody or from a store', () => {
    expect(secretOf(built(), 'auth')).toBe(`${NAME}-auth`);
    expect(secretOf(built({ auth: { secret: { name: 'logins' } } }), 'auth')).toBe('logins');
    const external = built({ auth: { secret: { kind: 'external', external: { key: 'fraud/mlflow' } } } });
    expect(secretOf(external, 'auth')).toBe(`${NAME}-auth`);
    expect(
      external
        .find(`ExternalSecret/${NAME}-auth`)
        .spec.data.map(({ secretKey, remoteRef }: any) => [secretKey, remoteRef.key, remoteRef.property]),
    ).toEqual(
      ['basic_auth.ini', 'flask-secret-key', 'reader', 'writer'].map(key => [key, 'fraud/mlflow', key]),
    );
  });

  it('believes a proxy that authenticates people, if there is one', () => {
    expect(secretOf(built(), 'auth-proxy')).toBeUndefined();
    const release = built({
      auth: { proxy: { enabled: true, namespace: 'login', program: 'gate', secret: { kind: 'external' } } },
    });
    expect(secretOf(release, 'auth-proxy')).toBe(`${NAME}-auth-proxy`);
    expect(release.of('ExternalSecret')).toEqual([`${NAME}-auth-proxy`]);
    expect(release.find(`NetworkPolicy/${NAME}`).spec.ingress[0].from).toEqual([
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'login' } },
        podSelector: { matchLabels: { 'app.kubernetes.io/name': 'gate' } },
      },
    ]);
  });

  it('keeps its tables in a file on a volume, or in PostgreSQL', () => {
    const file = built({ database: { sqlite: { size: '20Gi', storageClass: 'fast' } } });
    expect(file.find(`PersistentVolumeClaim/${NAME}`).spec).toMatchObject({
      storageClassName: 'fast',
      resources: { requests: { storage: '20Gi' } },
    });
    expect(file.find(`PersistentVolumeClaim/${NAME}`).metadata.annotations).toMatchObject({
      'helm.sh/resource-policy': 'keep',
    });
    const peers = [{ ipBlock: { cidr: '203.0.113.7/32' } }];
    const release = built(postgres({ peers, secret: { name: 'db' }, pool: { size: 2, overflow: 3 } }));
    expect(release.of('PersistentVolumeClaim')).toEqual([]);
    expect(release.of('Job')).toEqual([`${NAME}-migration`]);
    expect(secretOf(release, 'postgres')).toBe('db');
    expect(egressOf(release, 5432)).toEqual(peers);
    expect(variable(release, 'MLFLOW_SQLALCHEMYSTORE_POOL_SIZE')).toBe('2');
    expect(variable(release, 'MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW')).toBe('3');
    expect(variable(release, 'PGSSLMODE')).toBeUndefined();
  });

  it('connects to PostgreSQL by fields of a Secret, and asks for TLS', () => {
    const release = built(postgres({ form: 'fields', tls: 'verify-ca', certificateAuthority: 'ca' }));
    expect(secretOf(release, 'postgres-fields')).toBe(`${NAME}-postgres`);
    expect(secretOf(release, 'postgres-ca')).toBe('ca');
    expect(variable(release, 'PGSSLMODE')).toBe('verify-ca');
    const plain = built(postgres({ tls: 'require' }));
    expect([variable(plain, 'PGSSLMODE'), secretOf(plain, 'postgres-ca')]).toEqual(['require', undefined]);
  });

  it('has Helm make what the migration needs before it', () => {
    const release = built(postgres({ form: 'fields', secret: { kind: 'external' } }));
    const before = { 'helm.sh/hook': 'pre-install,pre-upgrade', 'helm.sh/hook-weight': '-1' };
    expect(release.find(`ExternalSecret/${NAME}-postgres`).metadata.annotations).toMatchObject(before);
    for (const kind of ['ServiceAccount', 'NetworkPolicy', 'ConfigMap']) {
      expect(release.find(`${kind}/${NAME}-migration`).metadata.annotations).toMatchObject(before);
      expect(release.find(`${kind}/${NAME}`).metadata.annotations).not.toHaveProperty(['helm.sh/hook']);
    }
    expect(release.find(`ExternalSecret/${NAME}-postgres`).spec.target.creationPolicy).toBe('Orphan');
    expect(release.find(`Job/${NAME}-migration`).metadata.annotations).toMatchObject({
      'helm.sh/hook': 'pre-install,pre-upgrade',
      'helm.sh/hook-weight': '0',
    });
  });

  it('keeps artifacts in a release of minio, or in any S3 store', () => {
    const minio = built({ artifacts: { minio: { fullname: 'store' }, bucket: 'runs' } });
    expect(variable(minio, 'AWS_ENDPOINT_URL_S3')).toBe('http://store:9000');
    expect(secretOf(minio, 's3')).toBe('store-runs');
    expect(egressOf(minio, 9000)[0].podSelector.matchLabels).toEqual({ 'app.kubernetes.io/instance': 'store' });

    const peers = [{ ipBlock: { cidr: '198.51.100.0/24' } }];
    const s3 = { host: 's3.example.org:9443', port: 9444, peers, certificateAuthority: 'ca' };
    const release = built({ artifacts: { kind: 's3', bucket: 'runs', region: 'eu-central-1', s3 } });
    expect(variable(release, 'AWS_ENDPOINT_URL_S3')).toBe('https://s3.example.org:9443');
    expect(variable(release, 'AWS_DEFAULT_REGION')).toBe('eu-central-1');
    expect([secretOf(release, 's3'), secretOf(release, 's3-ca')]).toEqual([`${NAME}-s3`, 'ca']);
    expect(egressOf(release, 9444)).toEqual(peers);

    const plain = built({ artifacts: { kind: 's3', s3: { ...s3, tls: false, secret: { name: 'keys' } } } });
    expect(variable(plain, 'AWS_ENDPOINT_URL_S3')).toBe('http://s3.example.org:9443');
    expect([secretOf(plain, 's3'), secretOf(plain, 's3-ca')]).toEqual(['keys', undefined]);
    const external = built({ artifacts: { kind: 's3', s3: { secret: { kind: 'external' } } } });
    expect(external.of('ExternalSecret')).toEqual([`${NAME}-s3`]);
  });

  it('runs as many pods and workers as asked for, and keeps some of them during maintenance', () => {
    const release = built({ ...postgres(), replicas: 3, workers: 4, workspaces: true, disk: '9Gi' });
    expect(release.find(SERVER).spec.replicas).toBe(3);
    expect(release.of('PodDisruptionBudget')).toEqual([NAME]);
    expect(built(postgres()).of('PodDisruptionBudget')).toEqual([]);
    expect(argument(release, 'workers')).toBe('4');
    expect(server(release).args).toContain('--enable-workspaces');
    expect(server(release).resources.limits).toMatchObject({ memory: '2048Mi', 'ephemeral-storage': '9Gi' });
  });

  it('has its pods where and with what they are to run', () => {
    const resources = { limits: { memory: '8Gi' } };
    const toleration = { key: 'ml', operator: 'Equal', value: 'yes', effect: 'NoExecute' };
    const affinity = { nodeAffinity: {} };
    const release = built({
      resources,
      nodeSelector: { pool: 'ml' },
      tolerations: [toleration],
      affinity,
      priorityClassName: 'online',
      extraEnv: [{ name: 'MLFLOW_HTTP_REQUEST_TIMEOUT', value: '300' }],
      extraVolumes: [{ name: 'cache', emptyDir: {} }],
      extraVolumeMounts: [{ name: 'cache', mountPath: '/cache' }],
    });
    const { volumes, ...pod } = release.pod(SERVER);
    expect(pod).toMatchObject({
      nodeSelector: { pool: 'ml' },
      tolerations: [toleration],
      affinity,
      priorityClassName: 'online',
    });
    expect(volumes.at(-1)).toEqual({ name: 'cache', emptyDir: {} });
    expect(server(release)).toMatchObject({ resources });
    expect(server(release).volumeMounts.at(-1)).toEqual({ name: 'cache', mountPath: '/cache' });
    expect(variable(release, 'MLFLOW_HTTP_REQUEST_TIMEOUT')).toBe('300');
    expect(JSON.stringify(pod.initContainers)).not.toContain('/cache');
  });

  it.each([
    ['gateway', 'HTTPRoute', { gateway: { name: 'shared', namespace: 'edge', sectionName: 'https-ml' } }],
    ['ingress', 'Ingress', { ingress: { className: 'haproxy', certificate: 'tls' } }],
    ['istio', 'VirtualService', { istio: { gateway: 'mesh', namespace: 'mesh' } }],
  ])('is reached by the exposure "%s"', (kind, route, more) => {
    const peer = { namespace: 'edge', labels: { app: 'proxy' } };
    const release = built({ exposure: { kind, host: 'ml.example.org', peer, ...more } });
    expect(release.of(route)).toEqual([NAME]);
    expect(argument(release, 'cors-allowed-origins')).toBe('https://ml.example.org');
    expect(argument(release, 'allowed-hosts')).toContain('ml.example.org');
    expect(JSON.stringify(release.find(`NetworkPolicy/${NAME}`).spec.ingress)).toContain('"app":"proxy"');
    for (const text of Object.values(more).flatMap(Object.values)) {
      expect(JSON.stringify(release.find(`${route}/${NAME}`))).toContain(text);
    }
  });

  it('opens paths to those who are named, has Services of a family, and is watched', () => {
    const peers = [{ podSelector: {} }];
    const release = built({
      allowFrom: peers,
      service: { ipFamilyPolicy: 'SingleStack' },
      monitoring: { enabled: true, namespace: 'prometheus' },
      dns: { port: 5353 },
    });
    const { ingress } = release.find(`NetworkPolicy/${NAME}`).spec;
    expect(ingress).toContainEqual({ from: peers, ports: [{ port: 5000, protocol: 'TCP' }] });
    expect(JSON.stringify(ingress)).toContain('"prometheus"');
    expect(egressOf(release, 5353)).toBeDefined();
    expect(release.find(`Service/${NAME}`).spec.ipFamilyPolicy).toBe('SingleStack');
    expect(release.names).toEqual(expect.arrayContaining([`PodMonitor/${NAME}`, `PrometheusRule/${NAME}-watch`]));
  });

  it('has names, labels and annotations of the user’s, for which no name is taken', () => {
    expect(built({ nameOverride: 'tracking' }).of('Deployment')).toEqual(['demo-tracking']);
    const values = { commonLabels: { team: 'fraud' }, commonAnnotations: { 'example.com/owner': 'ann' } };
    const release = built({ ...values, artifacts: { kind: 's3' }, fullnameOverride: 'store' });
    expect(release.of('Deployment')).toEqual(['store']);
    for (const { metadata } of release.all) {
      expect(metadata.labels).toMatchObject({ team: 'fraud' });
      expect(metadata.annotations).toMatchObject({ 'example.com/owner': 'ann' });
    }
  });

  it.each<[Values, string]>([
    [{ replicas: 2 }, 'values: SQLite allows one pod'],
    [
      { auth: { secret: { name: 'x-auth-proxy' } } },
      'values: that name is for the Secret that is shared with a proxy',
    ],
    [
      { artifacts: { s3: { port: 5432 } } },
      'values: the store does not listen on the port of PostgreSQL',
    ],
    [{ imagePullSecrets: ['a', 'a'] }, 'values: a Secret is named twice'],
    [{ fullnameOverride: 'constructor' }, 'values: no object can have that name'],
    [{ database: { kind: 'mysql' } }, 'values.database.kind: Invalid option: expected one of "sqlite"|"postgres"'],
    [{ workers: 0 }, 'values.workers: Too small: expected number to be >=1'],
  ])('refuses %j', (values, reason) => {
    expectRefusal(() => built(values), refusal(mlflowServerChart, reason));
  });
});
