import { readState } from '../../lib/promotion/repository-state';
import { MemoryGitRepository, MemoryGitServer } from './memory-git-repository';
import { PIN, RULES } from './one-team';

describe('what a commit says about versions', () => {
  const OTHER = 'environments/production/search.yaml';
  const pins = (version: number) => `models:\n  churn:\n    version: ${version}\n`;

  it('is not read again where the commit before says the same', async () => {
    const server = new MemoryGitServer();
    const git = new MemoryGitRepository(server);
    const before = await readState(git, server.edit({ 'promotion.yaml': RULES, [PIN]: pins(1), [OTHER]: pins(1) }));
    const after = await readState(git, server.edit({ [PIN]: pins(2) }), before);
    expect(after.pins.get('production/search')).toBe(before.pins.get('production/search'));
    expect(after.pins.get('production/fraud')!.models.get('churn')!.version).toBe(2);
    expect(before.pins.get('production/fraud')!.models.get('churn')!.version).toBe(1);
  });

  it('has the same mistakes each time', async () => {
    const server = new MemoryGitServer();
    const git = new MemoryGitRepository(server);
    const before = await readState(git, server.edit({ 'promotion.yaml': RULES, [PIN]: 'models: [' }));
    const after = await readState(git, server.edit({ [OTHER]: pins(1) }), before);
    expect(before.mistakes).not.toEqual([]);
    expect(after.mistakes).toEqual(before.mistakes);
  });
});
