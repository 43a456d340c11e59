import type { Deployment, DeploymentStatus } from '../../lib/promotion/deployment-status';
import type { Rule } from '../../lib/promotion/rules';
import { ServiceError } from '../../lib/promotion/service-error';

/** What the contract asks about, and the Deployment of it. */
export const PLACE = { environment: 'production', team: 'fraud', model: 'churn' };
export const RULE: Rule = { alias: 'champion', gates: {}, pickle: false, deployment: '$team-$environment/$model' };
/** Where it is; Argo CD's applications are in `argocd`. */
export const DEPLOYMENT = { namespace: 'fraud-production', name: 'churn' };
export const COMMIT = 'a'.repeat(40);

/** How a deployment can do. */
export type Doing = 'begun' | 'running' | 'failed';

export interface Asked {
  readonly status: DeploymentStatus;
  /** The same, behind something that does not answer. */
  readonly unreachable: DeploymentStatus;
  /** What runs of version 8, as it sees it. */
  readonly runs: Partial<Deployment>;
  /** Has version 8 do so; resolves once that can be seen. */
  be(doing: Doing): Promise<void>;
}

/**
 * What tags of deployed versions rely on, whoever is asked. Every implementation of `DeploymentStatus` passes this.
 *
 * @param get what is asked, of which nothing is deployed yet
 */
export function itIsADeploymentStatus(get: () => Asked): void {
  const asked = () => get().status.status(PLACE, RULE);
  describe('as a deployment status', () => {
    it('waits for what nobody has deployed', async () => {
      expect(await asked()).toEqual({ state: 'waiting', message: expect.stringMatching(/./) });
    });

    it('waits for what has begun', async () => {
      await get().be('begun');
      expect(await asked()).toMatchObject({ state: 'waiting', message: expect.stringMatching(/./) });
    });

    it('says that it runs, and what that is', async () => {
      await get().be('running');
      expect(await asked()).toEqual({ state: 'running', message: expect.stringMatching(/./), ...get().runs });
    });

    it('says that it failed, and why, in one line', async () => {
      await get().be('failed');
      expect(await asked()).toMatchObject({ state: 'failed', message: expect.stringMatching(/^\P{C}+$/u) });
    });

    it('tells when nobody answers', async () => {
      const error = await get()
        .unreachable.status(PLACE, RULE)
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ServiceError);
    });
  });
}
