import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { Cycle } from '../../lib/promotion/cycle';
import { GitError } from '../../lib/promotion/git-repository';
import { credentialsIn } from '../../lib/promotion/ports/credentials';
import { MlflowRegistry } from '../../lib/promotion/ports/mlflow-registry';
import { placeText } from '../../lib/promotion/wanted';
import { MemoryMlflow } from '../promotion/memory-mlflow';
import { describeJudged } from './judge';
import { Chance } from './promotion/chance';
import { changes, FaultProxy, says, type Fault } from './promotion/fault-proxy';
import { GitServer, isPush } from './promotion/git-server';
import { hasMlflow, Mlflow } from './promotion/mlflow';
import { ALIASES, synthesize, Teams } from './promotion/teams';

jest.setTimeout(1_200_000);

const SEED = Number(process.env['SOAK_SEED'] ?? 7);
const VERSIONS = 5;
/** How many requests go wrong. */
const FAULTS = 0.05;
/** Most moves that are made before anybody looks. */
const MOST_AT_ONCE = 4;
/** Looks after which what was moved must be there. */
const MOST_LOOKS = 30;

const REGISTRY_FAULTS: readonly Fault[] = [
  says(500, 'broken'),
  says(503, '', { 'retry-after': '0' }),
  says(429, '', { 'retry-after': '0' }),
  says(401, 'who?'),
  says(200, '<html>login</html>', { 'content-type': 'text/html' }),
  changes(/./, text => text.slice(0, text.length / 2)),
  changes(/search/, text => text.replace(/}\s*$/, ', "next_page_token": "0"}')),
  question => void question.socket.destroy(),
];

interface Registry {
  readonly url: string;
  readonly authorization?: () => string | undefined;
  readonly alias: (name: string, alias: string, version: number) => Promise<void>;
}

/** Moves aliases at random, lets a controller look until it has seen each of them, and counts what came of it. */
async function soak(teams: Teams, registry: Registry, moves: number): Promise<void> {
  const { repository } = teams;
  const start = Date.now();
  const chance = new Chance(SEED);
  const proxy = new FaultProxy(registry.url);
  await proxy.start();
  let spoilt = 0;
  proxy.fault = (question, answer, body) => {
    const broken = chance.next() < FAULTS;
    spoilt += broken ? 1 : 0;
    return (broken ? chance.of(REGISTRY_FAULTS) : changes(/^$/, text => text))(question, answer, body);
  };
  const server = await GitServer.start(repository.root);
  let edits = 0;
  server.fault = request => {
    if (chance.next() >= FAULTS) {
      return undefined;
    }
    // Somebody is faster.
    if (isPush(request) && chance.next() < 0.5) {
      repository.edit({ 'notes.txt': `${++edits}\n` }, 'a note');
      return undefined;
    }
    return chance.of(['unavailable', 'cut', 'cut after']);
  };
  const git = repository.open({ url: `${server.url}/platform.git` });
  const asked = new MlflowRegistry({ ...registry, url: proxy.url, timeoutSeconds: 20, pauseSeconds: 0.01 });
  const cycle = new Cycle({ git, registry: () => asked, synthesize, now: () => new Date(), pause });

  const places = teams.places();
  const pinned = new Map(places.map(place => [placeText(place), 1]));
  const aliases = new Map(pinned);
  const expected = new Map<string, string[]>();
  let [looks, failed] = [0, 0];
  try {
    for (let made = 0; made < moves;) {
      for (let left = 1 + chance.below(Math.min(MOST_AT_ONCE, moves - made)); left > 0; left--, made++) {
        const place = chance.of(places);
        const version = 1 + chance.below(VERSIONS);
        await registry.alias(place.model, ALIASES[place.environment as keyof typeof ALIASES], version);
        aliases.set(placeText(place), version);
      }
      for (const [place, version] of aliases) {
        if (pinned.get(place) !== version) {
          expected.set(place, [...(expected.get(place) ?? []), `${pinned.get(place)} -> ${version}`]);
          pinned.set(place, version);
        }
      }
      for (let left = MOST_LOOKS; ; left--) {
        looks++;
        const outcome = await cycle.run().catch((error: unknown) => {
          expect(error).toBeInstanceOf(GitError);
          return undefined;
        });
        if (outcome?.plan.held.length === 0) {
          break;
        }
        failed++;
        expect(left).toBeGreaterThan(0);
      }
    }
  } finally {
    proxy.stop();
    server.stop();
  }

  const count = (promotions: ReadonlyMap<string, readonly string[]>) =>
    [...promotions.values()].reduce((sum, { length }) => sum + length, 0);
  const seconds = Math.round((Date.now() - start) / 1000);
  process.stderr.write(
    `${moves} moves: ${count(teams.promotions())} commits, ${count(expected)} needed; ${spoilt} of ${proxy.asked.length} ` +
      `answers of the registry and ${server.spoilt} of ${server.requests} of Git spoilt, ${edits} notes of others, ` +
      `${failed} of ${looks} looks failed, ${seconds} s\n`,
  );
  const sorted = (promotions: ReadonlyMap<string, readonly string[]>) => Object.fromEntries([...promotions].sort());
  expect(sorted(teams.promotions())).toEqual(sorted(expected));
  expect(teams.wide()).toEqual([]);
  expect(teams.torn()).toEqual([]);
  // Wherever the branch once was, nothing was taken from it.
  const lineage = new Set(repository.git(repository.bare, 'rev-list', '--first-parent', 'main').split('\n'));
  expect(teams.pushes().filter(commit => !lineage.has(commit))).toEqual([]);
  expect(repository.linear()).toBe(true);
  expect(repository.subjects()).toHaveLength(1 + edits + count(expected));
  expect(server.spoilt + spoilt).toBeGreaterThan(moves * FAULTS);
}

describe('moves of aliases, with faults', () => {
  let teams: Teams | undefined;
  afterEach(() => teams?.repository.remove());

  // A thousand of them would take the real MLflow longer than anybody waits; this one passes the same contract.
  it('make the commits that are needed, and no other', async () => {
    const mlflow = new MemoryMlflow();
    await mlflow.start();
    teams = new Teams(3, 3, mlflow.url);
    for (const { model, environment } of teams.places()) {
      if (environment === 'staging') {
        mlflow.register(model, VERSIONS);
      }
      Object.values(ALIASES).forEach(alias => mlflow.alias(model, alias, 1));
    }
    const alias: Registry['alias'] = async (...move) => mlflow.alias(...move);
    try {
      await soak(teams, { url: mlflow.url, alias }, Number(process.env['SOAK_MOVES'] ?? 1_000));
    } finally {
      mlflow.stop();
    }
  });
});

describeJudged(
  'moves of aliases in a real MLflow, with faults',
  hasMlflow() ? undefined : 'mlflow is not installed',
  () => {
    const mlflow = new Mlflow();
    let teams: Teams | undefined;
    beforeAll(() => mlflow.start());
    afterAll(async () => {
      await mlflow.stop();
      await teams?.repository.remove();
    });

    it('make the commits that are needed, and no other', async () => {
      teams = new Teams(1, 2, mlflow.url);
      for (const model of teams.ofTeam('team0')) {
        for (let version = 1; version <= VERSIONS; version++) {
          await mlflow.register(model);
        }
        await Promise.all(Object.values(ALIASES).map(alias => mlflow.alias(model, alias, 1)));
      }
      const authorization = credentialsIn(join(mlflow.credentials, 'mlflow'));
      await soak(teams, { url: mlflow.url, authorization, alias: (...move) => mlflow.alias(...move) }, 50);
    });
  },
);
