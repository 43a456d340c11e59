import {
  MlflowServer,
  Peer,
  PostgresCluster,
  Workload,
  type PostgresClusterBackup,
  type PostgresClusterProps,
} from '../../lib';
import { chartIn, expectGolden, expectRefusal, find, objectsOf } from '../support';
import { storeIn } from './mlflow-parts';

const image = 'ghcr.io/cloudnative-pg/postgresql:17.6';
const apiServer = Peer.pods({ namespace: 'kube-system', labels: { component: 'kube-apiserver' }, ports: [6443] });

function cluster(props: Partial<PostgresClusterProps> = {}, chart = chartIn('fraud'), id = 'db') {
  const postgres = new PostgresCluster(chart, id, { image, apiServer, ...props });
  return { chart, postgres, spec: find(chart, `Cluster/${id}`).spec };
}

describe('PostgresCluster', () => {
  it('renders as reviewed', () => {
    expectGolden(cluster().chart, 'postgres-cluster');
  });

  it('takes all the props', () => {
    const backup: Required<PostgresClusterBackup> = {
      objectStore: 'archive',
      peer: Peer.pods({ namespace: 'storage', ports: [9000] }),
      schedule: '0 30 3 * * *',
    };
    const allProps: Required<PostgresClusterProps> = {
      image,
      apiServer,
      instances: 3,
      size: '50Gi',
      storageClass: 'fast',
      resources: { requests: { cpu: '1' }, limits: { memory: '2Gi' } },
      pool: { size: 2, overflow: 3 },
      operator: Peer.pods({ namespace: 'postgres-operator' }),
      backup,
    };
    const { chart, postgres, spec } = cluster(allProps);
    expect(spec).toMatchObject({
      instances: 3,
      imageName: image,
      storage: { size: '50Gi', storageClass: 'fast' },
      resources: { requests: { cpu: '1', memory: '512Mi' }, limits: { cpu: '1', memory: '2Gi' } },
      plugins: [
        { name: 'barman-cloud.cloudnative-pg.io', isWALArchiver: true, parameters: { barmanObjectName: 'archive' } },
      ],
    });
    expect(find(chart, 'ScheduledBackup/db').spec).toMatchObject({ schedule: '0 30 3 * * *', cluster: { name: 'db' } });
    expect(postgres).toMatchObject({ name: 'db', pool: { size: 2, overflow: 3 }, ports: [5432] });
    const { ingress, egress } = find(chart, 'NetworkPolicy/db').spec;
    const namespaces = (rules: any[], key: string) =>
      rules.map(rule => rule[key][0].namespaceSelector.matchLabels['kubernetes.io/metadata.name']);
    expect(namespaces(ingress, 'from')).toEqual(['fraud', 'postgres-operator']);
    expect(namespaces(egress, 'to')).toEqual(['kube-system', 'fraud', 'kube-system', 'storage']);
  });

  it('has two instances, no superuser, no PodMonitor and no backup unless told otherwise', () => {
    const { chart, postgres, spec } = cluster();
    expect(spec).toMatchObject({
      instances: 2,
      storage: { size: '10Gi' },
      enableSuperuserAccess: false,
      enablePDB: true,
      seccompProfile: { type: 'RuntimeDefault' },
      monitoring: { enablePodMonitor: false },
    });
    expect(Object.keys(spec)).not.toContain('plugins');
    expect(postgres.scheduledBackup).toBeUndefined();
    expect(objectsOf(chart)).toEqual(['NetworkPolicy/db', 'Cluster/db']);
  });

  it('takes base backups at one at night unless told otherwise', () => {
    const { chart } = cluster({ backup: { objectStore: 'archive', peer: Peer.pods({ namespace: 's3', ports: [1] }) } });
    expect(find(chart, 'ScheduledBackup/db').spec.schedule).toBe('0 0 1 * * *');
  });

  it('lets a node be drained if there is only one instance', () => {
    expect(cluster({ instances: 1 }).spec.enablePDB).toBe(false);
  });

  it('is the database of a server: reached by name, over TLS, with the login that the operator made', () => {
    const { chart, postgres } = cluster();
    new MlflowServer(chart, 'mlflow', {
      image: 'ghcr.io/mlflow/mlflow:v3.17.2-full',
      artifacts: storeIn(chart).bucket('fraud'),
      database: postgres,
    });
    const { volumes, containers } = find(chart, 'Deployment/mlflow').spec.template.spec;
    const secrets = volumes.flatMap(({ secret }: any) => secret?.secretName ?? []);
    expect(secrets).toEqual(expect.arrayContaining(['db-app', 'db-ca']));
    expect(containers[0].env).toContainEqual({ name: 'PGSSLMODE', value: 'verify-full' });
    expect(find(chart, 'NetworkPolicy/mlflow').spec.egress).toContainEqual({
      to: postgres.networkPeers(),
      ports: [{ port: 5432, protocol: 'TCP' }],
    });
    const caller = find(chart, 'NetworkPolicy/db').spec.ingress.at(-1).from[0].podSelector.matchLabels;
    expect(caller).toEqual({ 'app.kubernetes.io/instance': 'mlflow' });
    expect(objectsOf(chart)).not.toContain('Job/mlflow-migration');
  });

  it('lets nobody in whose database it is not', () => {
    const { chart } = cluster();
    new Workload(chart, 'trainer', { program: 'trainer' });
    const { ingress } = find(chart, 'NetworkPolicy/db').spec;
    expect(ingress.map(({ ports }: any) => ports.map((one: any) => one.port))).toEqual([
      [5432, 8000],
      [5432, 8000],
    ]);
  });

  test.each<[string, Partial<PostgresClusterProps>, string]>([
    [
      'an image that is not pinned',
      { image: 'ghcr.io/cloudnative-pg/postgresql' },
      'image must be pinned, got "ghcr.io/cloudnative-pg/postgresql"; ' +
        'use a version tag or a digest, for example "ghcr.io/cloudnative-pg/postgresql:17.6"',
    ],
    [
      'no instances',
      { instances: 0 },
      'instances must be a whole number of at least 1, got 0; write 1 or a greater one',
    ],
    [
      'a size that is none',
      { size: 'large' },
      'size must be a quantity, got "large"; write a number with a unit of Kubernetes, such as "500m", "4" or "16Gi"',
    ],
    [
      'a schedule without seconds',
      { backup: { objectStore: 'a', peer: apiServer, schedule: '0 1 * * *' } },
      'backup.schedule must be six fields of cron, seconds first, got "0 1 * * *"; ' +
        "write '0 0 1 * * *' for every night at one",
    ],
    [
      'an API server without a port',
      { apiServer: Peer.pods({ namespace: 'kube-system' }) },
      'a network path needs a port; name the ports on which the called side listens',
    ],
  ])('refuses %s', (name, props, message) => {
    const path = name.startsWith('an API') ? 'fraud/db/policy' : 'fraud/db';
    expectRefusal(() => cluster(props), `[${path}] ${message}`);
  });

  it('refuses a name that the operator would refuse', () => {
    expectRefusal(
      () => cluster({}, chartIn('fraud'), 'x'.repeat(51)),
      `[fraud/${'x'.repeat(51)}] the name "${'x'.repeat(51)}" must have at most 50 characters, got 51; ` +
        'choose another id: at most 50 lower-case letters, digits and "-", starting and ending with a letter or digit',
    );
  });
});
