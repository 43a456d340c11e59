import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Container } from 'kubernetes-types/core/v1';
import { ModelApi, ModelRuntime, type ModelSource } from '../../lib';
import { chartIn, find } from '../support';
import { describeJudged } from './judge';
import { TWO_VERSIONS } from './mlflow/model';
import { freePort, until } from './mlflow/servers';
import { mlflowPath } from './mlflow/team';

jest.setTimeout(240_000);

const PROJECT = join(__dirname, '../..');
const path = mlflowPath();
const FOLDER = '/opt/checked-model';
const runtime = ModelRuntime.mlflow({ image: 'registry.example.com/ml/serving:3.17.2' });

describeJudged('a model with a digest', path === undefined ? 'mlflow is not on PATH' : undefined, () => {
  const root = mkdtempSync(join(tmpdir(), 'judge-model-'));
  const environment = { PATH: path, LANG: 'C.UTF-8', MLFLOW_TRACKING_URI: `sqlite:///${root}/mlflow.db`, HOME: root };
  const models = join(root, 'models');
  const version = (number: number) => join(models, `${number}`);
  let copies = 0;
  /** A copy of the first version with one difference. */
  const changed = (change: (folder: string) => void): string => {
    const folder = join(root, `copy-${++copies}`);
    cpSync(version(1), folder, { recursive: true });
    change(folder);
    return folder;
  };
  const digestOf = (folder: string) => {
    const mlops = ['tsx', join(PROJECT, 'lib/cli/mlops.ts'), 'digest', folder];
    const { stdout, stderr, status } = spawnSync('npx', mlops, { cwd: PROJECT, encoding: 'utf8' });
    return status === 0 ? stdout.trim() : stderr;
  };

  /** The containers of a pod that serves what lies in a folder, or in the registry. */
  function pod(digest: string, from?: string) {
    const chart = chartIn('fraud');
    const uri = { connect: () => from ?? 'models:/churn/1' } satisfies ModelSource;
    new ModelApi(chart, 'churn', { model: { name: 'churn', version: 1, digest }, runtime, source: uri });
    const { initContainers, containers } = find(chart, 'Deployment/churn').spec.template.spec;
    const volume = join(root, `volume-${++copies}`);
    mkdirSync(volume);
    const words = ({ command = [], args = [] }: Container) =>
      [...command, ...args].map(word => word.replace(FOLDER, volume)) as [string, ...string[]];
    return { fetching: words(initContainers[0]), serving: words(containers[0]), volume };
  }
  type Pod = ReturnType<typeof pod>;

  /** Runs the init container. */
  function fetch({ fetching: [program, ...args], volume }: Pod) {
    const { status, stdout, stderr } = spawnSync(program, args, { env: environment, cwd: root, encoding: 'utf8' });
    return { status, stdout, stderr, model: join(volume, 'model') };
  }

  let digest: string;
  beforeAll(() => {
    mkdirSync(models);
    const { status, stderr } = spawnSync('python3', ['-c', TWO_VERSIONS, models], {
      env: environment,
      cwd: root,
      encoding: 'utf8',
    });
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    digest = digestOf(version(1));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it('has the digest that sha256sum and sort give, and another version has another', () => {
    const shell =
      "find . -type f ! -path ./registered_model_meta -printf '%P\\0' | xargs -0 sha256sum | LC_ALL=C sort | sha256sum";
    const { stdout } = spawnSync('sh', ['-c', shell], { cwd: version(1), encoding: 'utf8' });
    expect(digest).toBe(`sha256:${stdout.slice(0, 64)}`);
    expect(digestOf(version(2))).not.toBe(digest);
  });

  it('comes from the registry, and MLflow serves it from where it was checked', async () => {
    const one = pod(digest);
    const { status, stdout, model } = fetch(one);
    expect({ status, last: stdout.trim().split('\n').at(-1) }).toEqual({
      status: 0,
      last: expect.stringMatching(new RegExp(`^models:/churn/1: \\d+ files, ${digest}$`)),
    });
    expect(existsSync(join(model, 'registered_model_meta'))).toBe(false);
    const port = await freePort();
    const [program, ...args] = one.serving.map(word => word.replace('8080', `${port}`).replace('0.0.0.0', '127.0.0.1'));
    const server = spawn(program!, args, { env: environment, cwd: root, stdio: 'ignore', detached: true });
    try {
      const url = `http://127.0.0.1:${port}`;
      await until('the model is ready', async () => (await fetchOk(`${url}/ping`)) === 200, 120);
      const answer = await globalThis.fetch(`${url}/invocations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ dataframe_records: [{ x: 21 }] }),
      });
      expect(await answer.json()).toEqual({ predictions: [42] });
    } finally {
      process.kill(-server.pid!, 'SIGTERM');
    }
  });

  describe('as the first process of a container', () => {
    const SLOW = `
import sys, time
import mlflow

class Slow(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        time.sleep(2)
        return [42]

mlflow.pyfunc.save_model(sys.argv[1], python_model=Slow(), pip_requirements=[])
`;
    const NAMESPACE = ['--pid', '--fork', '--mount-proc', '--kill-child', ...(process.getuid!() === 0 ? [] : ['-r'])];
    const slow = join(root, 'slow');
    beforeAll(() => {
      const { status } = spawnSync('python3', ['-c', SLOW, slow], { env: environment, cwd: root });
      expect(status).toBe(0);
    });

    /** Tells the server to end while it answers a request; tells the answer, and the time until it has ended. */
    async function ended(change: (words: readonly string[]) => readonly string[], patience: number) {
      const port = await freePort();
      const own = pod(digest).serving.map(word =>
        word
          .replace('8080', `${port}`)
          .replace('0.0.0.0', '127.0.0.1')
          .replace(/^--model-uri=.*/, `--model-uri=${slow}`),
      );
      const server = spawn('unshare', [...NAMESPACE, ...change(own)], { env: environment, cwd: root, stdio: 'ignore' });
      const gone = new Promise(resolve => server.once('exit', resolve));
      try {
        const url = `http://127.0.0.1:${port}`;
        await until('the model is ready', async () => (await fetchOk(`${url}/ping`)) === 200, 120);
        const answer = globalThis
          .fetch(`${url}/invocations`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ inputs: [1] }),
          })
          .then(
            ({ status }) => status,
            () => 0,
          );
        await sleep(500);
        const first = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8').trim();
        const told = performance.now();
        process.kill(Number(first), 'SIGTERM');
        const end = await Promise.race([gone, sleep(patience, 'never', { ref: false })]);
        const seconds = end === 'never' ? undefined : (performance.now() - told) / 1000;
        return { seconds, status: await answer };
      } finally {
        server.kill('SIGKILL');
        await gone;
      }
    }

    it('ends when it is told to, and answers what it has begun', async () => {
      const { seconds, status } = await ended(words => words, 30_000);
      process.stderr.write(
        `mlflow as PID 1: ended ${seconds?.toFixed(1)} s after SIGTERM, 1.5 s of them for a request\n`,
      );
      expect(status).toBe(200);
      expect(seconds).toBeLessThan(4);
    });

    it('would not end as MLflow alone, which shows that the judge sees it', async () => {
      const alone = (words: readonly string[]) => ['mlflow', ...words.slice(words.indexOf('models'))];
      expect(await ended(alone, 6000)).toEqual({ seconds: undefined, status: 200 });
    });
  });

  it('comes from a folder too, and again where the container was ended in the middle', () => {
    const one = pod(digest, version(1));
    mkdirSync(join(one.volume, 'work/copy'), { recursive: true });
    mkdirSync(join(one.volume, 'model'));
    writeFileSync(join(one.volume, 'model/left'), '');
    expect(fetch(one).status).toBe(0);
    expect(existsSync(join(one.volume, 'model/left'))).toBe(false);
  });

  test.each<[string, (folder: string) => void]>([
    ['another byte in a file', folder => writeFileSync(join(folder, 'MLmodel'), ' ', { flag: 'a' })],
    ['another file', folder => writeFileSync(join(folder, 'extra.py'), '')],
    [
      'another file with the name of the note',
      folder => {
        mkdirSync(join(folder, 'code'));
        writeFileSync(join(folder, 'code/registered_model_meta'), '');
      },
    ],
    ['a missing file', folder => rmSync(join(folder, 'python_env.yaml'))],
    [
      'a file under another name',
      folder => {
        cpSync(join(folder, 'python_env.yaml'), join(folder, 'env.yaml'));
        rmSync(join(folder, 'python_env.yaml'));
      },
    ],
  ])('is not served with %s, and the pod says why', (_, change) => {
    const from = changed(change);
    const { status, stderr, model } = fetch(pod(digest, from));
    expect(status).toBe(1);
    const last = stderr.trim().split('\n').at(-1);
    expect(last).toBe(
      `the files of ${from}, listed above, have the digest ${digestOf(from)}, but the pin says ${digest}: ` +
        'they are not what was pinned, and are not served',
    );
    expect(stderr).toMatch(/^[0-9a-f]{64} {2}MLmodel$/m);
    expect(existsSync(model)).toBe(false);
  });

  it('is not served as another version from the registry', () => {
    const { status, stderr, model } = fetch(pod(digestOf(version(2))));
    expect({ status, served: existsSync(model) }).toEqual({ status: 1, served: false });
    expect(stderr).toContain(`have the digest ${digest}, but the pin says`);
  });

  it('has no links, which could lead to other files later', () => {
    const from = changed(folder => symlinkSync('/etc/hostname', join(folder, 'host')));
    const { status, stderr, model } = fetch(pod(digest, from));
    expect({ status, served: existsSync(model) }).toEqual({ status: 1, served: false });
    expect(stderr.trim()).toBe("'host' is no plain file, and cannot be part of a model with a digest");
    expect(digestOf(from)).toContain('"host" is no plain file, and cannot be part of a model with a digest');
  });

  it('is not served where there is nothing', () => {
    const { status, model } = fetch(pod(digest, join(root, 'nowhere')));
    expect({ status, served: existsSync(model) }).toEqual({ status: 1, served: false });
  });
});

const fetchOk = (url: string) =>
  globalThis.fetch(url).then(
    ({ status }) => status,
    () => undefined,
  );
