import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Cycle, type Outcome, type Surroundings } from '../../lib/promotion/cycle';
import { MemoryGitRepository, MemoryGitServer } from './memory-git-repository';
import { MemoryRegistry } from './memory-registry';
import { PIN, RULES } from './one-team';
import { SharedRepository } from './shared-repository';

const VALUES = 'releases/production/fraud-churn.yaml';
const MANIFEST = 'dist/production/fraud.k8s.yaml';
const PINS = 'models:\n  churn:\n    version: 1\n  other:\n    version: 1\n';
const RELEASED = RULES.replace(
  'registry: mlflow',
  'registry: mlflow, models: { churn: { environments: { production: { values: releases/$environment/$team-$model.yaml } } } }',
);
const PLACE = { environment: 'production', team: 'fraud', model: 'churn' };
const written = (version: number) =>
  `# reviewed by ops\nmodel: { name: churn, version: ${version} } # the pin\nsource:\n  kind: volume\n  volume: { path: churn/${version} }\n`;

/** Stands for a synthesis: the manifest says what the pins say. */
async function synthesize(folder: string): Promise<void> {
  mkdirSync(dirname(join(folder, MANIFEST)), { recursive: true });
  writeFileSync(
    join(folder, MANIFEST),
    readFileSync(join(folder, PIN), 'utf8').replace(/^ +(?!version|churn|other).*\n/gm, ''),
  );
}

jest.setTimeout(30_000);

describe('a promotion of a model that a Helm release serves', () => {
  let server: MemoryGitServer;
  let registry: MemoryRegistry;
  let world: Surroundings;
  beforeEach(async () => {
    server = new MemoryGitServer();
    server.edit({ 'main.ts': '', 'promotion.yaml': RELEASED, [PIN]: PINS, [VALUES]: written(1) });
    registry = new MemoryRegistry();
    for (const model of ['churn', 'other']) {
      registry.register(model, 1).register(model, 2);
      await registry.moveAlias(model, 'champion', 1);
    }
    await registry.moveAlias('churn', 'champion', 2);
    world = {
      git: new MemoryGitRepository(server),
      registry: () => registry,
      synthesize,
      now: () => new Date(),
      pause: async () => undefined,
    };
  });
  afterEach(() => world.git.close());

  const pushed = ({ done }: Outcome) => done.map(({ promotion }) => `${promotion.model} ${promotion.version}`);
  const reasons = ({ plan }: Outcome) => plan.held.flatMap(one => one.reasons.map(({ reason }) => reason));

  it('changes its values in the same commit, and nothing else in them', async () => {
    expect(pushed(await new Cycle(world).run())).toEqual(['churn 2']);
    expect(server.changed()).toEqual([MANIFEST, PIN, VALUES]);
    expect(server.text(VALUES)).toBe(written(2));
    expect(pushed(await new Cycle(world).run({ place: PLACE, by: 'Anna', backTo: undefined }))).toEqual(['churn 1']);
    expect(server.text(VALUES)).toBe(written(1));
  });

  it('leaves values alone that no rule names', async () => {
    server.edit({ 'releases/production/fraud-other.yaml': written(1).replaceAll('churn', 'other') });
    await registry.moveAlias('churn', 'champion', 1);
    await registry.moveAlias('other', 'champion', 2);
    expect(pushed(await new Cycle(world).run())).toEqual(['other 2']);
    expect(server.changed()).toEqual([MANIFEST, PIN]);
  });

  it('is held alone if a link is where its values should be', async () => {
    await world.git.close();
    const shared = new SharedRepository({ 'main.ts': '', 'promotion.yaml': RELEASED, [PIN]: PINS });
    mkdirSync(join(shared.work, dirname(VALUES)), { recursive: true });
    symlinkSync('../../main.ts', join(shared.work, VALUES));
    shared.push('a link');
    await registry.moveAlias('other', 'champion', 2);
    const outcome = await new Cycle({ ...world, git: shared.open() }).run();
    await shared.remove();
    expect(pushed(outcome)).toEqual(['other 2']);
    expect(reasons(outcome)).toEqual([expect.stringContaining(VALUES)]);
  });

  it('needs no main.ts', async () => {
    server.edit({ 'main.ts': undefined });
    expect(pushed(await new Cycle(world).run())).toEqual(['churn 2']);
    expect(server.changed()).toEqual([PIN, VALUES]);
  });

  it('leaves the values when the pin is taken away', async () => {
    await new Cycle(world).run({ place: PLACE, by: 'anna', remove: true });
    expect(server.changed()).toEqual([MANIFEST, PIN]);
  });

  it.each([
    ['there are none', { [VALUES]: undefined }, `[${VALUES}] there is no such file`],
    ['they are broken', { [VALUES]: 'model: [' }, `[${VALUES}:1] not readable as YAML`],
    [
      'they would be the pin itself',
      { 'promotion.yaml': RELEASED.replace('releases/$environment/$team-$model', 'environments/$environment/$team') },
      `[${PIN}:1] these are the Helm values of model nothing, not of "churn"`,
    ],
  ])('is held if %s, and others are not', async (_why, files, reason) => {
    server.edit(files);
    await registry.moveAlias('other', 'champion', 2);
    const outcome = await new Cycle(world).run();
    expect([pushed(outcome), reasons(outcome)]).toEqual([['other 2'], [expect.stringContaining(reason)]]);
    expect(server.changed()).toEqual([MANIFEST, PIN]);
    expect(server.text(PIN)).toMatch(/churn:\n {4}version: 1\n {2}other:\n {4}version: 2\n/);
  });

  it('is held if the pin has a digest', async () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    server.edit({ [PIN]: `models:\n  churn:\n    version: 1\n    digest: ${digest}\n` });
    registry.register('churn', 2, { tags: new Map([['mlops.digest', digest]]) });
    expect(reasons(await new Cycle(world).run())).toEqual([
      `[${VALUES}] the pin has a digest, which the chart model-api does not check; take the digest out of the pin, or serve the model by a ModelApi of main.ts`,
    ]);
  });
});
