import { equal, match } from './checks';
import { withKey } from './credentials';
import { gateway } from './fixtures';
import { answerOf, QUESTION, send, type Story } from './story';

/** The endpoint answers with what the registry holds. */
export async function serves({ kubectl, checks, namespace }: Story): Promise<void> {
  await checks.check('churn loads version 1 from the registry and answers through its Service', async () => {
    const url = `http://churn.${namespace}.svc/invocations`;
    const [answer] = await send(kubectl, gateway, { url, headers: withKey, body: QUESTION });
    equal('status', answer!.status, 200);
    equal('answer', JSON.parse(answer!.body), answerOf(1));
    return answer!.body;
  });

  await checks.check('the rollout history says which version runs', async () => {
    match('the history', await history(kubectl, namespace), /\n1\s+churn version 1, image \S+\n*$/);
  });
}

/** The rollouts of churn and their causes. */
export const history = (kubectl: Story['kubectl'], namespace: string): Promise<string> =>
  kubectl.run(['rollout', 'history', `--namespace=${namespace}`, 'deployment/churn']);
