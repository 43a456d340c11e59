import { PROXY_PORTS } from '../../lib/core/envoy-bootstrap';
import { equal, within } from './checks';
import { gateway, openServer, passerBy } from './fixtures';
import type { Place } from './kubectl';
import type { Story } from './story';

/** What a scan takes at most, where the network drops packets without a word. */
const SCAN_SECONDS = 400;
/** A port on which nothing of the team's listens by itself. */
const UNDECLARED = 4444;
const ALL = { first: 1, last: 65535 };
/** The model's own port, and those of the proxy before it. */
const CHURN = [8080, PROXY_PORTS.api, PROXY_PORTS.status];

/** Another team's pods reach nothing of the team's; the team's own reach what was opened for them. */
export async function isolates({ kubectl, checks, namespace }: Story): Promise<void> {
  const { items } = await kubectl.get(`--namespace=${namespace}`, 'pods', '--field-selector=status.phase=Running');
  const pods = (items as any[]).map(({ metadata, status }) => ({
    name: metadata.name as string,
    kind: metadata.labels['app.kubernetes.io/instance'] as string,
    address: status.podIP as string,
  }));
  const only = (kind: string) => pods.find(pod => pod.kind === kind)!;
  const snoop = { namespace: 'cluster-test-neighbour', pod: 'snoop' };
  const trainer = { namespace, pod: 'trainer' };
  const churn = { namespace, pod: only('churn').name };

  const scan = async (from: Place, targets: Record<string, number | typeof ALL>): Promise<Record<string, number[]>> => {
    const ports = Object.entries(targets).map(([host, port]) => [
      host,
      typeof port === 'number' ? { first: port, last: port } : port,
    ]);
    return kubectl.python(from, 'scan', Object.fromEntries(ports), SCAN_SECONDS);
  };
  const everyPort = Object.fromEntries(pods.map(({ address }) => [address, ALL]));
  const nothing = (targets: object) => Object.fromEntries(Object.keys(targets).map(host => [host, []]));

  await checks.check('the pods listen where they say', async () => {
    const listening = await Promise.all(
      pods.map(async ({ name, kind }) => [kind, await kubectl.python({ namespace, pod: name }, 'listening')]),
    );
    equal('ports', Object.fromEntries(listening), { ...Object.fromEntries(listening), mlflow: [5000], churn: CHURN });
    return JSON.stringify(Object.fromEntries(listening));
  });

  await checks.check('the scan finds an open port, where no policy closes it', async () => {
    const { status } = (await kubectl.get(`--namespace=${openServer.namespace}`, 'pods', '-lapp=server')).items[0];
    const found = await scan(passerBy, { [status.podIP]: ALL });
    equal('open ports', found, { [status.podIP]: [openServer.port] });
  });

  // Besides what the pods listen on, a port that nobody declared: a policy has to close that one too.
  const listeners = pods.map(({ name }) =>
    kubectl.python(
      { namespace, pod: name },
      'listen',
      { port: UNDECLARED, seconds: 3 * SCAN_SECONDS },
      3 * SCAN_SECONDS,
    ),
  );
  listeners.forEach(listener => listener.catch(() => undefined));

  await checks.check('inside of each pod the undeclared port answers', async () => {
    for (const { name } of pods) {
      await within(60, `${name} listens on ${UNDECLARED}`, async () => {
        const listening: number[] = await kubectl.python({ namespace, pod: name }, 'listening');
        return listening.includes(UNDECLARED);
      });
      const found = await scan({ namespace, pod: name }, { localhost: UNDECLARED });
      equal(`open ports of ${name}`, found, { localhost: [UNDECLARED] });
    }
  });

  // At once: they spend their time waiting. That the gateway finds its ports shows that none is missed for it.
  const byGateway = scan(gateway, everyPort);
  const strangers = Object.entries({ 'a pod of another team': snoop, 'a pod without policies': passerBy }).map(
    ([who, from]) => ({ who, from, found: scan(from, everyPort) }),
  );
  [byGateway, ...strangers.map(({ found }) => found)].forEach(result => result.catch(() => undefined));

  for (const { who, from, found } of strangers) {
    await checks.check(`${who} is refused on every port of every pod`, async () => {
      equal('open ports', await found, nothing(everyPort));
      return `${pods.length} pods, ${ALL.last} ports each`;
    });
    await checks.check(`${who} is refused by the Services`, async () => {
      const services = { [`mlflow.${namespace}.svc`]: 5000, [`churn.${namespace}.svc`]: 80 };
      equal('open ports', await scan(from, services), nothing(services));
    });
  }

  await checks.check(
    'the gateway, which was let in, reaches MLflow and the proxy, and neither the model nor any other port',
    async () => {
      const expected = pods.map(({ kind, address }) => [
        address,
        { mlflow: [5000], churn: [PROXY_PORTS.api] }[kind] ?? [],
      ]);
      equal('open ports', await byGateway, Object.fromEntries(expected));
    },
  );

  await checks.check("the team's own endpoint and trainer reach MLflow, and nothing else of the team's", async () => {
    for (const from of [churn, trainer]) {
      const others = pods.filter(({ name }) => name !== from.pod);
      const expected = others.map(({ kind, address }) => [address, kind === 'mlflow' ? [5000] : []]);
      const targets = Object.fromEntries(others.map(({ address }) => [address, { first: 4000, last: 10100 }]));
      equal(`open ports from ${from.pod}`, await scan(from, targets), Object.fromEntries(expected));
    }
  });

  await checks.check("the trainer has no path to the bucket or the database: those are the server's", async () => {
    const stores = { 's3.storage.svc': 7070, 'postgres.databases.svc': 5432 };
    equal('open ports from the trainer', await scan(trainer, stores), nothing(stores));
    const server = { namespace, pod: only('mlflow').name };
    equal('open ports from MLflow', await scan(server, stores), {
      's3.storage.svc': [7070],
      'postgres.databases.svc': [5432],
    });
  });

  await checks.check("another team's pod does not reach anything else either", async () => {
    const elsewhere = { [`${openServer.name}.${openServer.namespace}.svc`]: openServer.port, 's3.storage.svc': 7070 };
    equal('open ports', await scan(snoop, elsewhere), nothing(elsewhere));
  });
}
