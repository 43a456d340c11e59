import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PlatformError } from '../../lib';
import { Cycle, type Outcome, type Surroundings } from '../../lib/promotion/cycle';
import { Controller, type Report } from '../../lib/promotion/controller';
import { ServiceError } from '../../lib/promotion/service-error';
import { Deliveries } from '../../lib/promotion/webhook';
import { MemoryRegistry } from './memory-registry';
import { once } from './once';
import { SharedRepository } from './shared-repository';

jest.setTimeout(30_000);

const RULES = `registries:
  mlflow: { url: http://mlflow.example.com }
environments:
  staging: { alias: candidate }
  production: { alias: champion }
teams:
  fraud: { registry: mlflow }
`;
const PINS = 'models:\n  # who may leave\n  churn:\n    version: 1 # since May\n';
const PIN = 'environments/production/fraud.yaml';

describe('a cycle', () => {
  let repository: SharedRepository;
  let registry: MemoryRegistry;
  let now: Date;
  let world: Surroundings;
  let cycle: Cycle;

  beforeEach(async () => {
    repository = new SharedRepository({
      'promotion.yaml': RULES,
      'environments/staging/fraud.yaml': PINS,
      [PIN]: PINS,
      'dist/production/fraud.k8s.yaml': 'version 1\n',
      'dist/staging/fraud.k8s.yaml': 'version 1\n',
    });
    registry = new MemoryRegistry();
    [1, 2, 3].forEach(version => registry.register('churn', version));
    await registry.moveAlias('churn', 'candidate', 1);
    await registry.moveAlias('churn', 'champion', 1);
    now = new Date();
    world = {
      git: repository.open(),
      registry: () => registry,
      synthesize: async (folder, unit) => manifest(folder, unit),
      now: () => now,
      pause: async () => undefined,
    };
    cycle = new Cycle(world);
  });
  afterEach(() => repository.remove());

  /** Stands for a synthesis: the manifest says what the pin says. */
  async function manifest(folder: string, unit: string): Promise<void> {
    const text = readFileSync(join(folder, `environments/${unit}.yaml`), 'utf8');
    const file = join(folder, `dist/${unit}.k8s.yaml`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `version ${/version: (\d+)/.exec(text)![1]}\n`);
  }
  const pushed = ({ done }: Outcome) => done.map(({ promotion }) => `${promotion.environment} ${promotion.version}`);
  const gates = ({ plan }: Outcome) => plan.held.flatMap(({ reasons }) => reasons.map(({ gate }) => gate));

  it('pins a first version for whoever insists, and for nobody else', async () => {
    registry.register('fraud-score', 4);
    const place = { environment: 'production', team: 'fraud', model: 'fraud-score' };
    const request = { place, by: 'anna', version: 4, insisted: 'new' };
    expect(pushed(await cycle.run(request))).toEqual([]);
    expect(pushed(await cycle.run({ ...request, first: true }))).toEqual(['production 4']);
    expect(repository.read(PIN)).toMatch(/version: 1 # since May\n {2}fraud-score:\n {4}version: 4\n {4}run: run-4\n/);
    expect(repository.message()).toContain('production/fraud: fraud-score 4, its first version\n');
    expect(repository.message()).toContain('\nMlops-From: none\nMlops-To: 4\n');
    expect(pushed(await cycle.run())).toEqual([]);
  });

  it('takes a pin away, and everything else stays', async () => {
    const place = { environment: 'production', team: 'fraud', model: 'churn' };
    world = { ...world, synthesize: async () => undefined };
    repository.edit({ [PIN]: `${PINS}  # the other one\n  other:\n    version: 3\n` });
    cycle = new Cycle(world);
    expect(pushed(await cycle.run({ place, by: 'anna', remove: true }))).toEqual(['production 1']);
    expect(repository.read(PIN)).toBe('models:\n  # who may leave\n  # the other one\n  other:\n    version: 3\n');
    expect(repository.message()).toMatch(/^production\/fraud: churn 1 removed\n[^]*\nMlops-To: none\n/);
    // Wherever the alias points, nobody pins it anew.
    await registry.moveAlias('churn', 'champion', 2);
    expect(pushed(await cycle.run())).toEqual([]);
    expect(pushed(await cycle.run({ place, by: 'anna', remove: true }))).toEqual([]);
  });

  it('makes one commit of one pin and one manifest, that says where it came from', async () => {
    await registry.moveAlias('churn', 'champion', 2);
    expect(pushed(await cycle.run())).toEqual(['production 2']);
    expect(repository.changed()).toEqual(['dist/production/fraud.k8s.yaml', PIN]);
    expect(repository.read(PIN)).toMatch(/^models:\n {2}# who may leave\n {2}churn:\n {4}version: 2 # since May\n/);
    expect(repository.read('dist/production/fraud.k8s.yaml')).toBe('version 2\n');
    expect(repository.message().split('\n')).toEqual([
      'production/fraud: churn 1 -> 2',
      '',
      'Model version: http://mlflow.example.com/#/models/churn/versions/2',
      'Run: http://mlflow.example.com/#/experiments/1/runs/run-2, started by anna',
      '',
      'Mlops-Environment: production',
      'Mlops-Team: fraud',
      'Mlops-Model: churn',
      'Mlops-From: 1',
      'Mlops-To: 2',
      'Mlops-By: alias champion',
    ]);
    expect(await cycle.run()).toMatchObject({ done: [], plan: { promotions: [], held: [] } });
  });

  it('asks the registry once, and writes nothing, if nothing moved', async () => {
    const tip = repository.tip();
    registry.asked.length = 0;
    await cycle.run();
    expect(registry.asked).toEqual(['aliases churn']);
    expect(repository.tip()).toBe(tip);
    expect(repository.git(repository.bare, 'count-objects')).toMatch(/^\d+ objects/);
  });

  it('makes a commit for each promotion, in the order of the environments', async () => {
    await registry.moveAlias('churn', 'champion', 2);
    await registry.moveAlias('churn', 'candidate', 3);
    expect(pushed(await cycle.run())).toEqual(['staging 3', 'production 2']);
    expect(repository.linear()).toBe(true);
  });

  it('does not promote again what was taken back, until the alias moves', async () => {
    await registry.moveAlias('churn', 'champion', 2);
    await cycle.run();
    const place = { environment: 'production', team: 'fraud', model: 'churn' };
    expect(pushed(await cycle.run({ place, by: 'Anna', backTo: undefined }))).toEqual(['production 1']);
    expect(repository.read(PIN)).toBe(PINS);
    const held = await cycle.run();
    expect([pushed(held), gates(held)]).toEqual([[], ['taken-back']]);
    await registry.moveAlias('churn', 'champion', 3);
    expect(pushed(await cycle.run())).toEqual(['production 3']);
  });

  it('does not promote again what a person reverted', async () => {
    await registry.moveAlias('churn', 'champion', 2);
    await cycle.run();
    repository.pull();
    repository.git(repository.work, 'revert', '--no-edit', 'HEAD');
    repository.push('more');
    expect(gates(await cycle.run())).toEqual(['taken-back']);
    const place = { environment: 'production', team: 'fraud', model: 'churn' };
    expect(pushed(await cycle.run({ place, by: 'Anna', version: 2 }))).toEqual(['production 2']);
  });

  describe('after a person', () => {
    const place = { environment: 'production', team: 'fraud', model: 'churn' };
    const moved = async (version: number) => registry.moveAlias('churn', 'champion', version);
    const look = async () => {
      const outcome = await cycle.run();
      return [...pushed(outcome), ...gates(outcome)];
    };
    const deploy = (version: number) => cycle.run({ place, by: 'Anna', version, insisted: 'now', first: true });
    const rollback = () => cycle.run({ place, by: 'Anna', backTo: undefined });

    it('does not promote again what that person promoted and took back', async () => {
      await moved(2);
      await cycle.run({ place, by: 'Anna', version: 2 });
      await rollback();
      expect(repository.message()).toMatch(/\nMlops-By: person Anna\nMlops-Alias-At: 2$/);
      expect(await look()).toEqual(['taken-back']);
      await moved(3);
      expect(await look()).toEqual(['production 3']);
    });

    it('keeps a version that no alias points to, until the alias moves', async () => {
      await deploy(2);
      expect(await look()).toEqual(['taken-back']);
      expect(await look()).toEqual(['taken-back']);
      await moved(3);
      expect(await look()).toEqual(['production 3']);
    });

    it('keeps what was pinned before a version that the person deployed', async () => {
      await deploy(2);
      await moved(3);
      await deploy(3);
      await rollback();
      expect([repository.read(PIN).includes('version: 2'), await look()]).toEqual([true, ['taken-back']]);
    });

    it('keeps a first version while the alias points elsewhere, and follows an alias that was not set', async () => {
      registry.register('score', 4).register('score', 5);
      const first = { place: { ...place, model: 'score' }, by: 'Anna', version: 4, insisted: 'new', first: true };
      await cycle.run(first);
      expect(repository.message()).toMatch(/\nMlops-Alias-At: none$/);
      await registry.moveAlias('score', 'champion', 5);
      expect(await look()).toEqual(['production 5']);
      registry.register('other', 4);
      await registry.moveAlias('other', 'champion', 5);
      await cycle.run({ ...first, place: { ...place, model: 'other' } });
      expect(await look()).toEqual(['taken-back']);
    });

    it('goes by what was promoted, by whomever, if the registry did not answer', async () => {
      await moved(2);
      await cycle.run({ place, by: 'Anna', version: 2 });
      registry.fault = new ServiceError('unreachable', 'down');
      await rollback();
      expect(repository.message()).not.toContain('Mlops-Alias-At');
      registry.fault = undefined;
      expect(await look()).toEqual(['taken-back']);
      await moved(3);
      expect(await look()).toEqual(['production 3']);
    });
  });

  describe('after a version was taken back', () => {
    beforeEach(async () => {
      await registry.moveAlias('churn', 'champion', 2);
    });
    const place = { environment: 'production', team: 'fraud', model: 'churn' };
    const takeBack = async () => {
      await cycle.run();
      await cycle.run({ place, by: 'Anna', backTo: undefined });
    };
    /** A clone of somebody who commits there. */
    const colleague = () => {
      const clone = join(repository.root, 'colleague');
      repository.git(repository.root, 'clone', '--quiet', repository.bare, clone);
      const commit = (path: string, text: string) => {
        writeFileSync(join(clone, path), text);
        repository.git(clone, 'add', '--all', '.');
        repository.git(clone, 'commit', '--quiet', '--message=of a colleague');
      };
      const merge = (...options: string[]) => {
        repository.git(clone, 'pull', '--quiet', '--no-rebase', '--no-edit', ...options, 'origin', 'main');
        repository.git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
      };
      return { commit, merge };
    };

    it('still knows that when a colleague merged, whose side has the same pins', async () => {
      const { commit, merge } = colleague();
      commit('notes.txt', 'hello\n');
      await takeBack();
      merge();
      expect(repository.linear()).toBe(false);
      expect(gates(await cycle.run())).toEqual(['taken-back']);
    });

    it('knows that a merge took a version back', async () => {
      const { commit, merge } = colleague();
      commit('notes.txt', 'hello\n');
      await cycle.run();
      merge('--strategy=ours');
      expect(repository.read(PIN)).toBe(PINS);
      expect(gates(await cycle.run())).toEqual(['taken-back']);
    });

    it('takes no pin of a branch beside for that, nor one that was a typo', async () => {
      const canary = 'champion, canary: { steps: [5], every: 30m }';
      repository.edit({ 'promotion.yaml': RULES.replace('champion', canary) });
      const { commit, merge } = colleague();
      commit(PIN, `# the pins of the team\n\n\n${PINS}`);
      await cycle.run();
      merge();
      expect(gates(await cycle.run())).toEqual(['canary']);
      const pins = repository.read(PIN);
      repository.edit({ [PIN]: `${pins}  oops\n` });
      repository.edit({ [PIN]: pins });
      now = new Date(now.getTime() + 3_600_000);
      expect(pushed(await cycle.run())).toEqual(['production 2']);
    });

    it('takes a typo that somebody mended for no step of a canary', async () => {
      repository.edit({ 'promotion.yaml': RULES.replace('champion', 'champion, canary: { steps: [5], every: 30m }') });
      now = new Date(now.getTime() - 3_600_000);
      await cycle.run();
      const pins = repository.read(PIN);
      repository.edit({ [PIN]: `${pins}  oops\n` });
      repository.edit({ [PIN]: pins });
      now = new Date();
      expect(pushed(await cycle.run())).toEqual(['production 2']);
    });

    it('knows that also if who merged the promotion wrote something behind its message', async () => {
      await cycle.run();
      const message = `${repository.message()}\n\nCo-authored-by: Ben <ben@example.com>`;
      repository.pull();
      repository.git(repository.work, 'commit', '--quiet', '--amend', '--message', message);
      repository.git(repository.work, 'push', '--quiet', '--force', 'origin', 'HEAD:main');
      repository.edit({ [PIN]: PINS });
      expect(gates(await new Cycle({ ...world, git: repository.open() }).run())).toEqual(['taken-back']);
    });

    it('knows that also if who merged the promotion did so with the line ends of Windows', async () => {
      const proposed = await new Cycle({ ...world, propose: true }).run();
      const { title, body } = proposed.done[0]!.proposal!;
      const message = `${title} (#3)\n\n${body}`.replace(/\n/g, '\r\n');
      repository.pull();
      writeFileSync(join(repository.work, PIN), PINS.replace('version: 1', 'version: 2'));
      repository.git(repository.work, 'commit', '--quiet', '--all', '--cleanup=verbatim', '--message', message);
      repository.git(repository.work, 'push', '--quiet', 'origin', 'HEAD:main');
      repository.edit({ [PIN]: PINS });
      expect(gates(await cycle.run())).toEqual(['taken-back']);
    });

    it('knows that of each of several promotions that somebody squashed into one commit', async () => {
      const both = (churn: number, score: number) =>
        `models:\n  churn:\n    version: ${churn}\n  score:\n    version: ${score}\n`;
      registry.register('score', 1).register('score', 2);
      await registry.moveAlias('score', 'champion', 2);
      repository.edit({ [PIN]: both(1, 1) });
      const { done } = await new Cycle({ ...world, propose: true }).run();
      const told = done.map(({ proposal }) => `* ${proposal!.title}\n\n${proposal!.body}`);
      repository.edit({ [PIN]: both(2, 2) }, `Release of today (#12)\n\n${told.join('\n\n')}`);
      repository.edit({ [PIN]: both(1, 1) }, 'Revert it');
      expect(gates(await cycle.run())).toEqual(['taken-back', 'taken-back']);
    });

    it('still knows that after many changes of others', async () => {
      await takeBack();
      const commits = Array.from({ length: 501 }, (_, index) => {
        const text = `${PINS}  other:\n    version: ${index + 1}\n`;
        const from = index === 0 ? `from ${repository.tip()}\n` : '';
        const by = `committer Ben <ben@example.com> ${Math.floor(now.getTime() / 1000) + index} +0000`;
        return `commit refs/heads/main\n${by}\ndata 4\nedit\n${from}M 100644 inline ${PIN}\ndata ${text.length}\n${text}\n`;
      });
      execFileSync('git', ['fast-import', '--quiet'], { cwd: repository.bare, input: commits.join('') });
      expect(gates(await cycle.run())).toContain('taken-back');
      expect(pushed(await cycle.run({ place, by: 'Anna', backTo: 2 }))).toEqual(['production 2']);
    });
  });

  it('goes back to a version of long ago without a registry', async () => {
    for (const version of [2, 3]) {
      await registry.moveAlias('churn', 'champion', version);
      await cycle.run();
    }
    registry.fault = new ServiceError('unreachable', 'down');
    const place = { environment: 'production', team: 'fraud', model: 'churn' };
    expect(pushed(await cycle.run({ place, by: 'Anna', backTo: 1 }))).toEqual(['production 1']);
    expect(pushed(await cycle.run({ place, by: 'Anna', backTo: 1 }))).toEqual([]);
    await expect(cycle.run({ place, by: 'Anna', backTo: 7 })).rejects.toThrow(
      '[production/fraud/churn] version 7 was never pinned; versions that were: 1, 3, 2; for another one use mlops promote --version',
    );
  });

  it('holds a team whose registry does not answer, and nothing else', async () => {
    registry.fault = new ServiceError('unreachable', 'http://mlflow.example.com: ECONNREFUSED');
    const outcome = await cycle.run();
    expect(outcome.plan.held.map(({ reasons }) => reasons)).toEqual(
      Array(2).fill([{ gate: 'unanswered', reason: 'http://mlflow.example.com: ECONNREFUSED', fault: 'unreachable' }]),
    );
  });

  it('plans anew when somebody was faster, and keeps what they did', async () => {
    await registry.moveAlias('churn', 'champion', 2);
    const faster = once(() => repository.edit({ [PIN]: PINS.replace('who may leave', 'whoever may leave') }));
    const slow = new Cycle({
      ...world,
      synthesize: async (folder, unit) => {
        await manifest(folder, unit);
        faster();
      },
    });
    expect(pushed(await slow.run())).toEqual(['production 2']);
    expect(repository.read(PIN)).toContain('# whoever may leave\n');
    expect(repository.linear()).toBe(true);
  });

  it('never overwrites what a person pins while it is at work', async () => {
    await registry.moveAlias('churn', 'champion', 2);
    const faster = once(() => repository.edit({ [PIN]: PINS.replace('version: 1', 'version: 3') }));
    const slow = new Cycle({
      ...world,
      synthesize: async (folder, unit) => {
        await manifest(folder, unit);
        faster();
      },
    });
    expect(gates(await slow.run())).toEqual(['taken-back']);
    expect(gates(await slow.run())).toEqual(['taken-back']);
    expect(repository.read(PIN)).toContain('version: 3');

    const another = new Cycle({ ...world, git: repository.open() });
    expect(gates(await another.run())).toEqual(['taken-back']);
    repository.edit({ [PIN]: PINS });
    expect(pushed(await another.run())).toEqual(['production 2']);
  });

  it('never overwrites that, whatever promotions of other places and versions the person quotes', async () => {
    await registry.moveAlias('churn', 'candidate', 3);
    await cycle.run();
    const quoted = repository.message();
    const other = quoted.replaceAll('staging', 'production').replace('Mlops-To: 3', 'Mlops-To: 4');
    await registry.moveAlias('churn', 'champion', 2);
    const text = `Hotfix: what staging has\n\n${quoted}\n\n${other}`;
    const faster = once(() => repository.edit({ [PIN]: PINS.replace('version: 1', 'version: 3') }, text));
    const slow = new Cycle({
      ...world,
      synthesize: async (folder, unit) => {
        await manifest(folder, unit);
        faster();
      },
    });
    expect(gates(await slow.run())).toEqual(['taken-back']);
    expect(repository.read(PIN)).toContain('version: 3');
  });

  it('remembers what a person pinned meanwhile also if the registry takes no tags', async () => {
    await registry.moveAlias('churn', 'champion', 2);
    const faster = once(() => repository.edit({ [PIN]: PINS.replace('version: 1', 'version: 3') }));
    registry.tag = async () => Promise.reject(new ServiceError('denied', 'no tags'));
    const slow = new Cycle({
      ...world,
      synthesize: async (folder, unit) => {
        await manifest(folder, unit);
        faster();
      },
    });
    expect(gates(await slow.run())).toEqual(['taken-back']);
    expect(gates(await slow.run())).toEqual(['taken-back']);
  });

  it('holds a version whose files are others than those that were promoted before, unless a person insists', async () => {
    await registry.moveAlias('churn', 'champion', 2);
    await cycle.run();
    await registry.moveAlias('churn', 'champion', 3);
    await cycle.run();
    const commit = repository.git(repository.bare, 'rev-parse', 'main~1');
    registry.register('churn', 2, { file: { digest: `sha256:${'f'.repeat(64)}`, pickles: [] } });
    await registry.moveAlias('churn', 'champion', 2);
    expect((await cycle.run()).plan.held.flatMap(({ reasons }) => reasons)).toEqual([
      {
        gate: 'files',
        reason: `MLmodel is not the file of version 2 that commit ${commit.slice(0, 12)} of production has`,
      },
    ]);
    const place = { environment: 'production', team: 'fraud', model: 'churn' };
    const insisting = { place, by: 'Anna', version: 2, insisted: 'the registry is a new one' };
    expect(pushed(await cycle.run(insisting))).toEqual(['production 2']);
  });

  it('holds it also after people reach the registry by another name', async () => {
    await registry.moveAlias('churn', 'champion', 2);
    await cycle.run();
    await registry.moveAlias('churn', 'champion', 3);
    await cycle.run();
    registry.register('churn', 2, { file: { digest: `sha256:${'f'.repeat(64)}`, pickles: [] } });
    await registry.moveAlias('churn', 'champion', 2);
    repository.edit({ 'promotion.yaml': RULES.replace('.com }', '.com, link: https://models.example.com }') });
    expect(gates(await cycle.run())).toEqual(['files']);
  });

  test.each<[string, string, string]>([
    ['removes the pin', 'models:\n  other:\n    version: 1\n', 'it has no pin any more; pin it again'],
    [
      'pins another one',
      PINS.replace('version: 1', 'version: 3'),
      'version 3 was pinned in place of 2 meanwhile; look',
    ],
  ])('rolls nothing back when a person %s meanwhile', async (_, pins, message) => {
    const place = { environment: 'production', team: 'fraud', model: 'churn' };
    repository.edit({ [PIN]: PINS.replace('version: 1', 'version: 2') });
    const faster = once(() => repository.edit({ [PIN]: pins }));
    const slow = new Cycle({
      ...world,
      synthesize: async (folder, unit) => {
        await manifest(folder, unit);
        faster();
      },
    });
    const rolledBack = slow.run({ place, by: 'Anna', backTo: undefined });
    await expect(rolledBack).rejects.toThrow(`[production/fraud/churn] ${message}`);
    await expect(rolledBack).rejects.toThrow(PlatformError);
    expect(repository.read(PIN)).toBe(pins);
  });

  test.each<[string, string, string]>([
    ['removes the pin', 'models:\n  other:\n    version: 1\n', 'it has no pin any more; pin it again'],
    [
      'pins another one',
      PINS.replace('version: 1', 'version: 3'),
      'version 3 was pinned in place of 1 meanwhile; look',
    ],
  ])('promotes nothing for somebody when another person %s meanwhile', async (_, pins, message) => {
    const place = { environment: 'production', team: 'fraud', model: 'churn' };
    const faster = once(() => repository.edit({ [PIN]: pins }));
    const slow = new Cycle({
      ...world,
      synthesize: async (folder, unit) => {
        await manifest(folder, unit);
        faster();
      },
    });
    await expect(slow.run({ place, by: 'Anna', version: 2, insisted: 'now' })).rejects.toThrow(
      `[production/fraud/churn] ${message}`,
    );
    expect(repository.read(PIN)).toBe(pins);
  });

  it('holds a version whose manifest cannot be made, and goes on with others', async () => {
    await registry.moveAlias('churn', 'champion', 2);
    await registry.moveAlias('churn', 'candidate', 2);
    const broken = new Cycle({
      ...world,
      synthesize: async (folder, unit) => {
        if (unit === 'staging/fraud') {
          throw new PlatformError(unit, 'its manifest cannot be made', 'mend it');
        }
        await manifest(folder, unit);
      },
    });
    const outcome = await broken.run();
    expect([pushed(outcome), gates(outcome)]).toEqual([['production 2'], ['synthesis']]);
  });

  it('refuses a synthesis that changes more than the unit', async () => {
    await registry.moveAlias('churn', 'champion', 2);
    const wide = new Cycle({
      ...world,
      synthesize: async (folder, unit) => {
        await manifest(folder, unit);
        writeFileSync(join(folder, 'promotion.yaml'), 'gates: {}\n');
      },
    });
    const { plan } = await wide.run();
    expect(plan.held[0]!.reasons[0]!.reason).toBe(
      '[promotion.yaml] the synthesis of production/fraud changes it too; commit what "npm run synth" writes, and ignore what else it leaves',
    );
    expect(repository.subjects()).toEqual(['edit']);
  });

  it('steps through a canary, as time goes by, and takes it back when its metric is bad', async () => {
    const canary = 'champion, canary: { steps: [5, 50], every: 30m, query: \'errors{m="$model"}\', max: 0.01 }';
    repository.edit({ 'promotion.yaml': RULES.replace('champion', canary) });
    let measured: number | undefined = 0;
    const asked: string[] = [];
    const measure = async (query: string) => (asked.push(query), measured);
    const stepping = new Cycle({ ...world, measure });
    const later = (minutes: number) => (now = new Date(now.getTime() + minutes * 60_000));
    const shown = () => /canary:\n +version: (\d+)\n +percent: (\d+)/.exec(repository.read(PIN))?.slice(1).join(' at ');

    await registry.moveAlias('churn', 'champion', 2);
    await stepping.run();
    expect(shown()).toBe('2 at 5');
    expect(gates(await stepping.run())).toEqual(['canary']);
    later(31);
    measured = undefined;
    expect(gates(await stepping.run())).toEqual(['canary']);
    measured = 0.005;
    await stepping.run();
    expect(shown()).toBe('2 at 50');
    later(62);
    await stepping.run();
    expect([shown(), repository.read(PIN)]).toEqual([undefined, expect.stringContaining('version: 2')]);
    expect(new Set(asked)).toEqual(new Set(['errors{m="churn"}']));

    await registry.moveAlias('churn', 'champion', 3);
    await stepping.run();
    measured = 0.02;
    expect((await stepping.run()).done[0]!.promotion.change.kind).toBe('canary-removed');
    expect(repository.message()).toContain('Reason: its canary measured 0.02, and 0.01 is allowed\n');
    const held = await stepping.run();
    expect([shown(), gates(held)]).toEqual([undefined, ['taken-back']]);
  });

  describe('with a canary', () => {
    let measured: number | ServiceError;
    let trying: Cycle;
    beforeEach(async () => {
      const gate = 'gates: { tags: { ok: "yes" } }';
      const canary = 'canary: { steps: [5, 50], every: 30m, query: errors, max: 0.01 }';
      repository.edit({ 'promotion.yaml': RULES.replace('champion', `champion, ${gate}, ${canary}`) });
      registry.register('churn', 2, { tags: new Map([['ok', 'yes']]) });
      await registry.moveAlias('churn', 'champion', 2);
      measured = 0;
      const measure = async () => (measured instanceof Error ? Promise.reject(measured) : measured);
      trying = new Cycle({ ...world, measure });
      await trying.run();
      expect(repository.read(PIN)).toContain('canary');
    });
    const removed = ({ done }: Outcome) =>
      done.map(({ promotion: { change } }) => change.kind === 'canary-removed' && change.because);

    it('ends it if its metric is bad, whether or not the registry answers', async () => {
      registry.fault = new ServiceError('unreachable', 'down');
      expect(gates(await trying.run())).toEqual(['unanswered', 'unanswered']);
      measured = 0.02;
      expect(removed(await trying.run())).toEqual(['metric']);
    });

    it('starts none again whose metric was bad, though nobody recorded its start', async () => {
      repository.edit({ [PIN]: PINS });
      registry.register('churn', 3, { tags: new Map([['ok', 'yes']]) });
      await registry.moveAlias('churn', 'champion', 3);
      repository.edit({ [PIN]: `${PINS}    canary:\n      version: 3\n      percent: 5\n` });
      measured = 0.02;
      expect(removed(await trying.run())).toEqual(['metric']);
      expect(repository.message()).toContain('\nMlops-To: 1\nMlops-Removed: 3\nMlops-By: canary');
      expect(gates(await trying.run())).toEqual(['taken-back']);
      registry.register('churn', 4, { tags: new Map([['ok', 'yes']]) });
      await registry.moveAlias('churn', 'champion', 4);
      measured = 0;
      expect(pushed(await trying.run())).toEqual(['production 4']);
    });

    it('ends it if its metric is bad, though no alias is set any more', async () => {
      registry.models.get('churn')!.aliases.delete('champion');
      expect(gates(await trying.run())).toEqual(['alias']);
      measured = 0.02;
      expect(removed(await trying.run())).toEqual(['metric']);
    });

    it('ends it if the alias left it for a version that is held', async () => {
      await registry.moveAlias('churn', 'champion', 3);
      const outcome = await trying.run();
      expect([removed(outcome), gates(outcome)]).toEqual([['alias'], []]);
      expect(repository.message()).toContain('Reason: alias champion points to version 3\n');
      expect(repository.read(PIN)).toBe(PINS);
      expect(gates(await trying.run())).toEqual(['tags']);
      await registry.moveAlias('churn', 'champion', 2);
      expect(pushed(await trying.run())).toEqual(['production 2']);
    });

    it('keeps it if a person asks in vain for yet another version', async () => {
      const place = { environment: 'production', team: 'fraud', model: 'churn' };
      expect(gates(await trying.run({ place, by: 'Anna', version: 3 }))).toEqual(['tags']);
      expect(repository.read(PIN)).toContain('canary');
    });

    it('gives a person what they ask for, or says why not, though its metric is bad', async () => {
      measured = 0.02;
      const place = { environment: 'production', team: 'fraud', model: 'churn' };
      expect((await trying.run({ place, by: 'Anna', version: 2 })).plan.held.flatMap(({ reasons }) => reasons)).toEqual(
        [{ gate: 'canary', reason: 'its canary measured 0.02, and 0.01 is allowed' }],
      );
      expect(pushed(await trying.run({ place, by: 'Anna', version: 2, insisted: 'now' }))).toEqual(['production 2']);
      expect(repository.read(PIN)).not.toContain('canary');
    });

    it('waits for a Prometheus that does not answer', async () => {
      measured = new ServiceError('unreachable', 'http://prometheus.example.com: ECONNREFUSED');
      now = new Date(now.getTime() + 3_600_000);
      expect((await trying.run()).plan.held.flatMap(({ reasons }) => reasons)).toEqual([
        { gate: 'unanswered', reason: 'http://prometheus.example.com: ECONNREFUSED', fault: 'unreachable' },
      ]);
    });
  });

  it('waits until a version has soaked in the environment before', async () => {
    const soak = 'champion, gates: { soak: { environment: staging, time: 24h } }';
    repository.edit({ 'promotion.yaml': RULES.replace('champion', soak) });
    await registry.moveAlias('churn', 'champion', 2);
    expect((await cycle.run()).plan.held[0]!.reasons).toEqual([
      { gate: 'soak', reason: 'staging does not have this version' },
    ]);
    await registry.moveAlias('churn', 'candidate', 2);
    const soaking = await cycle.run();
    expect([pushed(soaking), gates(soaking)]).toEqual([['staging 2'], ['soak']]);
    now = new Date(now.getTime() + 25 * 3_600_000);
    expect(pushed(await cycle.run())).toEqual(['production 2']);
  });

  it.each([-1, 1])('40: makes the same one commit with a clock that is %d day off', async days => {
    await registry.moveAlias('churn', 'champion', 2);
    const right = now;
    now = new Date(right.getTime() + days * 86_400_000);
    expect(pushed(await cycle.run())).toEqual(['production 2']);
    now = right;
    const another = new Cycle({ ...world, git: repository.open() });
    expect(await another.run()).toMatchObject({ done: [], plan: { held: [] } });
    await registry.moveAlias('churn', 'champion', 3);
    expect(pushed(await another.run())).toEqual(['production 3']);
    expect(repository.linear()).toBe(true);
  });

  it('49, 46: does nothing about a delivery for a model that did not move, and looks once for one that came twice', async () => {
    const deliveries = new Deliveries(() => 'a-secret-of-the-test');
    const timestamp = `${Math.floor(now.getTime() / 1000)}`;
    const hmac = createHmac('sha256', 'a-secret-of-the-test').update(`once.${timestamp}.{}`).digest('base64');
    const delivery = { id: 'once', timestamp, signature: `v1,${hmac}`, body: Buffer.from('{}') };
    const tip = repository.tip();
    registry.asked.length = 0;
    const stop = new AbortController();
    const looked: Outcome[] = [];
    const report = async (told: Report) => void ('outcome' in told && looked.push(told.outcome));
    const controller = new Controller({ cycle, intervalSeconds: 60, dryRun: false, report, now: () => new Date() });
    const ended = controller.run(stop.signal);
    const until = async (count: number) => {
      while (looked.length < count) {
        await new Promise(resolve => setTimeout(resolve, 20));
      }
    };
    await until(1);
    const statuses = [1, 2].map(() => {
      const status = deliveries.judge(delivery, now);
      if (status === 204) {
        controller.hint();
      }
      return status;
    });
    await until(2);
    stop.abort();
    await ended;
    expect([statuses, registry.asked]).toEqual([
      [204, 401],
      ['aliases churn', 'aliases churn'],
    ]);
    expect([looked.flatMap(pushed), repository.tip()]).toEqual([[], tip]);
  });

  it('is held by a freeze file, with its reason', async () => {
    await registry.moveAlias('churn', 'champion', 2);
    repository.edit({ 'environments/production/.freeze': 'peak week, ask ops\n' });
    expect((await cycle.run()).plan.held[0]!.reasons).toEqual([
      { gate: 'freeze', reason: 'frozen: peak week, ask ops' },
    ]);
    repository.edit({ 'environments/production/.freeze': undefined });
    expect(pushed(await cycle.run())).toEqual(['production 2']);
  });

  describe('that proposes', () => {
    let proposing: Cycle;
    beforeEach(async () => {
      proposing = new Cycle({ ...world, propose: true });
      await registry.moveAlias('churn', 'champion', 2);
    });
    const branches = () => repository.git(repository.bare, 'for-each-ref', '--format=%(refname:short)').split('\n');
    const BRANCH = 'promotion/production/fraud/churn/1-2';

    it('puts the commit on a branch of its own, with the text of a pull request', async () => {
      const [done] = (await proposing.run()).done;
      expect(done!.proposal).toEqual({
        branch: BRANCH,
        title: 'production/fraud: churn 1 -> 2',
        body: expect.stringMatching(/^Model version: http:.*\nRun: http:.*\n\nMlops-Environment: production\n/),
      });
      expect(branches()).toEqual(['main', BRANCH]);
      expect([repository.subjects(), repository.tip()]).toEqual([
        ['edit'],
        repository.git(repository.bare, 'rev-parse', `${BRANCH}^`),
      ]);
      expect(repository.changed(BRANCH)).toEqual(['dist/production/fraud.k8s.yaml', PIN]);
    });

    it('proposes nothing twice, also when the branch goes on, and again what was merged and then taken back', async () => {
      await proposing.run();
      repository.edit({ 'notes.txt': 'a' });
      const waiting = await proposing.run();
      expect([pushed(waiting), waiting.plan.held[0]!.reasons]).toEqual([
        [],
        [{ gate: 'review', reason: `branch ${BRANCH} waits to be merged; delete it if it was squashed or rebased` }],
      ]);
      repository.pull();
      repository.git(repository.work, 'fetch', '--quiet', 'origin', BRANCH);
      repository.git(repository.work, 'merge', '--quiet', '--no-edit', 'FETCH_HEAD');
      repository.push('merged');
      expect(await proposing.run()).toMatchObject({ done: [], plan: { promotions: [], held: [] } });
      const place = { environment: 'production', team: 'fraud', model: 'churn' };
      const back = await proposing.run({ place, by: 'Anna', backTo: undefined });
      expect([back.done[0]!.proposal!.branch, back.plan.held]).toEqual(['promotion/production/fraud/churn/2-1', []]);
    });

    it('proposes the same again once the branch is gone that was squashed', async () => {
      await proposing.run();
      repository.edit({ [PIN]: PINS.replace('version: 1', 'version: 2') }, 'squashed');
      repository.edit({ [PIN]: PINS }, 'taken back');
      expect((await proposing.run()).plan.held[0]!.reasons[0]!.reason).toContain('delete it if it was squashed');
      repository.git(repository.bare, 'update-ref', '-d', `refs/heads/${BRANCH}`);
      expect((await proposing.run()).done[0]!.proposal!.branch).toBe(BRANCH);
    });
  });
});
