import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseApiKeyFile } from '../../lib/core/api-key-file';
import { PROXY_PORTS } from '../../lib/core/envoy-bootstrap';
import { outliers } from './balances';
import { equal, within } from './checks';
import { caller, clientsSecret, withKey } from './credentials';
import { leave } from './examples';
import { gateway } from './fixtures';
import { loadOn, type LoadResult } from './load';
import { send, type Story } from './story';

const IN_NAMESPACE = `--namespace=${outliers.namespace}`;
const DEPLOYMENT = 'deployment/outliers';
const REPLICAS = 3;
const CALLERS = 4;
/** Time in which the kubelet brings a changed Secret into every pod. */
const REFRESH_SECONDS = 150;
const TSX = pathToFileURL(require.resolve('tsx')).href;
const MLOPS = join(__dirname, '../../lib/cli/mlops.ts');

/** The API of the chapter before: who may call, under which name, and what a new key or new pods cost its callers. */
export async function asksForKeys({ kubectl, checks }: Story): Promise<void> {
  const get = (path: string, headers?: Record<string, string>) => ({ url: `${outliers.url}${path}`, headers });
  const statuses = async (...requests: readonly ReturnType<typeof get>[]) =>
    (await send(kubectl, gateway, ...requests)).map(({ status }) => status);

  await checks.check('no key: 401, a wrong one: 401, the right one: 200', async () => {
    const wrong = { 'x-api-key': withKey['x-api-key'].replace(/.$/, last => (last === '0' ? '1' : '0')) };
    const path = '/caller';
    equal('status of each', await statuses(get(path), get(path, wrong), get(path, withKey)), [401, 401, 200]);
  });

  await checks.check("the paths that are the kubelet's: 404", async () => {
    equal('status of each', await statuses(get('/ready', withKey), get('/health', withKey)), [404, 404]);
  });

  await checks.check('the API learns whose key it was, whatever callers call themselves', async () => {
    const names = ['x-client-name', 'X-Client-Name', 'X-CLIENT-NAME', 'x_client_name', 'X-Client_Name'];
    const spoofed = names.map(name => get('/caller', { [name]: 'admin', ...withKey }));
    const answers = await send(kubectl, gateway, get('/caller', withKey), ...spoofed);
    equal(
      'names',
      answers.map(({ body }) => JSON.parse(body).client),
      answers.map(() => caller.client),
    );
    equal('status with a name in place of a key', await statuses(get('/caller', { 'x-client-name': 'admin' })), [401]);
  });

  /** What each pod itself answers to a key: the Service would show one of them. */
  const ofEachPod = async (key: Record<string, string>): Promise<number[]> => {
    const pods: any[] = (await kubectl.get(IN_NAMESPACE, 'pods')).items;
    const urls = pods.map(({ status }) => `http://${status.podIP}:${PROXY_PORTS.api}/caller`);
    return statuses(...urls.map(url => ({ url, headers: key })));
  };
  const everyPod = (status: number) => Array<number>(REPLICAS).fill(status);
  const untilEveryPod = async (what: string, key: Record<string, string>, status: number) => {
    const start = Date.now();
    await within(REFRESH_SECONDS, what, async () => `${await ofEachPod(key)}` === `${everyPod(status)}`);
    return `${((Date.now() - start) / 1000).toFixed(0)} s after the Secret was replaced`;
  };
  const scoring = (headers: Record<string, string>) =>
    loadOn(kubectl, { url: `${outliers.url}/score/mad`, headers, body: outliers.question }, CALLERS);
  let second: Record<string, string> = {};

  const withFirst = scoring(withKey);
  await checks.check('a second key works in every pod, without a restart, and the first one as before', async () => {
    second = { 'x-api-key': (await changeKeys(kubectl, caller.client))[1]! };
    const figure = await untilEveryPod('every pod takes the second key', second, 200);
    equal('what the pods answer to the first one', await ofEachPod(withKey), everyPod(200));
    return figure;
  });
  await checks.check('no request with the first key failed meanwhile', async () =>
    answered(await withFirst.stop(), REPLICAS),
  );

  const withSecond = scoring(second);
  await checks.check('the first key, once retired, is refused by every pod', async () => {
    equal('keys left', await changeKeys(kubectl, '--retire', caller.client), [second['x-api-key']]);
    const figure = await untilEveryPod('every pod refuses the first key', withKey, 401);
    equal('what the pods answer to the second one', await ofEachPod(second), everyPod(200));
    return figure;
  });
  await checks.check('every pod is replaced by a new one', async () => {
    await kubectl.run(['rollout', 'restart', IN_NAMESPACE, DEPLOYMENT]);
    await kubectl.run(['rollout', 'status', IN_NAMESPACE, DEPLOYMENT, '--timeout=120s'], { seconds: 130 });
    await within(60, 'the old pods are gone', async () => {
      return (await kubectl.get(IN_NAMESPACE, 'pods')).items.length === REPLICAS;
    });
  });
  await checks.check('no request with the second key failed meanwhile', async () =>
    answered(await withSecond.stop(), 2 * REPLICAS),
  );

  await leave(kubectl, outliers.namespace);
}

/** Replaces the Secret by one whose file `mlops keys` has changed; returns the keys that it has now. */
async function changeKeys(kubectl: Story['kubectl'], ...change: readonly string[]): Promise<string[]> {
  const { data } = await kubectl.get(IN_NAMESPACE, 'secret/outliers-clients');
  const command = ['--import', TSX, MLOPS, 'keys', ...change, '--from', '-'];
  const input = Buffer.from(data['clients.yaml'], 'base64');
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { input, encoding: 'utf8' });
  equal(`exit status of mlops keys (${stderr})`, status, 0);
  const secret = clientsSecret(outliers.namespace, 'outliers', stdout);
  await kubectl.run(['replace', '--filename=-'], { input: JSON.stringify(secret) });
  return parseApiKeyFile('mlops keys', stdout).map(({ key }) => key);
}

/** @throws Error if a request failed, or other than so many pods answered */
function answered({ answers, failures }: LoadResult, pods: number): string {
  equal('failed requests', failures, []);
  const names = Object.keys(answers).map(answer => JSON.parse(answer).pod);
  equal(`number of ${names.join(', ')}`, new Set(names).size, pods);
  const sum = Object.values(answers).reduce((all, times) => all + times, 0);
  return `${sum} requests, ${pods} pods`;
}
