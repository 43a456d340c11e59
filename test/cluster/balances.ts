import { algorithms } from '../../examples/algorithms/main';
import { written } from '../example';
import { equal, match, within } from './checks';
import { clientsSecret, withKey } from './credentials';
import { adapted, expectReady } from './examples';
import { gateway, namespace as namespaceObject } from './fixtures';
import { send, type Story } from './story';
import { sync } from './sync';

const NAMESPACE = 'quality';
/** The API, which stays for the next chapter, and what is asked of it. */
export const outliers = {
  namespace: NAMESPACE,
  url: `http://outliers.${NAMESPACE}.svc`,
  question: { values: [10, 11, 9, 10, 42] },
};
const ENOUGH = 60;

/** The example `algorithms`: three pods behind one Service, an endpoint for each algorithm, one pod lost at a time. */
export async function balances({ kubectl, checks, images }: Story): Promise<void> {
  const inNamespace = `--namespace=${NAMESPACE}`;
  const objects = adapted(written(algorithms), images, () => ({
    image: images.apis,
    command: ['python3', '-m', 'algorithms'],
  }));
  const call = (...algorithm: readonly string[]) =>
    send(
      kubectl,
      gateway,
      ...algorithm.map(name => ({
        url: `${outliers.url}/score/${name}`,
        headers: withKey,
        body: outliers.question,
      })),
    );

  await checks.need('three pods of one image become Ready under "restricted"', async () => {
    await kubectl.create(namespaceObject(NAMESPACE), clientsSecret(NAMESPACE, 'outliers'));
    await sync(kubectl, objects);
    return expectReady(kubectl, NAMESPACE, 3);
  });

  await checks.check('each algorithm has an endpoint of its own, and what is none is not found', async () => {
    const answers = await call('zscore', 'mad', 'iqr', 'guess');
    equal(
      'status of each',
      answers.map(({ status }) => status),
      [200, 200, 200, 404],
    );
    const [zscore, mad, iqr] = answers.slice(0, 3).map(({ body }) => JSON.parse(body));
    equal('algorithms', [zscore.algorithm, mad.algorithm, iqr.algorithm], ['zscore', 'mad', 'iqr']);
    equal('scores by median distances', mad.scores, [0, 1, 1, 0, 32]);
    equal('scores by quartiles', iqr.scores, [0, 1, 1, 0, 32]);
    equal('score of the outlier in standard deviations', zscore.scores[4].toFixed(2), '2.00');
  });

  await checks.check(`the one Service spreads ${ENOUGH} requests over all three pods`, async () => {
    const counts = await podsOf(call, ENOUGH);
    equal('pods that answered', counts.size, 3);
    return JSON.stringify(Object.fromEntries(counts));
  });

  await checks.check(
    'maintenance gets one pod, the next one only when its successor is there, and nobody notices',
    async () => {
      const pods: any[] = (await kubectl.get(inNamespace, 'pods')).items;
      const [first, second] = pods.map(({ metadata }) => metadata.name as string);
      equal('evicting the first failed', (await evict(kubectl, first!)).failed, false);
      const refused = await evict(kubectl, second!);
      equal('evicting the second failed', refused.failed, true);
      match('the reason', refused.stderr, /disruption budget/);
      await podsOf(call, ENOUGH);
      await within(60, 'three pods again', async () => {
        const { status } = await kubectl.get(inNamespace, 'poddisruptionbudget/outliers');
        return status.disruptionsAllowed === 1;
      });
      equal('evicting the second now failed', (await evict(kubectl, second!)).failed, false);
    },
  );
}

/** How often each pod answered; fails if a request does. */
async function podsOf(call: (...algorithm: readonly string[]) => Promise<any[]>, times: number) {
  const counts = new Map<string, number>();
  for (const { status, body } of await call(...Array<string>(times).fill('mad'))) {
    equal(`status of "${body}"`, status, 200);
    const { pod } = JSON.parse(body);
    counts.set(pod, (counts.get(pod) ?? 0) + 1);
  }
  return counts;
}

/** Asks for a pod to go, as the maintenance of a node does. */
function evict(kubectl: Story['kubectl'], name: string) {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: NAMESPACE } };
  const path = `/api/v1/namespaces/${NAMESPACE}/pods/${name}/eviction`;
  return kubectl.attempt(['create', `--raw=${path}`, '--filename=-'], { input: JSON.stringify(eviction) });
}
