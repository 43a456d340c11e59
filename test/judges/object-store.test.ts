import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ExternalObjectStore,
  Minio,
  Peer,
  SeaweedFs,
  SecretSource,
  Workload,
  type ExternalObjectStoreProps,
  type ObjectStore,
} from '../../lib';
import { chartIn, find } from '../support';
import { describeJudged, isInstalled } from './judge';
import { LocalPods } from './object-store/pod';
import { clientMissing, freePort, take, untilAnswered } from './object-store/s3';

jest.setTimeout(120_000);

const missing = (...programs: string[]) =>
  clientMissing ?? programs.filter(program => !isInstalled(program)).map(program => `${program} is not installed`)[0];
const keys = (user: string, secret = `secret-of-${user}`) => ({
  credentials: `[default]\naws_access_key_id = ${user}\naws_secret_access_key=${secret}\n`,
});
const root = { user: 'keeper\n', password: 'password-of-keeper' };

/** A team with a store, and workloads that may write, read, and write elsewhere. */
function team<Store extends ObjectStore>(make: (chart: ReturnType<typeof chartIn>) => Store) {
  const chart = chartIn('fraud');
  const store = make(chart);
  const [writer, reader, stranger] = ['writer', 'reader', 'stranger'].map(
    program => new Workload(chart, program, { program }),
  ) as [Workload, Workload, Workload];
  store.bucket('mlflow').grantReadWrite(writer);
  store.bucket('mlflow').grantRead(reader);
  store.bucket('data').grantReadWrite(stranger);
  return { chart, store, writer, reader, stranger };
}
const secrets = {
  'store-root': root,
  'store-mlflow': keys('writer', 'ab+cd/efgh=='),
  'store-mlflow-read': keys('reader'),
  'store-data': keys('stranger'),
};
const jobOf = (chart: ReturnType<typeof chartIn>) => find(chart, 'Job/store-buckets').spec.template.spec;

/** What nobody but the writer of bucket "mlflow" may do, done by everybody. */
async function expectLimits(pods: LocalPods, { writer, reader, stranger }: ReturnType<typeof team>): Promise<void> {
  const used = await take(pods, writer, [
    ['put', 'mlflow', 'model', 'version 1'],
    ['put', 'mlflow', 'old', '-'],
    ['delete', 'mlflow', 'old'],
    ['get', 'mlflow', 'model'],
    ['list', 'mlflow'],
    ['put', 'data', 'model', 'mine'],
    ['list', 'data'],
    ['make', 'another'],
    ['drop', 'mlflow'],
  ]);
  expect(used.results).toEqual([
    'ok',
    'ok',
    'ok',
    'version 1',
    'model',
    'AccessDenied',
    'AccessDenied',
    'AccessDenied',
    'AccessDenied',
  ]);
  const read = await take(pods, reader, [
    ['get', 'mlflow', 'model'],
    ['list', 'mlflow'],
    ['put', 'mlflow', 'model', 'mine'],
    ['delete', 'mlflow', 'model'],
  ]);
  expect(read.results).toEqual(['version 1', 'model', 'AccessDenied', 'AccessDenied']);
  const strange = await take(pods, stranger, [
    ['get', 'mlflow', 'model'],
    ['put', 'data', 'own', 'x'],
  ]);
  expect(strange.results).toEqual(['AccessDenied', 'ok']);
}

describeJudged('a store that answers S3 requests (versitygw)', missing('versitygw', 'curl', 'openssl'), () => {
  const folder = mkdtempSync(join(tmpdir(), 'versitygw-'));
  const gateways: ChildProcess[] = [];
  const started: LocalPods[] = [];
  let plain: number;
  let tls: number;

  async function gateway(...options: string[]): Promise<number> {
    const port = await freePort();
    mkdirSync(join(folder, `${port}`));
    const child = spawn(
      'versitygw',
      ['--port', `127.0.0.1:${port}`, '--quiet', ...options, 'posix', join(folder, `${port}`)],
      {
        env: { ROOT_ACCESS_KEY: 'keeper', ROOT_SECRET_KEY: root.password, PATH: process.env['PATH'] },
        stdio: 'ignore',
      },
    );
    gateways.push(child);
    return port;
  }
  const local = (...args: ConstructorParameters<typeof LocalPods>) => {
    const pods = new LocalPods(...args);
    started.push(pods);
    return pods;
  };

  /** A workload that was granted a bucket of an external store. */
  function external(props: Pick<ExternalObjectStoreProps, 'endpoint'> & Partial<ExternalObjectStoreProps>, ca = '') {
    const chart = chartIn('fraud');
    const store = new ExternalObjectStore(chart, 'external', {
      peer: Peer.pods({ namespace: 'storage' }),
      credentials: SecretSource.existing('s3'),
      ...props,
    });
    const workload = new Workload(chart, 'client', { program: 'client' });
    store.bucket('models').grantReadWrite(workload);
    return { workload, pods: local(chart, { s3: keys('keeper', root.password), ca: { 'ca.crt': ca } }, {}) };
  }

  beforeAll(async () => {
    const [cert, key] = ['cert', 'key'].map(name => join(folder, `${name}.pem`)) as [string, string];
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
        ...['-subj', '/CN=s3.test', '-addext', 'subjectAltName=DNS:s3.test,DNS:*.s3.test'],
        ...['-keyout', key, '-out', cert],
      ],
      { stdio: 'ignore' },
    );
    plain = await gateway('--virtual-domain', 's3.test');
    tls = await gateway('--cert', cert, '--key', key);
    await untilAnswered(`http://127.0.0.1:${plain}/`);
  });
  afterAll(async () => {
    await Promise.all(started.map(pods => pods.stop()));
    gateways.forEach(child => child.kill('SIGKILL'));
    rmSync(folder, { recursive: true });
  });

  it('gets its buckets from the Job, which may run again and twice at once', async () => {
    const { chart, store } = team(scope => new SeaweedFs(scope, 'store', { size: '1Gi', image: 'weed:4.44' }));
    const pods = local(chart, secrets, { [store.endpoint]: `http://127.0.0.1:${plain}` });
    const job = jobOf(chart);
    const run = () => pods.run(job, job.containers[0]);
    expect(await run()).toEqual({ code: 0, output: 'made mlflow\nmade data\n' });
    const again = { code: 0, output: 'mlflow is there\ndata is there\n' };
    expect(await Promise.all([run(), run()])).toEqual([again, again]);
  });

  it('stops the Job if it does not want the bucket', async () => {
    const chart = chartIn('fraud');
    const store = new SeaweedFs(chart, 'store', { size: '1Gi', image: 'weed:4.44' });
    store.bucket('192.168.0.1');
    const pods = local(chart, secrets, { [store.endpoint]: `http://127.0.0.1:${plain}` });
    const { code, output } = await pods.run(jobOf(chart), jobOf(chart).containers[0]);
    expect({ code, output }).toEqual({ code: 1, output: 'could not make 192.168.0.1: the store answered 400\n' });
  });

  test.each([
    [undefined, 's3.test'],
    ['virtual', 'models.s3.test'],
  ] as const)(
    'is written to and read from with what a workload is given, in the style %s at %s',
    async (style, host) => {
      const { pods, workload } = external({ endpoint: `http://s3.test:${plain}`, addressing: style });
      const taken = await take(pods, workload, [
        ['make', 'models'],
        ['put', 'models', 'churn/7', `weights ${style}`],
        ['get', 'models', 'churn/7'],
        ['list', 'models'],
      ]);
      expect(taken.host).toBe(`${host}:${plain}`);
      expect(taken.results.slice(1)).toEqual(['ok', `weights ${style}`, 'churn/7']);
    },
  );

  it('is trusted by the certificates that it is known by, and by no others', async () => {
    const endpoint = `https://s3.test:${tls}`;
    const known = external(
      { endpoint, certificateAuthority: SecretSource.existing('ca') },
      readFileSync(join(folder, 'cert.pem'), 'utf8'),
    );
    expect((await take(known.pods, known.workload, [['make', 'models']])).results).toEqual(['ok']);
    const unknown = external({ endpoint });
    expect((await take(unknown.pods, unknown.workload, [['make', 'more']])).results).toEqual(['SSLError']);
  });
});

describeJudged('Minio (minio, mc)', missing('minio', 'mc'), () => {
  const setting = team(
    scope => new Minio(scope, 'store', { size: '1Gi', image: 'silo:1', clientImage: 'mc:1', metrics: true }),
  );
  const { chart, store, writer } = setting;
  let pods: LocalPods;
  let url: string;
  const job = (secretsNow: typeof secrets = secrets) => {
    const again = new LocalPods(chart, secretsNow, { [store.endpoint]: url });
    return again.run(jobOf(chart), jobOf(chart).containers[0]).finally(() => again.stop());
  };

  beforeAll(async () => {
    const address = `127.0.0.1:${await freePort()}`;
    url = `http://${address}`;
    pods = new LocalPods(chart, secrets, { [store.endpoint]: url, '--address=:9000': `--address=${address}` });
    const pod = find(chart, 'StatefulSet/store').spec.template.spec;
    pods.start(pod, { ...pod.containers[0], command: ['minio'] });
    await untilAnswered(`${url}/minio/health/live`);
  });
  afterAll(() => pods.stop());

  it('gets buckets, users and policies from the Job, which may run again and twice at once', async () => {
    expect(await job()).toMatchObject({ code: 0 });
    const outcomes = await Promise.all([job(), job()]);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
  });

  it('lets each user into its own buckets alone', () => expectLimits(pods, setting));

  it('answers every probe, and tells how it is without a token if asked to', async () => {
    const { startupProbe, readinessProbe, livenessProbe } = find(chart, 'StatefulSet/store').spec.template.spec
      .containers[0];
    const paths = [startupProbe, readinessProbe, livenessProbe].map(probe => probe.httpGet.path);
    for (const path of [...paths, store.metrics!.path]) {
      expect([path, (await fetch(`${url}${path}`)).status]).toEqual([path, 200]);
    }
    expect((await fetch(`${url}/`, { headers: { Accept: 'text/html', 'User-Agent': 'Mozilla' } })).status).toBe(403);
  });

  it('takes new keys of a user from the Job, and then no longer the old ones', async () => {
    const renewed = { ...secrets, 'store-mlflow': keys('writer', 'another-secret') };
    expect(await job(renewed)).toMatchObject({ code: 0 });
    const after = new LocalPods(chart, renewed, { [store.endpoint]: url });
    expect((await take(after, writer, [['get', 'mlflow', 'model']])).results).toEqual(['version 1']);
    await after.stop();
    expect((await take(pods, writer, [['get', 'mlflow', 'model']])).results).toEqual(['SignatureDoesNotMatch']);
  });

  test.each([
    [{ 'store-root': { user: 'minioadmin', password: 'minioadmin1234' } }, 'everybody knows minioadmin'],
    [{ 'store-root': { user: 'keeper', password: 'short' } }, 'must have 12 or more characters'],
    [{ 'store-mlflow': keys('keeper', root.password) }, "holds the keys of the store's administrator"],
    [{ 'store-mlflow': { credentials: '[default]\n' } }, 'must hold aws_access_key_id and aws_secret_access_key'],
    [{ 'store-mlflow': keys('writer', 'a"b') }, 'keys may hold only letters, digits and'],
  ])('refuses, in the Job, %j', async (wrong, message) => {
    const { code, output } = await job({ ...secrets, ...wrong } as typeof secrets);
    expect(code).toBe(1);
    expect(output).toContain(message);
  });
});

describeJudged('SeaweedFs (weed)', missing('weed', 'curl'), () => {
  const setting = team(scope => new SeaweedFs(scope, 'store', { size: '1Gi', image: 'weed:4.44', metrics: true }));
  const { chart, store } = setting;
  const pod = find(chart, 'StatefulSet/store').spec.template.spec;
  let pods: LocalPods;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    pods = new LocalPods(chart, secrets, {
      [store.endpoint]: `http://127.0.0.1:${port}`,
      '-s3.port=8333': `-s3.port=${port}`,
      '0.0.0.0': '127.0.0.1',
    });
    expect(await pods.run(pod, pod.initContainers[0])).toEqual({ code: 0, output: '' });
    pods.start(pod, pod.containers[0]);
    await untilAnswered(`http://127.0.0.1:${port}${pod.containers[0].readinessProbe.httpGet.path}`);
  });
  afterAll(() => pods.stop());

  it('gets its buckets from the Job, which may run again and twice at once', async () => {
    const run = () => pods.run(jobOf(chart), jobOf(chart).containers[0]);
    expect(await run()).toMatchObject({ code: 0, output: expect.stringMatching(/made mlflow\nmade data\n$/) });
    const again = { code: 0, output: 'mlflow is there\ndata is there\n' };
    expect(await Promise.all([run(), run()])).toEqual([again, again]);
  });

  it('lets each user into its own buckets alone', () => expectLimits(pods, setting));

  it('lets in nobody without keys', async () => {
    expect((await fetch(`http://127.0.0.1:${port}/mlflow/model`)).status).toBe(403);
  });

  it('tells how it is', async () => {
    expect((await fetch(`http://127.0.0.1:${store.metrics!.port}${store.metrics!.path}`)).status).toBe(200);
  });
});
