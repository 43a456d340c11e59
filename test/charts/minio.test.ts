import { minioChart } from '../../lib/charts/minio';
import type { Values } from '../../lib/helm/values/samples';
import { expectRefusal } from '../support';
import { Built, refusal } from './built';

const built = (values: Values = {}) => new Built(minioChart, values);
const SERVERS = 'StatefulSet/demo-minio';

describe('the chart minio', () => {
  it('is one server that nobody may call, unless told otherwise', () => {
    const release = built();
    expect(release.names).toEqual([
      'ServiceAccount/demo-minio',
      'NetworkPolicy/demo-minio',
      'Service/demo-minio',
      'Service/demo-minio-servers',
      'StatefulSet/demo-minio',
      'ServiceAccount/demo-minio-buckets',
      'NetworkPolicy/demo-minio-buckets',
      'Job/demo-minio-buckets',
      'ConfigMap/demo-minio-buckets',
    ]);
    expect(release.find(SERVERS).spec.replicas).toBe(1);
    // The Job that makes buckets alone.
    expect(release.find('NetworkPolicy/demo-minio').spec.ingress).toHaveLength(1);
  });

  it('takes images in parts, with what nodes need to fetch them', () => {
    const release = built({
      image: { registry: '', repository: 'silo', tag: '2026.10.1', digest: `sha256:${'a'.repeat(64)}` },
      clientImage: { registry: 'registry.example.org:5000' },
      imagePullPolicy: 'IfNotPresent',
      imagePullSecrets: ['registry'],
    });
    expect(release.container(SERVERS, 'minio')).toMatchObject({
      image: `silo:2026.10.1@sha256:${'a'.repeat(64)}`,
      imagePullPolicy: 'IfNotPresent',
    });
    expect(release.container('Job/demo-minio-buckets', 'buckets')).toMatchObject({
      image: 'registry.example.org:5000/pgsty/mc:2026.9.1',
      imagePullPolicy: 'IfNotPresent',
    });
    for (const pods of [SERVERS, 'Job/demo-minio-buckets']) {
      expect(release.pod(pods).imagePullSecrets).toEqual([{ name: 'registry' }]);
    }
  });

  it('keeps data on volumes of a size and class, on several servers if asked to', () => {
    const release = built({ size: '2Ti', storageClass: 'fast', distributed: { enabled: true, servers: 6 } });
    const { replicas, volumeClaimTemplates } = release.find(SERVERS).spec;
    expect([replicas, volumeClaimTemplates[0].spec]).toEqual([
      6,
      { accessModes: ['ReadWriteOnce'], storageClassName: 'fast', resources: { requests: { storage: '2Ti' } } },
    ]);
    expect(release.of('PodDisruptionBudget')).toEqual(['demo-minio']);
    expect(built({ distributed: { servers: 6 } }).of('PodDisruptionBudget')).toEqual([]);
  });

  it('takes the Secret of its administrator from somebody or from a store', () => {
    const secretOf = (release: Built): string =>
      release.pod(SERVERS).volumes.find(({ name }: any) => name === 'root').secret.secretName;
    expect(secretOf(built())).toBe('demo-minio-root');
    expect(secretOf(built({ root: { name: 'admin' } }))).toBe('admin');
    const external = built({
      root: { kind: 'external', name: 'unused', external: { store: 'team', storeKind: 'SecretStore', key: 'a/b' } },
    });
    expect(secretOf(external)).toBe('demo-minio-root');
    expect(external.find('ExternalSecret/demo-minio-root').spec).toMatchObject({
      refreshInterval: '1h0m0s',
      secretStoreRef: { kind: 'SecretStore', name: 'team' },
      data: [
        { secretKey: 'user', remoteRef: { key: 'a/b', property: 'user' } },
        { secretKey: 'password', remoteRef: { key: 'a/b', property: 'password' } },
      ],
    });
  });

  it('makes buckets, with Secrets from somebody or from a store', () => {
    const release = built({ buckets: ['mlflow', 'models'] });
    expect(release.container('Job/demo-minio-buckets', 'buckets').args).toEqual([
      'mlflow',
      'models',
      '--',
      'demo-minio-mlflow',
      'demo-minio-models',
    ]);
    expect(release.of('ExternalSecret')).toEqual([]);
    const external = built({
      buckets: ['mlflow', 'models'],
      bucketSecrets: { kind: 'external', external: { key: 'fraud' } },
    });
    expect(external.of('ExternalSecret')).toEqual(['demo-minio-mlflow', 'demo-minio-models']);
    expect(external.find('ExternalSecret/demo-minio-models').spec.data).toMatchObject([
      { secretKey: 'credentials', remoteRef: { key: 'fraud/models', property: 'credentials' } },
    ]);
  });

  it('has its servers where and with what they are to run', () => {
    const resources = { limits: { memory: '8Gi' } };
    const toleration = { key: 'disk', operator: 'Exists', effect: 'NoSchedule' };
    const affinity = { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } };
    const release = built({
      resources,
      nodeSelector: { disk: 'nvme' },
      tolerations: [{ ...toleration, value: '' }],
      affinity,
      priorityClassName: 'storage',
      region: 'eu-central-1',
      extraEnv: [{ name: 'MINIO_SITE_NAME', value: 'fraud' }],
      extraVolumes: [{ name: 'ca', configMap: { name: 'ca' } }],
      extraVolumeMounts: [{ name: 'ca', mountPath: '/ca' }],
    });
    const { containers, volumes, ...pod } = release.pod(SERVERS);
    expect(pod).toMatchObject({
      nodeSelector: { disk: 'nvme' },
      tolerations: [toleration],
      affinity,
      priorityClassName: 'storage',
    });
    expect(containers[0].resources).toEqual(resources);
    expect(containers[0].env).toContainEqual({ name: 'MINIO_REGION', value: 'eu-central-1' });
    expect(containers[0].env.at(-1)).toEqual({ name: 'MINIO_SITE_NAME', value: 'fraud' });
    expect(containers[0].volumeMounts.map(({ mountPath }: any) => mountPath)).toEqual(
      expect.arrayContaining(['/data', '/ca']),
    );
    expect(volumes.at(-1)).toEqual({ name: 'ca', configMap: { name: 'ca' } });
    const job = release.pod('Job/demo-minio-buckets');
    expect(job.containers[0].env).not.toContainEqual({ name: 'MINIO_SITE_NAME', value: 'fraud' });
    expect(job.volumes).not.toContainEqual({ name: 'ca', configMap: { name: 'ca' } });
  });

  it('opens paths to those who are named, and says who answers for names', () => {
    const peers = [{ podSelector: { matchLabels: { app: 'web' } } }];
    const release = built({ allowFrom: peers, dns: { port: 5353, nodeLocal: '169.254.20.10' } });
    const { ingress, egress } = release.find('NetworkPolicy/demo-minio').spec;
    expect(ingress.at(-1)).toEqual({ from: peers, ports: [{ port: 9000, protocol: 'TCP' }] });
    expect(egress[0].ports[0]).toEqual({ port: 5353, protocol: 'UDP' });
    expect(egress[0].to).toContainEqual({ ipBlock: { cidr: '169.254.20.10/32' } });
  });

  it('has Services with the families of addresses that were asked for', () => {
    const policies = (values: Values) =>
      built(values)
        .all.filter(({ kind }) => kind === 'Service')
        .map(({ spec }) => spec.ipFamilyPolicy);
    expect(policies({})).toEqual([undefined, undefined]);
    const dual = 'PreferDualStack';
    expect(policies({ service: { ipFamilyPolicy: dual } })).toEqual([dual, dual]);
  });

  it('is watched if asked to', () => {
    const monitoring = { enabled: true, namespace: 'prometheus', intervalSeconds: 15 };
    const release = built({ monitoring });
    expect(release.names).toEqual(expect.arrayContaining(['PrometheusRule/demo-minio-watch']));
    expect(release.find('ServiceMonitor/demo-minio').spec.endpoints[0].interval).toBe('15s');
    expect(JSON.stringify(release.find('NetworkPolicy/demo-minio').spec.ingress)).toContain('"prometheus"');
    const quiet = built({ monitoring: { ...monitoring, alerts: false, dashboard: false } });
    expect(quiet.of('PrometheusRule')).toEqual([]);
    expect(quiet.of('ConfigMap')).toEqual(['demo-minio-buckets']);
  });

  it('has names, labels and annotations of the user’s', () => {
    expect(built({ nameOverride: 'store' }).of('StatefulSet')).toEqual(['demo-store']);
    const release = built({
      fullnameOverride: 'store',
      commonLabels: { team: 'fraud' },
      commonAnnotations: { 'example.com/owner': 'ann' },
    });
    expect(release.of('StatefulSet')).toEqual(['store']);
    for (const { metadata } of release.all) {
      expect(metadata.labels).toMatchObject({ team: 'fraud', 'app.kubernetes.io/managed-by': 'Helm' });
      expect(metadata.annotations).toMatchObject({ 'example.com/owner': 'ann' });
    }
    expect(release.find('StatefulSet/store').spec.template.metadata.labels).not.toHaveProperty('team');
  });

  it.each([
    [
      { storageClass: 'A' },
      'values.storageClass: Invalid string: must match pattern /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*)?$/',
    ],
    [{ distributed: { servers: 3 } }, 'values.distributed.servers: Too small: expected number to be >=4'],
    [{ buckets: ['minio'] }, 'values: a bucket is named twice, or `minio` or `root`'],
    [{ buckets: ['root'] }, 'values: a bucket is named twice, or `minio` or `root`'],
    [{ buckets: ['a-b', 'a-b'] }, 'values: a bucket is named twice, or `minio` or `root`'],
    [{ imagePullSecrets: ['a', 'a'] }, 'values: a Secret is named twice'],
    [{ fullnameOverride: 'constructor' }, 'values: no object can have that name'],
    [{ existingSecret: 'a' }, 'values: Unrecognized key: "existingSecret"'],
  ])('refuses %j', (values, message) => {
    expectRefusal(() => built(values), refusal(minioChart, message));
  });
});
