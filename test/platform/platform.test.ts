import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ApiObject, Chart, type App } from 'cdk8s';
import { Construct } from 'constructs';
import { Platform, PlatformError, type Environment, type Team } from '../../lib';
import { collect } from '../../lib/core/platform-error';
import { expectRefusal } from '../support';
import { note, SMALL, useWorkspace } from './workspace';

const INDEX = '.cdk8s-mlops.json';
const PROOFS = '.isolation.json';
const work = useWorkspace();

/** A platform whose teams, given as `<environment>/<team>`, hold one note each. */
function platformOf(teams: Readonly<Record<string, string | ((team: Team) => void)>>): Platform {
  const platform = work().platform();
  const environments = new Map<string, Environment>();
  for (const [place, declared] of Object.entries(teams)) {
    const [environment = '', team = ''] = place.split('/');
    if (!environments.has(environment)) {
      environments.set(environment, platform.environments({ [environment]: {} })[0]!);
    }
    const declare = typeof declared === 'string' ? (scope: Team) => void note(scope, 'note', declared) : declared;
    environments.get(environment)!.team(team, SMALL, declare);
  }
  return platform;
}

/** The verdict of a run that built everything. */
const proven = (namespaces: number) => ({
  isolation: { proven: namespaces, remembered: 0, unknown: [], assumptions: expect.any(Array) },
});

const THREE = { 'staging/fraud': 'one', 'staging/search': 'two', 'production/fraud': 'three' };

describe('Platform.synth', () => {
  test('writes one file for each team in each environment, and the list of them', () => {
    const summary = platformOf(THREE).synth();
    const files = ['staging/fraud.k8s.yaml', 'staging/search.k8s.yaml', 'production/fraud.k8s.yaml'];
    expect(summary).toEqual({ written: files, unchanged: 0, removed: [], ...proven(3) });
    expect(work().paths()).toEqual([INDEX, PROOFS, ...files, 'production', 'staging'].sort());
    expect(JSON.parse(work().read(`dist/${INDEX}`))).toEqual({ files: [...files].sort() });
    expect(work().read('dist/production/fraud.k8s.yaml')).toContain('\n  text: three\n');
  });

  test('writes nothing when nothing changed, also when the same Platform runs twice', () => {
    const platform = platformOf(THREE);
    platform.synth();
    const before = work().content();
    expect(platform.synth()).toEqual({ written: [], unchanged: 3, removed: [], ...proven(3) });
    expect(platformOf(THREE).synth()).toEqual({ written: [], unchanged: 3, removed: [], ...proven(3) });
    expect(work().content()).toEqual(before);
  });

  test('writes the one file that changed and leaves the others alone', () => {
    platformOf(THREE).synth();
    const { 'staging/search.k8s.yaml': changed, ...before } = work().content();
    const summary = platformOf({ ...THREE, 'staging/search': 'changed' }).synth();
    expect(summary).toEqual({ written: ['staging/search.k8s.yaml'], unchanged: 2, removed: [], ...proven(3) });
    const { 'staging/search.k8s.yaml': now, ...after } = work().content();
    expect(after).toEqual(before);
    expect(now).not.toBe(changed);
  });

  test('removes what it wrote and nothing produces any more, and folders that are empty then', () => {
    platformOf(THREE).synth();
    const summary = platformOf({ 'staging/fraud': 'one' }).synth();
    expect(summary).toEqual({
      written: [],
      unchanged: 1,
      removed: ['production/fraud.k8s.yaml', 'staging/search.k8s.yaml'],
      ...proven(1),
    });
    expect(work().paths()).toEqual([INDEX, PROOFS, 'staging', 'staging/fraud.k8s.yaml']);
    expect(JSON.parse(work().read(`dist/${INDEX}`))).toEqual({ files: ['staging/fraud.k8s.yaml'] });
  });

  test('does not count as removed what somebody removed before', () => {
    platformOf(THREE).synth();
    work().write('dist/production/notes.txt', 'mine');
    const summary = platformOf({ 'staging/fraud': 'one' }).synth();
    expect(summary.removed).toContain('production/fraud.k8s.yaml');
    expect(platformOf({ 'staging/fraud': 'one' }).synth().removed).toEqual([]);
    expect(work().paths()).toEqual([
      INDEX,
      PROOFS,
      'production',
      'production/notes.txt',
      'staging',
      'staging/fraud.k8s.yaml',
    ]);
  });

  test('never touches files and folders of others', () => {
    const foreign = ['README.md', 'staging/kustomization.yaml', 'staging/other.k8s.yaml', 'own/team.k8s.yaml'];
    foreign.forEach(file => work().write(`dist/${file}`, 'mine'));
    const before = work().content();
    platformOf(THREE).synth();
    platformOf({ 'production/fraud': 'three' }).synth();
    expect(work().content()).toMatchObject(before);
  });

  test('refuses to replace a file that it did not write, and then writes nothing at all', () => {
    work().write('dist/staging/search.k8s.yaml', 'mine');
    const before = work().content();
    expectRefusal(
      () => platformOf(THREE).synth(),
      `[${join(work().dist, 'staging/search.k8s.yaml')}] the file is in the way: it is not in the list of files that ` +
        'synthesis wrote; move it away, or remove it if it may be replaced',
    );
    expect(work().content()).toEqual(before);
  });

  test('takes a file for its own that holds the right bytes already, as after a lost list', () => {
    platformOf(THREE).synth();
    const before = work().content();
    work().write(`dist/${INDEX}`, '{"files": []}');
    expect(platformOf(THREE).synth()).toEqual({ written: [], unchanged: 3, removed: [], ...proven(3) });
    expect(work().read(`dist/${INDEX}`)).toBe(before[INDEX]!.slice(before[INDEX]!.indexOf('{')));
  });

  test('puts right what was checked out with the line ends of Windows', () => {
    platformOf(THREE).synth();
    const [file, text] = ['dist/staging/fraud.k8s.yaml', work().read('dist/staging/fraud.k8s.yaml')];
    [file, `dist/${INDEX}`].forEach(one => work().write(one, work().read(one).replaceAll('\n', '\r\n')));
    expect(platformOf(THREE).synth().written).toEqual(['staging/fraud.k8s.yaml']);
    expect(work().read(file)).toBe(text);
    expect(work().read(`dist/${INDEX}`)).not.toContain('\r');
  });

  test('writes to CDK8S_OUTDIR as cdk8s does, and to dist without it', () => {
    const known = process.env['CDK8S_OUTDIR'];
    try {
      process.env['CDK8S_OUTDIR'] = join(work().root, 'elsewhere');
      expect(new Platform({ name: 'ml' }).outdir).toBe(join(work().root, 'elsewhere'));
      delete process.env['CDK8S_OUTDIR'];
      expect(new Platform({ name: 'ml' }).outdir).toBe('dist');
    } finally {
      if (known !== undefined) {
        process.env['CDK8S_OUTDIR'] = known;
      }
    }
  });

  test.each([
    [{ secrets: 'dist/secrets' }, 'dist/secrets', 'dist'],
    [{ secrets: 'dist' }, 'dist', 'dist'],
    [{ outdir: '/work/out', secrets: '/work/out/a/b' }, '/work/out/a/b', '/work/out'],
  ])('refuses Secrets among the manifests: %j', (props, secrets, outdir) => {
    expectRefusal(
      () => new Platform({ name: 'ml', outdir: 'dist', ...props }),
      `[Platform] secrets ("${secrets}") lies in the folder of the manifests ("${outdir}"), from which Argo CD applies ` +
        'everything; name a folder beside it',
    );
  });

  test.each(['secrets', '../dist/../secrets', 'distant'])('takes Secrets beside them: %s', secrets => {
    expect(() => new Platform({ name: 'ml', outdir: 'dist', secrets })).not.toThrow();
  });

  test('refuses a platform without teams, rather than to remove everything', () => {
    platformOf(THREE).synth();
    const before = work().content();
    const platform = work().platform();
    expect(platform.environments({})).toEqual([]);
    expectRefusal(() => platform.synth(), '[Platform] no team is declared; declare one with environment.team()');
    expect(work().content()).toEqual(before);
  });
});

describe('Platform.synth of one unit', () => {
  const broken = {
    ...THREE,
    'staging/search': () => {
      throw new PlatformError('here', 'is a mistake', 'mend it');
    },
  };

  test('writes it alone although others are broken, and adds it to the list', () => {
    expect(platformOf(broken).synth({ only: 'staging/fraud' }).written).toEqual(['staging/fraud.k8s.yaml']);
    expect(work().paths()).toEqual([INDEX, PROOFS, 'staging', 'staging/fraud.k8s.yaml']);
    expect(platformOf(broken).synth({ only: 'production/fraud' }).written).toEqual(['production/fraud.k8s.yaml']);
    expect(JSON.parse(work().read(`dist/${INDEX}`)).files).toEqual([
      'production/fraud.k8s.yaml',
      'staging/fraud.k8s.yaml',
    ]);
    const isolation = { proven: 1, remembered: 1, unknown: ['staging/search'], assumptions: expect.any(Array) };
    expect(platformOf(broken).synth({ only: 'staging/fraud' })).toEqual({
      written: [],
      unchanged: 1,
      removed: [],
      isolation,
    });
  });

  test('removes nothing', () => {
    platformOf(THREE).synth();
    const summary = platformOf({ 'staging/fraud': 'changed' }).synth({ only: 'staging/fraud' });
    expect(summary).toEqual({
      written: ['staging/fraud.k8s.yaml'],
      unchanged: 0,
      removed: [],
      ...proven(1),
    });
    expect(work().paths()).toContain('production/fraud.k8s.yaml');
    expect(JSON.parse(work().read(`dist/${INDEX}`)).files).toHaveLength(3);
  });

  test('refuses one that is unknown and lists those that exist', () => {
    expectRefusal(
      () => platformOf(THREE).synth({ only: 'staging/freud' }),
      '[Platform] there is no unit "staging/freud"; use <environment>/<team>, one of: staging/fraud, staging/search, ' +
        'production/fraud',
    );
    expect(existsSync(work().dist)).toBe(false);
  });

  test('does not list hundreds', () => {
    const teams = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`staging/t${index}`, 'text']));
    expect(() => platformOf(teams).synth({ only: '' })).toThrow(/ staging\/t9, …$/);
  });
});

describe('Platform.synth with mistakes', () => {
  const mistake = (team: Team) => {
    throw new PlatformError(new Construct(team, 'churn'), 'replicas must be at least 1, got 0', 'write 1');
  };

  test.each([
    ['a mistake', mistake, 'replicas must be at least 1'],
    [
      'a defect',
      (team: Team) => {
        note(team, 'note');
        (undefined as unknown as { gone(): void }).gone();
      },
      "Cannot read properties of undefined (reading 'gone')",
    ],
  ])('leaves the folder as it was after %s in the last unit, also where one before it changed', (_, last, message) => {
    platformOf(THREE).synth();
    const before = work().content();
    const changed = platformOf({ 'staging/fraud': 'changed', 'staging/new': 'new', 'production/fraud': last });
    expect(() => changed.synth()).toThrow(message);
    expect(work().content()).toEqual(before);
  });

  test('lets a defect through as it is', () => {
    const defect = new TypeError('a defect');
    const platform = platformOf({
      'staging/a': () => {
        throw defect;
      },
    });
    expect(() => platform.synth()).toThrow(defect);
  });

  test('tells those of all units together, with environment, team and construct', () => {
    const late = (team: Team) => {
      const construct = new Construct(team, 'batch');
      construct.node.addValidation({ validate: () => ['is too large', 'is too old'] });
      note(construct, 'twin', 'one', 'same');
      note(construct, 'other', 'two', 'same');
    };
    expectRefusal(
      () => platformOf({ 'staging/fraud': mistake, 'staging/search': 'fine', 'production/fraud': late }).synth(),
      [
        '[staging/fraud/churn] replicas must be at least 1, got 0; write 1',
        '[production/fraud/batch] is too large',
        '[production/fraud/batch] is too old',
        '[production/fraud/batch/other] ConfigMap "same" is defined by fraud/batch/twin already; ' +
          'give one of them another id or name',
      ].join('\n'),
    );
  });

  test('names the unit where a mistake is in no construct', () => {
    const platform = work().platform();
    const network = { pods: ['10.244.0.0'] };
    platform.environments({ staging: { network } })[0]!.team('fraud', SMALL);
    platform.environments({ production: {} })[0]!.team('fraud', SMALL, () => {
      throw new PlatformError('SecretSource.existing', '"A B" cannot name a Secret');
    });
    expect(() => platform.synth()).toThrow(
      /^\[staging\/fraud\] "10\.244\.0\.0" is no CIDR; .*\n\[production\/fraud: SecretSource\.existing\] "A B" cannot/,
    );
  });

  it('tells two constructs with one id as any other mistake: they are no models', () => {
    const platform = platformOf({ 'staging/fraud': team => void [note(team, 'note'), note(team, 'note')] });
    expect(collect(() => platform.synth()).map(({ kind }) => kind)).toEqual([undefined]);
  });

  test.each<[string, (team: Team) => void, string]>([
    [
      'a chart inside of the team',
      team => note(new Chart(team, 'inner'), 'note'),
      '[staging/fraud/inner] a second chart in a unit would be a file of its own; make it a Construct below the team',
    ],
    [
      'a chart beside the team',
      team => note(new Chart(team.node.root as App, 'beside'), 'note'),
      '[staging/fraud: beside] a second chart in a unit would be a file of its own; make it a Construct below the team',
    ],
    [
      'two constructs with one id',
      team => [note(team, 'note'), note(team, 'note')],
      "[staging/fraud] There is already a Construct with name 'note' in Team [fraud]; give one of the two another id",
    ],
    [
      'objects that depend on each other in a circle',
      team => {
        const [one, two] = [note(team, 'one'), note(team, 'two')];
        one.addDependency(two);
        two.addDependency(one);
      },
      '[staging/fraud] Dependency cycle detected: fraud/one => fraud/two => fraud/one; remove one of these dependencies',
    ],
    [
      'an async callback',
      async team => {
        note(team, 'first');
        await Promise.reject(new Error('what it would have said'));
        note(team, 'lost');
      },
      '[staging/fraud] the callback that declares the team is async, so what it declares after its first await would ' +
        'be lost; make it a plain function, and await what it needs before environment.team()',
    ],
  ])('refuses %s', (_, declare, message) => {
    expectRefusal(() => platformOf({ 'staging/fraud': declare }).synth(), message);
    expect(existsSync(join(work().dist, 'staging'))).toBe(false);
  });

  test('tells a folder that cannot be written once, and not for each team', () => {
    work().write('dist', 'a file');
    expect(() => platformOf({ 'staging/fraud': 'one', 'staging/search': 'two' }).synth()).toThrow(
      /^\[\S+\/dist\] \w+: .*; make it a folder that can be written$/,
    );
  });

  test('takes objects of one name that differ in kind or namespace', () => {
    const platform = platformOf({
      'staging/fraud': team => {
        note(team, 'own', 'text', team.teamNamespace.quota.name);
        const metadata = { name: team.teamNamespace.quota.name, namespace: 'elsewhere' };
        new ApiObject(team, 'other', { apiVersion: 'v1', kind: 'ConfigMap', metadata });
      },
    });
    expect(platform.synth().written).toHaveLength(1);
  });
});
