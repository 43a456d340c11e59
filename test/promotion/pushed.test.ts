import { Cycle, type Done, type Surroundings } from '../../lib/promotion/cycle';
import { GitError } from '../../lib/promotion/git-repository';
import { MemoryGitRepository, MemoryGitServer } from './memory-git-repository';
import { MemoryRegistry } from './memory-registry';
import { PIN, RULES } from './one-team';

const PINS = `models:
  basket:
    version: 1
  churn:
    version: 1
`;

/** A server that takes one commit, and refuses the next ones. */
class TakesOne extends MemoryGitRepository {
  private taken = 0;

  public override async push(commit: string, branch?: string): Promise<boolean> {
    if (++this.taken > 1) {
      throw new GitError('refused', 'protected branch');
    }
    return super.push(commit, branch);
  }
}

describe('a look that fails after a promotion was pushed', () => {
  let server: MemoryGitServer;
  let registry: MemoryRegistry;
  let git: MemoryGitRepository;

  beforeEach(async () => {
    server = new MemoryGitServer();
    server.edit({ 'promotion.yaml': RULES, [PIN]: PINS });
    git = new TakesOne(server);
    registry = new MemoryRegistry();
    for (const model of ['basket', 'churn']) {
      registry.register(model, 1).register(model, 2);
      await registry.moveAlias(model, 'champion', 2);
    }
  });
  afterEach(() => git.close());

  const worldThat = (more: Partial<Surroundings>): Surroundings => ({
    git,
    registry: () => registry,
    synthesize: async () => undefined,
    now: () => new Date(),
    pause: async () => undefined,
    ...more,
  });

  it.each([false, true])('has told of it, and knows what is pinned since: proposed %s', async propose => {
    const told: Done[] = [];
    const cycle = new Cycle(worldThat({ propose, pushed: done => void told.push(done) }));
    await expect(cycle.run()).rejects.toMatchObject({ fault: 'refused' });
    const [{ promotion, commit, proposal }, ...more] = told as [Done, ...Done[]];
    expect([promotion.model, more, proposal?.branch]).toEqual([
      'basket',
      [],
      propose ? 'promotion/production/fraud/basket/1-2' : undefined,
    ]);
    expect([...server.branches.values()]).toContain(commit);
    expect(cycle.state!.pins.get('production/fraud')!.models.get('basket')!.version).toBe(propose ? 1 : 2);
  });

  it('has told of it even if what is there since cannot be read', async () => {
    const told: Done[] = [];
    const cycle = new Cycle(worldThat({ pushed: done => void told.push(done) }));
    const read = git.read.bind(git);
    jest.spyOn(git, 'read').mockImplementation(async (commit, paths) => {
      if (told.length > 0) {
        throw new GitError('local', 'no space left');
      }
      return read(commit, paths);
    });
    await expect(cycle.run()).rejects.toMatchObject({ fault: 'local' });
    expect(told.map(({ promotion }) => promotion.model)).toEqual(['basket']);
  });
});
