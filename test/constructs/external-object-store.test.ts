import {
  ExternalObjectStore,
  Peer,
  SecretSource,
  Workload,
  type Bucket,
  type ExternalObjectStoreProps,
} from '../../lib';
import { chartIn, expectRefusal, find } from '../support';

const peer = Peer.pods({ namespace: 'storage', ports: [7070] });
const credentials = SecretSource.existing('s3');

function store(props: Partial<ExternalObjectStoreProps> = {}, chart = chartIn('fraud')): ExternalObjectStore {
  return new ExternalObjectStore(chart, 'store', { endpoint: 'https://s3.example.com', peer, credentials, ...props });
}

/** What a workload has once it was granted something. */
function granted(grant: (workload: Workload) => void) {
  const workload = new Workload(chartIn('fraud'), 'trainer', { program: 'trainer' });
  grant(workload);
  const { env, volumeMounts } = workload.container({ name: 'main', image: 'trainer:1' });
  const secret = workload.podTemplate({ containers: [] }).spec!.volumes!.find(({ name }) => name === 's3')?.secret;
  return { env, volumeMounts, secret };
}

describe('ExternalObjectStore', () => {
  it('takes all the props', () => {
    const allProps: Required<ExternalObjectStoreProps> = {
      endpoint: 'http://s3.storage.svc:9000',
      peer,
      credentials,
      readCredentials: SecretSource.existing('s3-read'),
      region: 'eu-central-1',
    };
    const all = store(allProps);
    expect(all).toMatchObject({ endpoint: 'http://s3.storage.svc:9000', ports: [7070], region: 'eu-central-1' });
    expect(granted(workload => all.bucket('models').grantRead(workload)).secret!.secretName).toBe('s3-read');
    expect(granted(workload => all.bucket('models').grantReadWrite(workload)).secret!.secretName).toBe('s3');
  });

  it('gives credentials as a file, and the address in variables', () => {
    const { env, volumeMounts, secret } = granted(workload => store().bucket('models').grantReadWrite(workload));
    expect(secret).toEqual({ secretName: 's3', items: [{ key: 'credentials', path: 'credentials' }] });
    expect(volumeMounts).toContainEqual({ name: 's3', mountPath: '/etc/s3', readOnly: true });
    expect(Object.fromEntries(env!.map(({ name, value }) => [name, value]))).toEqual({
      HOME: '/home/app',
      AWS_SHARED_CREDENTIALS_FILE: '/etc/s3/credentials',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL_S3: 'https://s3.example.com',
      MLFLOW_S3_ENDPOINT_URL: 'https://s3.example.com',
    });
  });

  it('lets readers have the credentials of writers if there are no others', () => {
    expect(granted(workload => store().bucket('models').grantRead(workload)).secret!.secretName).toBe('s3');
  });

  it('gives two buckets of one store, but not two stores, to one workload', () => {
    const one = store();
    expect(() =>
      granted(workload => ['models', 'data'].forEach(name => one.bucket(name).grantReadWrite(workload))),
    ).not.toThrow();
    expectRefusal(
      () =>
        granted(workload => {
          one.bucket('models').grantRead(workload);
          store({ endpoint: 'https://other.example.com' }).bucket('models').grantRead(workload);
        }),
      '[fraud/trainer] the variable AWS_ENDPOINT_URL_S3 is "https://s3.example.com" ' +
        'and cannot be "https://other.example.com" too; set it once',
    );
    expectRefusal(
      () =>
        granted(workload => {
          one.bucket('models').grantRead(workload);
          store({ credentials: SecretSource.existing('other') })
            .bucket('models')
            .grantRead(workload);
        }),
      '[fraud/trainer] the volume "s3" is taken: the workload was granted two different things of one kind; ' +
        'grant it one of them',
    );
  });

  it('gives the network path apart from the credentials', () => {
    const chart = chartIn('fraud');
    const workload = new Workload(chart, 'trainer', { program: 'trainer' });
    const bucket: Bucket = store({}, chart).bucket('models');
    bucket.grantRead(workload);
    expect(find(chart, 'NetworkPolicy/trainer').spec.egress).toHaveLength(1);
    workload.allowTo(bucket.store);
    expect(find(chart, 'NetworkPolicy/trainer').spec.egress[1]).toEqual({
      to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'storage' } } }],
      ports: [{ port: 7070, protocol: 'TCP' }],
    });
  });

  test.each([
    ['https://s3.example.com', 'https://s3.example.com', 443],
    ['https://s3.example.com/', 'https://s3.example.com', 443],
    ['http://s3.example.com', 'http://s3.example.com', 80],
    ['https://s3.example.com:443', 'https://s3.example.com', 443],
    ['https://S3.Example.com:9000/', 'https://s3.example.com:9000', 9000],
    ['http://[fd00::7]:9000', 'http://[fd00::7]:9000', 9000],
  ])('at %s has the endpoint %s and, unless its peer says so, the port %d', (endpoint, origin, port) => {
    const { ports, ...rest } = store({ endpoint, peer: Peer.pods({ namespace: 'storage' }) });
    expect(rest.endpoint).toBe(origin);
    expect(ports).toEqual([port]);
  });

  test.each([
    's3.example.com',
    's3://models',
    'https://',
    '',
    'https://s3.example.com/models',
    'https://s3.example.com//',
    'https://s3.example.com?a=b',
    'https://s3.example.com/?',
    'https://s3.example.com/#a',
    'https://key@s3.example.com',
    'https://key:secret@s3.example.com',
    'https://:secret@s3.example.com',
    'file:///etc',
  ])('refuses the endpoint %j', endpoint => {
    expectRefusal(
      () => store({ endpoint }),
      `[fraud/store] endpoint must be the URL of an S3 API, got "${endpoint}"; ` +
        'write scheme, host and, if needed, port: "https://s3.example.com"',
    );
  });

  test.each(['abc', 'fraud-models.eu', '0'.repeat(63)])('has a bucket %s', name => {
    expect(store().bucket(name)).toMatchObject({ name, uri: `s3://${name}` });
  });

  test.each(['', 'ab', 'Models', 'a/b', '-abc', 'abc-', 'a..b', 'a_b', 'x'.repeat(64)])('refuses a bucket %j', name => {
    expectRefusal(
      () => store().bucket(name),
      `[fraud/store] "${name}" cannot name a bucket; use 3 to 63 lower-case letters, digits, "-" and "."`,
    );
  });
});

describe('SecretSource', () => {
  it('refers to an existing Secret', () => {
    expect(SecretSource.existing('s3.fraud').name).toBe('s3.fraud');
  });

  test.each(['', 'S3', 'a_b', 'a/b', '.a', 'ключ'])('refuses the name %j', name => {
    expectRefusal(
      () => SecretSource.existing(name),
      `[SecretSource.existing] "${name}" cannot name a Secret; use lower-case letters, digits, "-" and "."`,
    );
  });
});
