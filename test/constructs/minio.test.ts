import type { Chart } from 'cdk8s';
import { Minio, Peer, SecretSource, TeamNamespace, Workload, type MinioProps } from '../../lib';
import { itIsAnObjectStore } from '../contracts/object-store';
import { chartIn, expectGolden, expectRefusal, find, lateProblems, objectsOf } from '../support';

const image = 'registry.example.com/silo:2026.9.1';
const clientImage = 'registry.example.com/mc:2026.9.1';
const digest = `@sha256:${'a'.repeat(64)}`;

function minio(props: Partial<MinioProps> = {}, chart: Chart = chartIn('fraud')): Minio {
  return new Minio(chart, 'store', { size: '200Gi', image, clientImage, ...props });
}

const podOf = (chart: Chart) => find(chart, 'StatefulSet/store').spec.template.spec;
const containerOf = (chart: Chart) => podOf(chart).containers[0];
const variables = (chart: Chart) =>
  Object.fromEntries(containerOf(chart).env.map(({ name, value }: any) => [name, value]));

describe('Minio', () => {
  itIsAnObjectStore(chart => minio({}, chart));

  it('takes all the props', () => {
    const allProps: Required<MinioProps> = {
      size: '500Gi',
      image,
      clientImage,
      root: SecretSource.existing('admin'),
      servers: 8,
      storageClass: 'fast',
      region: 'eu-central-1',
      metrics: true,
      placement: { nodeSelector: { disk: 'nvme' } },
      resources: { requests: { cpu: '1' } },
    };
    const chart = chartIn('fraud');
    const store = minio(allProps, chart);
    const { spec } = find(chart, 'StatefulSet/store');
    expect(spec.replicas).toBe(8);
    expect(spec.volumeClaimTemplates[0].spec).toEqual({
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'fast',
      resources: { requests: { storage: '500Gi' } },
    });
    expect(podOf(chart).nodeSelector).toEqual({ disk: 'nvme' });
    expect(podOf(chart).volumes).toContainEqual(
      expect.objectContaining({ name: 'root', secret: expect.objectContaining({ secretName: 'admin' }) }),
    );
    expect(containerOf(chart)).toMatchObject({ image, resources: { requests: { cpu: '1', memory: '2Gi' } } });
    expect(variables(chart)).toMatchObject({ MINIO_REGION: 'eu-central-1', MINIO_PROMETHEUS_AUTH_TYPE: 'public' });
    expect(store.region).toBe('eu-central-1');
    expect(store.metrics).toEqual({ path: '/minio/v2/metrics/cluster', port: 9000, shared: true });
  });

  it('is a server with a volume, a Service, and a Job that makes what is declared', () => {
    const chart = chartIn('fraud');
    minio({}, chart);
    expect(objectsOf(chart)).toEqual([
      'ServiceAccount/store',
      'NetworkPolicy/store',
      'Service/store',
      'Service/store-servers',
      'StatefulSet/store',
      'ServiceAccount/store-buckets',
      'NetworkPolicy/store-buckets',
      'Job/store-buckets',
      'ConfigMap/store-buckets',
    ]);
  });

  it('has the manifests in test/golden/minio.k8s.yaml', () => {
    const chart = chartIn('fraud');
    const workload = new Workload(chart, 'trainer', { program: 'trainer' });
    const store = minio({ servers: 4 }, chart);
    store.bucket('mlflow').grantReadWrite(workload);
    workload.allowTo(store);
    expectGolden(chart, 'minio');
  });

  it('reads the name and password of its administrator from files', () => {
    const chart = chartIn('fraud');
    minio({}, chart);
    expect(variables(chart)).toMatchObject({
      MINIO_ROOT_USER_FILE: '/etc/store/root/user',
      MINIO_ROOT_PASSWORD_FILE: '/etc/store/root/password',
    });
    expect(podOf(chart).volumes).toContainEqual({
      name: 'root',
      secret: {
        secretName: 'store-root',
        items: [
          { key: 'user', path: 'user' },
          { key: 'password', path: 'password' },
        ],
      },
    });
  });

  it('has no console, asks nobody for updates and shows metrics to nobody without a token', () => {
    const chart = chartIn('fraud');
    const store = minio({}, chart);
    expect(variables(chart)).toMatchObject({ MINIO_BROWSER: 'off', MINIO_UPDATE: 'off' });
    expect(variables(chart)).not.toHaveProperty('MINIO_PROMETHEUS_AUTH_TYPE');
    expect(containerOf(chart).ports).toEqual([{ name: 's3', containerPort: 9000, protocol: 'TCP' }]);
    expect(store.metrics).toBeUndefined();
  });

  it('is started once it can store, ready while it answers, and alive apart from that', () => {
    const chart = chartIn('fraud');
    minio({}, chart);
    const { startupProbe, readinessProbe, livenessProbe } = containerOf(chart);
    expect([startupProbe, readinessProbe, livenessProbe].map(probe => probe.httpGet.path)).toEqual([
      '/minio/health/cluster',
      '/minio/health/ready',
      '/minio/health/live',
    ]);
    expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBe(600);
  });

  it('comes before what keeps its data there, and no later than its guards', () => {
    const chart = chartIn('fraud');
    minio({}, chart);
    const waves = chart.toJson().map(({ metadata }) => metadata.annotations['argocd.argoproj.io/sync-wave']);
    expect(new Set(waves)).toEqual(new Set(['-2']));
  });

  it('fits the quota of its team, volumes included', () => {
    const chart = chartIn('fraud');
    new TeamNamespace(chart, 'team', { quota: { cpu: '2', memory: '9Gi', storage: '800Gi' } });
    minio({ servers: 4 }, chart);
    expect(lateProblems(chart)).toEqual([]);
  });

  describe('with one server', () => {
    it('keeps its data in a folder, talks to no other and lets maintenance take it', () => {
      const chart = chartIn('fraud');
      const store = minio({}, chart);
      expect(containerOf(chart).args).toEqual(['server', '--address=:9000', '/data']);
      expect(find(chart, 'NetworkPolicy/store').spec.egress).toHaveLength(1);
      expect(store.disruptionBudget).toBeUndefined();
      expect(podOf(chart).affinity).toBeUndefined();
    });
  });

  describe('with several servers', () => {
    it('tells each where the others are', () => {
      const chart = chartIn('fraud');
      minio({ servers: 4 }, chart);
      expect(containerOf(chart).args).toContain('http://store-{0...3}.store-servers.fraud.svc:9000/data');
      expect(find(chart, 'StatefulSet/store').spec).toMatchObject({
        serviceName: 'store-servers',
        podManagementPolicy: 'Parallel',
      });
      expect(find(chart, 'Service/store-servers').spec).toMatchObject({
        clusterIP: 'None',
        publishNotReadyAddresses: true,
      });
    });

    it('lets them call each other and nobody else', () => {
      const chart = chartIn('fraud');
      const store = minio({ servers: 4 }, chart);
      const [, ...egress] = find(chart, 'NetworkPolicy/store').spec.egress;
      expect(egress).toEqual([{ to: store.networkPeers(), ports: [{ port: 9000, protocol: 'TCP' }] }]);
      expect(find(chart, 'NetworkPolicy/store').spec.ingress[0].from).toEqual(store.networkPeers());
    });

    it('lets maintenance take one at a time, and puts them on different nodes', () => {
      const chart = chartIn('fraud');
      minio({ servers: 4 }, chart);
      expect(find(chart, 'PodDisruptionBudget/store').spec).toMatchObject({ maxUnavailable: 1 });
      const [{ podAffinityTerm }] =
        podOf(chart).affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution;
      expect(podAffinityTerm).toEqual({
        topologyKey: 'kubernetes.io/hostname',
        labelSelector: { matchLabels: { 'app.kubernetes.io/instance': 'store' } },
      });
    });

    it('leaves the choice of nodes to an affinity that is given', () => {
      const chart = chartIn('fraud');
      minio({ servers: 4, placement: { affinity: { nodeAffinity: {} } } }, chart);
      expect(podOf(chart).affinity).toEqual({ nodeAffinity: {} });
    });

    test.each([2, 3, 0, -4, 4.5, 17, NaN])('refuses %d of them', servers => {
      expectRefusal(
        () => minio({ servers }),
        `[fraud/store] servers must be 1, or a whole number from 4 to 16, got ${servers}; ` +
          'fewer than 4 could not lose one and still be written to',
      );
    });
  });

  describe('its buckets', () => {
    const setting = () => {
      const chart = chartIn('fraud');
      const store = minio({}, chart);
      return { chart, store, trainer: new Workload(chart, 'trainer', { program: 'trainer' }) };
    };
    const policies = (chart: Chart) =>
      Object.fromEntries(
        Object.entries(find(chart, 'ConfigMap/store-buckets').data).map(([name, text]) => [
          name,
          JSON.parse(text as string).Statement.flatMap(({ Action, Resource }: any) =>
            Action.map((action: string) => `${action} ${Resource}`),
          ),
        ]),
      );

    it('are made by a Job in every sync, with a user for each Secret that somebody was granted', () => {
      const { chart, store, trainer } = setting();
      store.bucket('mlflow').grantReadWrite(trainer);
      store.bucket('data');
      const { metadata, spec } = find(chart, 'Job/store-buckets');
      expect(metadata.annotations).toMatchObject({
        'argocd.argoproj.io/hook': 'Sync',
        'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
      });
      const pod = spec.template.spec;
      expect(pod.containers[0]).toMatchObject({ image: clientImage, args: ['mlflow', 'data', '--', 'store-mlflow'] });
      expect(pod.containers[0].volumeMounts).toContainEqual({
        name: 'user-0',
        mountPath: '/etc/store/users/store-mlflow',
        readOnly: true,
      });
      expect(find(chart, 'NetworkPolicy/store').spec.ingress).toHaveLength(1);
      expect(store.bucketJob.job.name).toBe('store-buckets');
    });

    it('let their users enter them alone', () => {
      const { chart, store, trainer } = setting();
      const reader = new Workload(chart, 'reader', { program: 'reader' });
      store.bucket('mlflow').grantReadWrite(trainer);
      store.bucket('mlflow').grantRead(reader);
      expect(policies(chart)).toEqual({
        'store-mlflow.json': [
          's3:GetBucketLocation arn:aws:s3:::mlflow',
          's3:ListBucket arn:aws:s3:::mlflow',
          's3:ListBucketMultipartUploads arn:aws:s3:::mlflow',
          's3:GetObject arn:aws:s3:::mlflow/*',
          's3:PutObject arn:aws:s3:::mlflow/*',
          's3:DeleteObject arn:aws:s3:::mlflow/*',
          's3:AbortMultipartUpload arn:aws:s3:::mlflow/*',
          's3:ListMultipartUploadParts arn:aws:s3:::mlflow/*',
        ],
        'store-mlflow-read.json': [
          's3:GetBucketLocation arn:aws:s3:::mlflow',
          's3:ListBucket arn:aws:s3:::mlflow',
          's3:GetObject arn:aws:s3:::mlflow/*',
        ],
      });
    });

    it('share a user if they share a Secret', () => {
      const { chart, store, trainer } = setting();
      const credentials = SecretSource.existing('trainer-keys');
      store.bucket('mlflow', { credentials }).grantReadWrite(trainer);
      store.bucket('data', { readCredentials: credentials }).grantRead(trainer);
      expect(Object.keys(policies(chart))).toEqual(['trainer-keys.json']);
      expect(policies(chart)['trainer-keys.json']).toContain('s3:GetObject arn:aws:s3:::data/*');
      expect(policies(chart)['trainer-keys.json']).not.toContain('s3:PutObject arn:aws:s3:::data/*');
    });

    it('open the path for the Job alone, until somebody is let in', () => {
      const { chart, store } = setting();
      const from = () => find(chart, 'NetworkPolicy/store').spec.ingress.map((rule: any) => rule.from);
      expect(from()).toEqual([store.bucketJob.workload.networkPeers()]);
      const monitoring = Peer.pods({ namespace: 'monitoring' });
      store.allowFrom(monitoring);
      expect(from()[1]).toEqual(monitoring.networkPeers(chart));
    });

    it('refuse Secrets that contradict others', () => {
      const { store, trainer } = setting();
      const same = SecretSource.existing('same');
      const bucket = store.bucket('mlflow', { credentials: same, readCredentials: same });
      bucket.grantReadWrite(trainer);
      expectRefusal(
        () => bucket.grantRead(trainer),
        '[fraud/store] the keys in "same" cannot be for reading only and for writing bucket "mlflow"; ' +
          'name two Secrets: credentials and readCredentials',
      );
      expectRefusal(
        () => store.bucket('mlflow', { credentials: SecretSource.existing('another') }),
        '[fraud/store] credentials of bucket "mlflow" are "same" and cannot be "another" too; name them once',
      );
    });

    test.each(['credentials', 'readCredentials'])("refuse the administrator's keys as %s", prop => {
      expectRefusal(
        () => setting().store.bucket('mlflow', { [prop]: SecretSource.existing('store-root') }),
        `[fraud/store] ${prop} of bucket "mlflow" may not be "store-root", the Secret of the store's administrator; ` +
          'make a Secret for each user of a bucket',
      );
    });

    it('keep the Secret that a grant was given', () => {
      const { store, trainer } = setting();
      store.bucket('mlflow').grantReadWrite(trainer);
      expectRefusal(
        () => store.bucket('mlflow', { credentials: SecretSource.existing('another') }),
        '[fraud/store] credentials of bucket "mlflow" are "store-mlflow" and cannot be "another" too; name them once',
      );
    });

    it('refuse to make up a Secret that cannot exist', () => {
      const { store, trainer } = setting();
      const bucket = 'a.-b';
      expectRefusal(
        () => store.bucket(bucket).grantReadWrite(trainer),
        `[fraud/store] no Secret can have the name "store-${bucket}"; ` +
          `name one of your own: bucket("${bucket}", { credentials: … })`,
      );
      expect(() =>
        store.bucket(bucket, { credentials: SecretSource.existing('own') }).grantReadWrite(trainer),
      ).not.toThrow();
    });

    it('have Secrets with names as long as their own', () => {
      const { store, trainer } = setting();
      expect(() => store.bucket('b'.repeat(63)).grantReadWrite(trainer)).not.toThrow();
    });

    it('refuse the name that MinIO keeps for itself', () => {
      expectRefusal(
        () => setting().store.bucket('minio'),
        '[fraud/store] the store keeps the name "minio" for itself; choose another one',
      );
    });
  });

  describe('its images', () => {
    test.each(['minio/minio:RELEASE.2025-09-07T16-13-09Z', 'quay.io/minio/minio:RELEASE.2025-10-15T17-29-55Z'])(
      'may not be %s, which nobody mends',
      abandoned => {
        expectRefusal(
          () => minio({ image: abandoned }),
          `[fraud/store] image may not be "${abandoned}": nobody mends it (CVE-2025-62506, CVE-2026-40344 and ` +
            'CVE-2026-41145, which let anybody write, are open in it) and its tags are gone from Docker Hub, where a tag ' +
            'of that name could be anything; use a continuation (docs/minio.md), or name the build that you have checked ' +
            'by its digest',
        );
      },
    );

    it('may not be the abandoned client either', () => {
      expect(() => minio({ clientImage: 'docker.io/minio/mc:RELEASE.2025-08-13T08-35-41Z' })).toThrow(
        /clientImage may not be/,
      );
    });

    it('may be a build that is named by its digest, or of another name', () => {
      for (const checked of [`quay.io/minio/minio${digest}`, 'registry.example.com/notminio/minio:1']) {
        expect(() => minio({ image: checked })).not.toThrow();
      }
    });

    test.each(['registry.example.com/silo', 'registry.example.com/silo:latest', ''])(
      'must be pinned, %j is not',
      given => {
        expectRefusal(
          () => minio({ image: given }),
          `[fraud/store] image must be pinned, got "${given}"; ` +
            'use a version tag or a digest, for example "registry.example.com/silo:2026.9.1"',
        );
        expectRefusal(
          () => minio({ clientImage: given }),
          `[fraud/store] clientImage must be pinned, got "${given}"; ` +
            'use a version tag or a digest, for example "registry.example.com/mc:2026.9.1"',
        );
      },
    );
  });

  it('refuses a size that is none', () => {
    expectRefusal(
      () => minio({ size: 'much' }),
      '[fraud/store] size must be a quantity, got "much"; ' +
        'write a number with a unit of Kubernetes, such as "500m", "4" or "16Gi"',
    );
  });

  it('refuses a name that leaves no room for what Kubernetes adds to it', () => {
    expect(() => new Minio(chartIn('fraud'), 's'.repeat(53), { size: '1Gi', image, clientImage })).toThrow(
      /must have at most 52 characters, got 53/,
    );
  });
});
