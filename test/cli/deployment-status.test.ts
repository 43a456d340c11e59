import { deploymentStatus, readOnce } from '../../lib/cli/deployment-status';
import { PLACE, RULE } from '../contracts/deployment-status';

describe('who is asked what is deployed', () => {
  /** What a cluster without anything was asked. */
  async function askedBy(options: Parameters<typeof deploymentStatus>[0]): Promise<string[]> {
    const asked: string[] = [];
    await deploymentStatus(options, async path => void asked.push(path))!.status(PLACE, RULE);
    return asked;
  }

  it('is Argo CD, in the namespace that is named', async () => {
    expect(await askedBy({ argocd: 'cd' })).toEqual([
      '/apis/argoproj.io/v1alpha1/namespaces/cd/applications/production-fraud',
    ]);
  });

  it('is the cluster, by the Deployment that the rules name', async () => {
    expect(await askedBy({ deployments: true })).toEqual([
      '/apis/apps/v1/namespaces/fraud-production/deployments/churn',
    ]);
  });

  it('is nobody without being told so', () => expect(deploymentStatus({})).toBeUndefined());
});

describe('a reader that asks once', () => {
  it('asks for each object once, also while the answer is on its way', async () => {
    const asked: string[] = [];
    const read = readOnce(async path => {
      asked.push(path);
      return path.toUpperCase();
    });
    expect(await Promise.all([read('/a'), read('/b'), read('/a')])).toEqual(['/A', '/B', '/A']);
    expect([await read('/a'), asked]).toEqual(['/A', ['/a', '/b']]);
  });

  it('tells everybody who asks why there is no answer', async () => {
    const read = readOnce(async () => {
      throw new Error('no cluster');
    });
    await expect(read('/a')).rejects.toThrow('no cluster');
    await expect(read('/a')).rejects.toThrow('no cluster');
  });
});
