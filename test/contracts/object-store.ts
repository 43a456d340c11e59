import type { Chart } from 'cdk8s';
import { SecretSource, Workload, type BucketProps, type ObjectStore } from '../../lib';
import { chartIn, expectRefusal, find, lateProblems, objectsOf } from '../support';

const secrets = {
  credentials: SecretSource.existing('writer-keys'),
  readCredentials: SecretSource.existing('reader-keys'),
} satisfies BucketProps;

/**
 * What a workload can rely on whoever runs the store. Every implementation of `ObjectStore` passes this.
 *
 * @param make makes a store with the id `store` in the chart
 */
export function itIsAnObjectStore(make: (chart: Chart) => ObjectStore): void {
  function setting() {
    const chart = chartIn('fraud');
    const store = make(chart);
    const workload = new Workload(chart, 'trainer', { program: 'trainer' });
    return { chart, store, workload };
  }

  /** What containers of the workload see. */
  function seenBy(workload: Workload) {
    const { env = [], volumeMounts = [] } = workload.container({ name: 'main', image: 'trainer:1' });
    const volumes = workload.podTemplate({ containers: [] }).spec!.volumes!;
    return {
      variables: Object.fromEntries(env.map(({ name, value }) => [name, value])),
      references: env.filter(({ valueFrom }) => valueFrom !== undefined),
      secret: volumes.find(({ name }) => name === 's3')?.secret,
      mount: volumeMounts.find(({ name }) => name === 's3'),
    };
  }

  describe('as an object store', () => {
    it('has buckets that know their address and their store', () => {
      const { store } = setting();
      const bucket = store.bucket('models');
      expect(bucket).toMatchObject({ name: 'models', uri: 's3://models' });
      expect(bucket.store).toBe(store);
    });

    it('is at a URL without a path, on the port that it listens on', () => {
      const { store } = setting();
      expect(new URL(store.endpoint).origin).toBe(store.endpoint);
      expect(store.ports).toHaveLength(1);
    });

    it('gives credentials as a file, and what else a client must know in variables', () => {
      const { store, workload } = setting();
      store.bucket('models', secrets).grantReadWrite(workload);
      const { secret, mount, variables, references } = seenBy(workload);
      expect(secret).toEqual({ secretName: 'writer-keys', items: [{ key: 'credentials', path: 'credentials' }] });
      expect(mount).toEqual({ name: 's3', mountPath: '/etc/s3', readOnly: true });
      expect(variables).toMatchObject({
        AWS_SHARED_CREDENTIALS_FILE: '/etc/s3/credentials',
        AWS_DEFAULT_REGION: store.region,
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_ENDPOINT_URL_S3: store.endpoint,
        MLFLOW_S3_ENDPOINT_URL: store.endpoint,
      });
      expect(references).toEqual([]);
    });

    it('gives credentials beside others, under a prefix', () => {
      const { store, workload } = setting();
      store.bucket('models', secrets).grantRead(workload, { prefix: 'backup' });
      const { env = [], volumeMounts = [] } = workload.container({ name: 'main', image: 'trainer:1' });
      const values = Object.fromEntries(env.map(({ name, value }) => [name, value]));
      expect(Object.keys(values).filter(name => name !== 'HOME' && !name.startsWith('BACKUP_'))).toEqual([]);
      expect(values['BACKUP_AWS_SHARED_CREDENTIALS_FILE']).toBe('/backup/etc/s3/credentials');
      expect(volumeMounts).toContainEqual({ name: 'backup-s3', mountPath: '/backup/etc/s3', readOnly: true });
    });

    it('gives readers other credentials than writers', () => {
      const { store, workload } = setting();
      store.bucket('models', secrets).grantRead(workload);
      expect(seenBy(workload).secret!.secretName).toBe('reader-keys');
    });

    it('opens no path by a grant, and one to its port by allowTo()', () => {
      const { chart, store, workload } = setting();
      const bucket = store.bucket('models', secrets);
      bucket.grantRead(workload);
      expect(find(chart, 'NetworkPolicy/trainer').spec.egress).toHaveLength(1);
      workload.allowTo(bucket.store);
      const [, path] = find(chart, 'NetworkPolicy/trainer').spec.egress;
      expect(path).toEqual({ to: store.networkPeers(workload), ports: [{ port: store.ports[0], protocol: 'TCP' }] });
    });

    it('gives one workload several buckets under one Secret', () => {
      const { store, workload } = setting();
      for (const name of ['models', 'data']) {
        store.bucket(name, { credentials: secrets.credentials }).grantReadWrite(workload);
      }
      expect(seenBy(workload).secret!.secretName).toBe('writer-keys');
    });

    it('refuses to give one workload two Secrets', () => {
      const { store, workload } = setting();
      const bucket = store.bucket('models', secrets);
      bucket.grantRead(workload);
      expectRefusal(
        () => bucket.grantReadWrite(workload),
        '[fraud/trainer] the volume "s3" is taken: the workload was granted two different things of one kind; ' +
          'grant it one of them',
      );
    });

    test.each(['abc', 'fraud-models.eu', '0'.repeat(63)])('has a bucket %s', name => {
      expect(setting().store.bucket(name)).toMatchObject({ name, uri: `s3://${name}` });
    });

    test.each(['', 'ab', 'Models', 'a/b', '-abc', 'abc-', 'a..b', 'a_b', 'x'.repeat(64)])(
      'refuses a bucket %j',
      name => {
        expectRefusal(
          () => setting().store.bucket(name),
          `[fraud/store] "${name}" cannot name a bucket; use 3 to 63 lower-case letters, digits, "-" and "."`,
        );
      },
    );

    it('runs no container that Pod Security "restricted" or a scanner would hold up', () => {
      const { chart, store, workload } = setting();
      store.bucket('models', secrets).grantReadWrite(workload);
      const pods = chart
        .toJson()
        .map(object => object.spec?.template?.spec)
        .filter(pod => pod !== undefined);
      for (const pod of pods) {
        expect(pod).toMatchObject({
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, fsGroup: 10001, seccompProfile: { type: 'RuntimeDefault' } },
        });
        for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
          expect(container.securityContext).toMatchObject({
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
            readOnlyRootFilesystem: true,
            runAsUser: 10001,
          });
          for (const amounts of [container.resources.requests, container.resources.limits]) {
            expect(Object.keys(amounts).sort()).toEqual(['cpu', 'ephemeral-storage', 'memory']);
          }
          expect(container.env.filter((variable: any) => variable.valueFrom)).toEqual([]);
        }
      }
    });

    it('has a policy for each of its workloads, and belongs to the namespace of its chart', () => {
      const { chart, store } = setting();
      store.bucket('models', secrets);
      const names = objectsOf(chart);
      for (const object of chart.toJson().filter(({ kind }) => ['StatefulSet', 'Deployment', 'Job'].includes(kind))) {
        const label = object.spec.template.metadata.labels['app.kubernetes.io/instance'];
        expect(names).toContain(`NetworkPolicy/${label}`);
      }
      expect(chart.toJson().filter(({ metadata }) => metadata.namespace !== 'fraud')).toEqual([]);
      expect(lateProblems(chart)).toEqual([]);
    });
  });
}
