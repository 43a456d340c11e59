import { setTimeout } from 'node:timers/promises';
import { parseQuantity } from '../../lib/core/quantity';
import { equal, match } from './checks';
import { withKey } from './credentials';
import { gateway } from './fixtures';
import { loadOn } from './load';
import { history } from './serves';
import { answerOf, QUESTION, send, type Story } from './story';
import { sync } from './sync';
import { fraud } from './teams';

/** By then a pod that is being stopped has no connection left: it serves on for 10 seconds, and ends each after 5. */
const LAST_CALLS_SECONDS = 15;

/** A promotion: version 2 replaces version 1 within the quota, and nobody notices. */
export async function rollsOut({ kubectl, checks, images, namespace }: Story): Promise<void> {
  const inNamespace = `--namespace=${namespace}`;
  const url = `http://churn.${namespace}.svc/invocations`;
  const available = kubectl.watch([inNamespace, 'deployment/churn'], '{.status.availableReplicas}');
  const used = kubectl.watch([inNamespace, 'resourcequota/team'], '{.status.used.limits\\.memory}');
  const request = { url, headers: withKey, body: QUESTION };
  const load = loadOn(kubectl, request);

  await checks.check('a new pin rolls out', () => sync(kubectl, fraud(2, images).objects));

  await checks.check('it does so without a failed request', async () => {
    await setTimeout(LAST_CALLS_SECONDS * 1000);
    const { answers, failures } = await load.stop();
    equal('failed requests', failures, []);
    equal(
      'answers',
      Object.keys(answers).map(answer => JSON.parse(answer)),
      [answerOf(1), answerOf(2)],
    );
    return `answers of each version: ${Object.values(answers).join(', ')}`;
  });

  await checks.check('there are never fewer pods available than replicas', async () => {
    const { spec } = await kubectl.get(inNamespace, 'deployment/churn');
    const seen = (await available()).map(Number);
    equal('states were seen', seen.length > 1, true);
    equal(
      'states with fewer',
      seen.filter(count => !(count >= spec.replicas)),
      [],
    );
    return `${spec.replicas} to ${Math.max(...seen)} in ${seen.length} states`;
  });

  await checks.check('the quota holds, and stopped nothing', async () => {
    const { spec } = await kubectl.get(inNamespace, 'resourcequota/team');
    const peak = (await used()).reduce(
      (most, next) => (parseQuantity(next)! > parseQuantity(most)! ? next : most),
      '0',
    );
    const limit = spec.hard['limits.memory'];
    equal(`peak of ${peak} is within ${limit}`, parseQuantity(peak)! <= parseQuantity(limit)!, true);
    const events = (await kubectl.get(inNamespace, 'events')).items as any[];
    const refused = events.filter(({ reason, message }) => reason === 'FailedCreate' || /exceeded quota/.test(message));
    equal(
      'pods that could not be made',
      refused.map(({ message }) => message),
      [],
    );
    return `at most ${peak} of ${limit} memory: pods that end count until they are gone`;
  });

  await checks.check('a pod beyond the quota is refused', async () => {
    const { spec, status } = await kubectl.get(inNamespace, 'resourcequota/team');
    const free = parseQuantity(spec.hard['limits.memory'])! - parseQuantity(status.used['limits.memory'])!;
    const { failed: fitsNot, stderr: why } = await podWith(kubectl, namespace, free, images.client);
    equal(`a pod that fills the quota is refused (${why})`, fitsNot, false);
    const { failed, stderr } = await podWith(kubectl, namespace, free + 1, images.client);
    equal('a pod with one byte more is refused', failed, true);
    match('the reason', stderr, /exceeded quota: team, requested: [^]*limited: /);
  });

  await checks.check('the new version answers, and the rollout history has both', async () => {
    const [answer] = await send(kubectl, gateway, request);
    equal('answer', JSON.parse(answer!.body), answerOf(2));
    match('the history', await history(kubectl, namespace), /\n1\s+churn version 1, .*\n2\s+churn version 2, /);
  });
}

/** Asks for a pod of so many bytes, without making it. */
function podWith(kubectl: Story['kubectl'], namespace: string, bytes: number, image: string) {
  const memory = `${bytes}`;
  const security = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'large', namespace },
    spec: {
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        { name: 'large', image, securityContext: security, resources: { requests: { memory }, limits: { memory } } },
      ],
    },
  };
  return kubectl.attempt(['create', '--dry-run=server', '--filename=-'], { input: JSON.stringify(pod) });
}
