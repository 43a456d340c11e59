import { Cycle, type Surroundings } from '../../lib/promotion/cycle';
import { MemoryGitRepository, MemoryGitServer } from './memory-git-repository';
import { MemoryRegistry } from './memory-registry';
import { PIN, RULES } from './one-team';

/** A branch to which somebody else always pushes first. */
class Outrun extends MemoryGitRepository {
  public override async push(): Promise<boolean> {
    return false;
  }
}

describe('a branch to which others push all the time', () => {
  const server = new MemoryGitServer();
  server.edit({ 'promotion.yaml': RULES, [PIN]: 'models:\n  churn:\n    version: 1\n' });
  const git = new Outrun(server);
  afterEach(() => git.close());

  it('ends a promotion with a fault of its own', async () => {
    const registry = new MemoryRegistry().register('churn', 2);
    await registry.moveAlias('churn', 'champion', 2);
    const world: Surroundings = {
      git,
      registry: () => registry,
      synthesize: async () => undefined,
      now: () => new Date(),
      pause: async () => undefined,
    };
    await expect(new Cycle(world).run()).rejects.toMatchObject({
      name: 'GitError',
      fault: 'outrun',
      message: 'others pushed 50 times while this was at work; try again later',
    });
  });
});
