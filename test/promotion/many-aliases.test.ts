import { Cycle } from '../../lib/promotion/cycle';
import type { GitRepository } from '../../lib/promotion/git-repository';
import { MemoryGitRepository, MemoryGitServer } from './memory-git-repository';
import { MemoryRegistry } from './memory-registry';

jest.setTimeout(60_000);

const RULES = `registries:
  mlflow: { url: http://mlflow.example.com }
environments:
  staging: { alias: candidate }
  production: { alias: champion }
teams:
  fraud: { registry: mlflow }
`;

/** What a look asks of the repository in which the aliases of so many models of one team moved. */
async function asked(count: number): Promise<number> {
  const models = Array.from({ length: count }, (_, index) => `model-${index}`);
  const server = new MemoryGitServer();
  const pins = `models:\n${models.map(model => `  ${model}:\n    version: 1\n`).join('')}`;
  server.edit({
    'promotion.yaml': RULES,
    'environments/staging/fraud.yaml': pins,
    'environments/production/fraud.yaml': pins,
  });
  const registry = new MemoryRegistry();
  for (const model of models) {
    [1, 2].forEach(version => registry.register(model, version));
    await registry.moveAlias(model, 'candidate', 2);
    await registry.moveAlias(model, 'champion', 2);
  }
  let calls = 0;
  const git = new Proxy<GitRepository>(new MemoryGitRepository(server), {
    get: (target, name: keyof GitRepository) => {
      calls++;
      return target[name].bind(target);
    },
  });
  const world = {
    git,
    registry: () => registry,
    synthesize: async () => undefined,
    now: () => new Date(),
    pause: async () => undefined,
  };
  const { done } = await new Cycle(world).run();
  await git.close();
  expect(done).toHaveLength(2 * count);
  return calls;
}

it('a look asks Git as many times more as there are aliases more that moved', async () => {
  const [few, more, many] = [await asked(4), await asked(8), await asked(16)];
  expect(many - more).toBeLessThanOrEqual(2 * (more - few));
});
