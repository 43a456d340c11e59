import type { Chart } from 'cdk8s';
import { Peer, SeaweedFs, SecretSource, TeamNamespace, Workload, type SeaweedFsProps } from '../../lib';
import { itIsAnObjectStore } from '../contracts/object-store';
import { chartIn, expectGolden, expectRefusal, find, lateProblems, objectsOf } from '../support';

const image = 'docker.io/chrislusf/seaweedfs:4.44';

function seaweed(props: Partial<SeaweedFsProps> = {}, chart: Chart = chartIn('fraud')): SeaweedFs {
  return new SeaweedFs(chart, 'store', { size: '200Gi', image, ...props });
}

const podOf = (chart: Chart) => find(chart, 'StatefulSet/store').spec.template.spec;
const serverOf = (chart: Chart) => podOf(chart).containers[0];

describe('SeaweedFs', () => {
  itIsAnObjectStore(chart => seaweed({}, chart));

  it('takes all the props', () => {
    const allProps: Required<SeaweedFsProps> = {
      size: '500Gi',
      image,
      root: SecretSource.existing('admin'),
      storageClass: 'fast',
      metrics: true,
      placement: { nodeSelector: { disk: 'nvme' } },
      resources: { limits: { memory: '4Gi' } },
    };
    const chart = chartIn('fraud');
    const store = seaweed(allProps, chart);
    const [claim] = find(chart, 'StatefulSet/store').spec.volumeClaimTemplates;
    expect(claim.spec).toMatchObject({ storageClassName: 'fast', resources: { requests: { storage: '500Gi' } } });
    expect(podOf(chart).nodeSelector).toEqual({ disk: 'nvme' });
    expect(podOf(chart).volumes).toContainEqual(
      expect.objectContaining({ name: 'root', secret: expect.objectContaining({ secretName: 'admin' }) }),
    );
    expect(serverOf(chart)).toMatchObject({ image, resources: { limits: { memory: '4Gi' } } });
    expect(serverOf(chart).args).toEqual(expect.arrayContaining(['-metricsPort=9327', '-metricsIp=0.0.0.0']));
    expect(store.metrics).toEqual({ path: '/metrics', port: 9327 });
    expect(find(chart, 'Service/store').spec.ports.map(({ port }: any) => port)).toEqual([8333, 9327]);
  });

  it('is a server with a volume, a Service, and a Job that makes the buckets', () => {
    const chart = chartIn('fraud');
    const store = seaweed({}, chart);
    expect(objectsOf(chart)).toEqual([
      'ServiceAccount/store',
      'NetworkPolicy/store',
      'Service/store',
      'Service/store-servers',
      'StatefulSet/store',
      'ServiceAccount/store-buckets',
      'NetworkPolicy/store-buckets',
      'Job/store-buckets',
    ]);
    expect(store.endpoint).toBe('http://store.fraud.svc:8333');
    expect(store.metrics).toBeUndefined();
  });

  it('has the manifests in test/golden/seaweed-fs.k8s.yaml', () => {
    const chart = chartIn('fraud');
    const workload = new Workload(chart, 'trainer', { program: 'trainer' });
    const store = seaweed({}, chart);
    store.bucket('mlflow').grantReadWrite(workload);
    workload.allowTo(store);
    expectGolden(chart, 'seaweed-fs');
  });

  it('listens outside of its pod only where it asks who is calling', () => {
    const chart = chartIn('fraud');
    seaweed({}, chart);
    const { args, ports, command, workingDir } = serverOf(chart);
    expect(args).toEqual(expect.arrayContaining(['-ip=127.0.0.1', '-ip.bind=127.0.0.1', '-s3.ip.bind=0.0.0.0']));
    expect(ports).toEqual([{ name: 's3', containerPort: 8333, protocol: 'TCP' }]);
    expect(args.filter((arg: string) => /0\.0\.0\.0/.test(arg))).toEqual(['-s3.ip.bind=0.0.0.0']);
    expect([command, workingDir]).toEqual([['weed'], '/data']);
  });

  it('sends nobody reports, and makes and empties no bucket unasked', () => {
    const chart = chartIn('fraud');
    seaweed({}, chart);
    expect(serverOf(chart).args).toEqual(
      expect.arrayContaining([
        '-master.telemetry=false',
        '-s3.iam=false',
        '-s3.autoCreateBucket=false',
        '-s3.allowDeleteBucketNotEmpty=false',
      ]),
    );
  });

  test.each([
    ['200Gi', 400],
    ['1500Mi', 202],
  ])('never runs out of volumes before its disk of %s is full', (size, volumes) => {
    const chart = chartIn('fraud');
    seaweed({ size }, chart);
    expect(serverOf(chart).args).toContain(`-volume.max=${volumes}`);
  });

  it('is ready while it answers, and alive apart from that', () => {
    const chart = chartIn('fraud');
    seaweed({}, chart);
    const { startupProbe, readinessProbe, livenessProbe } = serverOf(chart);
    expect(startupProbe.httpGet.path).toBe('/healthz');
    expect(readinessProbe.httpGet).toEqual({ path: '/healthz', port: 8333 });
    expect(livenessProbe.tcpSocket).toEqual({ port: 8333 });
  });

  it('comes before what keeps its data there', () => {
    const chart = chartIn('fraud');
    seaweed({}, chart);
    const waves = chart.toJson().map(({ metadata }) => metadata.annotations['argocd.argoproj.io/sync-wave']);
    expect(new Set(waves)).toEqual(new Set(['-2']));
  });

  it('fits the quota of its team', () => {
    const chart = chartIn('fraud');
    new TeamNamespace(chart, 'team', { quota: { cpu: '1', memory: '2Gi', storage: '200Gi' } });
    seaweed({}, chart);
    expect(lateProblems(chart)).toEqual([]);
  });

  it('writes down before it starts who may enter which bucket', () => {
    const chart = chartIn('fraud');
    const store = seaweed({}, chart);
    const [trainer, reader] = ['trainer', 'reader'].map(id => new Workload(chart, id, { program: id }));
    store.bucket('mlflow').grantReadWrite(trainer!);
    store.bucket('mlflow').grantRead(reader!);
    store.bucket('data', { readCredentials: SecretSource.existing('store-mlflow-read') }).grantRead(reader!);
    const [identities] = podOf(chart).initContainers;
    expect(identities.args).toEqual([
      'store-mlflow',
      '["Read:mlflow","List:mlflow","Write:mlflow"]',
      'store-mlflow-read',
      '["Read:mlflow","List:mlflow","Read:data","List:data"]',
    ]);
    expect(identities.volumeMounts.map(({ mountPath }: any) => mountPath)).toEqual(
      expect.arrayContaining(['/etc/store/users/store-mlflow', '/etc/store/users/store-mlflow-read', '/run/store']),
    );
    expect(podOf(chart).volumes).toContainEqual({
      name: 'identities',
      emptyDir: { medium: 'Memory', sizeLimit: '1Mi' },
    });
  });

  it('makes its buckets by a Job in every sync, which alone may call it until somebody is let in', () => {
    const chart = chartIn('fraud');
    const store = seaweed({ metrics: true }, chart);
    store.bucket('mlflow');
    store.bucket('data');
    const job = find(chart, 'Job/store-buckets');
    expect(job.metadata.annotations).toMatchObject({ 'argocd.argoproj.io/hook': 'Sync' });
    expect(job.spec.template.spec.containers[0]).toMatchObject({ image, args: ['mlflow', 'data'] });
    expect(find(chart, 'NetworkPolicy/store').spec.ingress).toEqual([
      { from: store.bucketJob.workload.networkPeers(), ports: [{ port: 8333, protocol: 'TCP' }] },
    ]);
    store.allowFrom(Peer.pods({ namespace: 'gateway' }));
    expect(find(chart, 'NetworkPolicy/store').spec.ingress[1].ports).toEqual([{ port: 8333, protocol: 'TCP' }]);
  });

  test.each(['status', 'healthz'])('refuses a bucket %s', name => {
    expectRefusal(
      () => seaweed().bucket(name),
      `[fraud/store] the store keeps the name "${name}" for itself; choose another one`,
    );
  });

  it('refuses an image that is not pinned', () => {
    expectRefusal(
      () => seaweed({ image: 'chrislusf/seaweedfs' }),
      '[fraud/store] image must be pinned, got "chrislusf/seaweedfs"; ' +
        'use a version tag or a digest, for example "docker.io/chrislusf/seaweedfs:4.44"',
    );
  });

  it('refuses a size that is none', () => {
    expectRefusal(
      () => seaweed({ size: '' }),
      '[fraud/store] size must be a quantity, got ""; ' +
        'write a number with a unit of Kubernetes, such as "500m", "4" or "16Gi"',
    );
  });
});
