import { setTimeout as pause } from 'node:timers/promises';
import { Cycle } from '../../lib/promotion/cycle';
import { MemoryRegistry } from '../promotion/memory-registry';
import { synthesize, Teams } from './promotion/teams';

jest.setTimeout(1_800_000);

const WRITERS = 5;
/** Promotions of each writer. */
const EACH = Number(process.env['CONTENTION_EACH'] ?? 100);
const MODELS = 20;

describe('several controllers that push to one branch', () => {
  const teams = new Teams(WRITERS, MODELS, 'http://mlflow.example.com');
  const { repository } = teams;
  afterAll(() => repository.remove());

  /** A controller whose registry knows the models of one team alone, and moves them again and again. */
  async function write(team: string): Promise<number> {
    const registry = new MemoryRegistry();
    const models = teams.ofTeam(team);
    models.forEach(model => Array.from({ length: EACH }, (_, index) => registry.register(model, index + 1)));
    const git = repository.open();
    const cycle = new Cycle({ git, registry: () => registry, synthesize, now: () => new Date(), pause });
    let races = 0;
    for (let made = 0; made < EACH; made += MODELS) {
      for (const model of models.slice(0, EACH - made)) {
        await registry.moveAlias(model, 'champion', 2 + made / MODELS);
      }
      for (;;) {
        const outcome = await cycle.run().catch((error: unknown) => {
          expect(error).toMatchObject({ name: 'GitError', fault: 'outrun' });
          races++;
          return undefined;
        });
        if (outcome) {
          break;
        }
      }
    }
    return races;
  }

  it('get all of their promotions there, one after the other', async () => {
    const start = Date.now();
    const gaveUp = await Promise.all(teams.names.map(write));
    const seconds = Math.round((Date.now() - start) / 1000);
    const total = WRITERS * EACH;
    process.stderr.write(
      `${WRITERS} writers, ${total} promotions: ${gaveUp.reduce((sum, count) => sum + count, 0)} looks gave up, ${seconds} s\n`,
    );
    const promotions = teams.promotions();
    const chain = (length: number) => Array.from({ length }, (_, index) => `${index + 1} -> ${index + 2}`);
    const counts = Array.from({ length: MODELS }, (_, index) => Math.ceil((EACH - index) / MODELS));
    const expected = teams.names.flatMap(team =>
      teams.ofTeam(team).map((model, index) => [`production/${team}/${model}`, chain(counts[index]!)] as const),
    );
    expect(Object.fromEntries(promotions)).toEqual(Object.fromEntries(expected.filter(([, { length }]) => length > 0)));
    expect(teams.wide()).toEqual([]);
    expect(teams.torn()).toEqual([]);
    expect(repository.linear()).toBe(true);
    // Each push was one commit on top of what was there.
    expect(teams.pushes().slice(-total)).toEqual(
      repository.git(repository.bare, 'rev-list', '--reverse', `--max-count=${total}`, 'main').split('\n'),
    );
    expect(repository.subjects()).toHaveLength(1 + total);
  });
});
