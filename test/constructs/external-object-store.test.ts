import { ExternalObjectStore, Peer, SecretSource, Workload, type ExternalObjectStoreProps } from '../../lib';
import { itIsAnObjectStore } from '../contracts/object-store';
import { chartIn, expectRefusal, find, objectsOf } from '../support';

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
  const volumes = workload.podTemplate({ containers: [] }).spec!.volumes!;
  return { env, volumeMounts, volumes, secret: volumes.find(({ name }) => name === 's3')?.secret };
}

describe('ExternalObjectStore', () => {
  itIsAnObjectStore(chart => store({}, chart));

  it('takes all the props', () => {
    const allProps: Required<ExternalObjectStoreProps> = {
      endpoint: 'https://s3.storage.svc:9000',
      peer,
      credentials,
      readCredentials: SecretSource.existing('s3-read'),
      region: 'eu-central-1',
      certificateAuthority: SecretSource.existing('s3-ca'),
      addressing: 'path',
    };
    const all = store(allProps);
    expect(all).toMatchObject({ endpoint: 'https://s3.storage.svc:9000', ports: [7070], region: 'eu-central-1' });
    expect(granted(workload => all.bucket('models').grantRead(workload)).secret!.secretName).toBe('s3-read');
    expect(granted(workload => all.bucket('models').grantReadWrite(workload)).secret!.secretName).toBe('s3');
  });

  it('tells a client nothing that was not asked for', () => {
    const { env } = granted(workload => store().bucket('models').grantReadWrite(workload));
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

  it('gives a bucket the credentials that are named with it', () => {
    const one = store({ readCredentials: SecretSource.existing('s3-read') });
    const own = { credentials: SecretSource.existing('own') };
    const secretOf = (grant: (workload: Workload) => void) => granted(grant).secret!.secretName;
    expect(secretOf(workload => one.bucket('models', own).grantReadWrite(workload))).toBe('own');
    expect(secretOf(workload => one.bucket('models', own).grantRead(workload))).toBe('own');
    const reader = { readCredentials: SecretSource.existing('own-read') };
    expect(secretOf(workload => one.bucket('models', reader).grantReadWrite(workload))).toBe('s3');
    expect(secretOf(workload => one.bucket('models', reader).grantRead(workload))).toBe('own-read');
    expect(secretOf(workload => one.bucket('models').grantRead(workload))).toBe('s3-read');
  });

  it('refuses to give one workload two stores', () => {
    expectRefusal(
      () =>
        granted(workload => {
          store().bucket('models').grantRead(workload);
          store({ endpoint: 'https://other.example.com' }).bucket('models').grantRead(workload);
        }),
      '[fraud/trainer] the variable AWS_ENDPOINT_URL_S3 is "https://s3.example.com" ' +
        'and cannot be "https://other.example.com" too; set it once',
    );
  });

  it('defines nothing unless clients need a file', () => {
    const chart = chartIn('fraud');
    store({}, chart);
    expect(objectsOf(chart)).toEqual([]);
  });

  it('has clients trust the certificates that it is known by', () => {
    const certificateAuthority = SecretSource.existing('s3-ca');
    const { env, volumeMounts, volumes } = granted(workload =>
      store({ certificateAuthority }).bucket('models').grantRead(workload),
    );
    expect(env).toContainEqual({ name: 'AWS_CA_BUNDLE', value: '/etc/s3-ca/ca.crt' });
    expect(volumeMounts).toContainEqual({ name: 's3-ca', mountPath: '/etc/s3-ca', readOnly: true });
    expect(volumes).toContainEqual({
      name: 's3-ca',
      secret: { secretName: 's3-ca', items: [{ key: 'ca.crt', path: 'ca.crt' }] },
    });
  });

  test.each(['path', 'virtual'] as const)('has clients write the bucket in the style %s', addressing => {
    const chart = chartIn('fraud');
    const { env, volumeMounts, volumes } = granted(workload =>
      store({ addressing }, chart).bucket('models').grantRead(workload),
    );
    expect(find(chart, 'ConfigMap/store-s3').data).toEqual({
      config: `[default]\ns3 =\n  addressing_style = ${addressing}\n`,
    });
    expect(volumes).toContainEqual({ name: 's3-config', configMap: { name: 'store-s3' } });
    expect(volumeMounts).toContainEqual({ name: 's3-config', mountPath: '/etc/s3-config', readOnly: true });
    expect(env).toEqual(
      expect.arrayContaining([
        { name: 'AWS_CONFIG_FILE', value: '/etc/s3-config/config' },
        { name: 'MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE', value: addressing },
      ]),
    );
  });

  it('refuses certificates where nothing is encrypted', () => {
    expectRefusal(
      () => store({ endpoint: 'http://s3.storage.svc', certificateAuthority: SecretSource.existing('s3-ca') }),
      '[fraud/store] certificateAuthority is of no use at http://s3.storage.svc: nothing is encrypted there; ' +
        'write "https://" in front of the endpoint, or leave certificateAuthority out',
    );
  });

  test.each([
    ['http://10.0.0.7:9000', '10.0.0.7'],
    ['http://[fd00::7]:9000', '[fd00::7]'],
  ])('refuses to write a bucket in front of %s', (endpoint, address) => {
    expectRefusal(
      () => store({ endpoint, addressing: 'virtual' }),
      `[fraud/store] the address ${address} cannot have the name of a bucket in front of it; ` +
        'use a host name as endpoint, or addressing: "path"',
    );
  });

  test.each(['', 'eu central', 'https://x'])('refuses the region %j', region => {
    expectRefusal(
      () => store({ region }),
      `[fraud/store] "${region}" is no region; write its name, for example "eu-central-1"`,
    );
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
