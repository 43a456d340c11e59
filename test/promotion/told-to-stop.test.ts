import { Controller, type Report } from '../../lib/promotion/controller';
import { Cycle, type Surroundings } from '../../lib/promotion/cycle';
import { MemoryGitRepository, MemoryGitServer } from './memory-git-repository';
import { MemoryRegistry } from './memory-registry';
import { PIN, RULES } from './one-team';

const MODELS = ['basket', 'churn', 'ranking'];

describe('a controller that is told to stop', () => {
  let server: MemoryGitServer;
  let registry: MemoryRegistry;
  let stop: AbortController;

  beforeEach(async () => {
    server = new MemoryGitServer();
    const pins = MODELS.map(model => `  ${model}:\n    version: 1\n`);
    server.edit({ 'promotion.yaml': RULES, [PIN]: `models:\n${pins.join('')}` });
    registry = new MemoryRegistry();
    for (const model of MODELS) {
      registry.register(model, 1).register(model, 2);
      await registry.moveAlias(model, 'champion', 2);
    }
    stop = new AbortController();
  });

  /** How its one look ended. */
  async function looked(world: Partial<Surroundings>): Promise<Report> {
    const git = new MemoryGitRepository(server);
    const cycle = new Cycle({
      git,
      registry: () => registry,
      synthesize: async () => undefined,
      now: () => new Date(),
      pause: async () => undefined,
      ...world,
    });
    const reports: Report[] = [];
    const report: Controller['props']['report'] = async one => void reports.push(one);
    const props = { cycle, intervalSeconds: 3600, dryRun: false, report, now: () => new Date() };
    await new Controller(props).run(stop.signal);
    await git.close();
    expect(reports).toHaveLength(1);
    return reports[0]!;
  }
  const names = (all: readonly { readonly model: string }[]) => all.map(({ model }) => model);
  const pinned = () => server.text(PIN)!.match(/version: \d/g);

  it('finishes the promotion that it makes, begins no other one, and tells what is left', async () => {
    const { outcome } = (await looked({ synthesize: async () => stop.abort() })) as Extract<
      Report,
      { outcome: object }
    >;
    expect(names(outcome.done.map(({ promotion }) => promotion))).toEqual(['basket']);
    expect(names(outcome.plan.promotions)).toEqual(['churn', 'ranking']);
    expect(pinned()).toEqual(['version: 2', 'version: 1', 'version: 1']);
  });

  it('begins none if it only reads what is wanted', async () => {
    const asked = () => {
      stop.abort();
      return registry;
    };
    const { outcome } = (await looked({ registry: asked })) as Extract<Report, { outcome: object }>;
    expect([outcome.done, names(outcome.plan.promotions)]).toEqual([[], MODELS]);
    expect(pinned()).toEqual(['version: 1', 'version: 1', 'version: 1']);
  });
});
