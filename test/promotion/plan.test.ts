import * as fc from 'fast-check';
import { parsePins, type Pins } from '../../lib/core/pins';
import { editPin } from '../../lib/promotion/pin-edit';
import { planPromotions, unitOf, type Plan } from '../../lib/promotion/plan';
import { parseRules } from '../../lib/promotion/rules-file';
import type { Evidence, VersionFacts, Wanted } from '../../lib/promotion/wanted';
import { DOUBLE, factsOf } from './memory-registry';

const NOW = new Date('2026-11-18T12:00:00Z'); // a Wednesday

function rulesOf(production = '', more = ''): ReturnType<typeof parseRules> {
  return parseRules(`registries:
  mlflow: { url: http://mlflow.example.com }
environments:
  staging: { alias: candidate }
  production: { alias: champion${production} }
teams:
  fraud: { registry: mlflow${more} }
`);
}
const pinsOf = (texts: Readonly<Record<string, string>>): Map<string, Pins> =>
  new Map(Object.entries(texts).map(([unit, text]) => [unit, parsePins(text, `environments/${unit}.yaml`)]));
const pinned = (lines = '') => pinsOf({ 'production/fraud': `models:\n  churn:\n    version: 7\n${lines}` });
const PLACE = { environment: 'production', team: 'fraud', model: 'churn' };
const wanting = (evidence?: Evidence, version = 8): Wanted[] => [{ ...PLACE, version, evidence }];
const seeing = (facts: Partial<VersionFacts> = {}, more: Partial<Evidence> = {}) =>
  wanting({ facts: factsOf(8, facts), running: DOUBLE, ...more });
const heldBy = ({ held, promotions, unread }: Plan) => {
  expect([promotions, unread]).toEqual([[], []]);
  return held.flatMap(({ reasons }) => reasons.map(({ gate, reason }) => `${gate}: ${reason}`));
};

describe('a plan', () => {
  it('promotes what an alias points to', () => {
    const { promotions, held } = planPromotions(seeing(), pinned(), rulesOf(), NOW);
    expect(promotions).toEqual([
      { ...PLACE, from: 7, version: 8, change: { kind: 'version', digest: undefined }, facts: factsOf(8) },
    ]);
    expect(held).toEqual([]);
  });

  it('asks for what it must know, unless a gate that needs nothing is closed', () => {
    expect(planPromotions(wanting(), pinned(), rulesOf(), NOW).unread).toEqual(wanting());
    const frozen = planPromotions(wanting(), pinned(), rulesOf(), NOW, new Map([['production', 'peak']]));
    expect(heldBy(frozen)).toEqual(['freeze: frozen: peak']);
  });

  it('does nothing about what is pinned already, not pinned, or nobody feeds', () => {
    const nothing = { promotions: [], held: [], unread: [] };
    expect(planPromotions(wanting(undefined, 7), pinned(), rulesOf(), NOW)).toEqual(nothing);
    for (const other of [{ model: 'other' }, { team: 'other' }, { environment: 'other' }, { model: '__proto__' }]) {
      expect(planPromotions([{ ...PLACE, ...other, version: 8 }], pinned(), rulesOf(), NOW)).toEqual(nothing);
    }
  });

  it('keeps the pin of an alias that is gone, and says so', () => {
    const plan = planPromotions([{ ...PLACE, version: undefined }], pinned(), rulesOf(), NOW);
    expect(heldBy(plan)).toEqual(['alias: alias champion is not set, so version 7 stays']);
  });

  const gates = (text: string) => rulesOf(`, gates: { ${text} }`);
  test.each<[string, ReturnType<typeof rulesOf>, Partial<VersionFacts>, Partial<Evidence>, string[]]>([
    ['a tag', gates('tags: { ok: "yes" }'), {}, {}, ['tags: tag ok must be yes, it is not set']],
    [
      'a tag of another value',
      gates('tags: { ok: "yes" }'),
      { tags: new Map([['ok', 'no\u001b[2J']]) },
      {},
      ['tags: tag ok must be yes, it is no�[2J'],
    ],
    [
      'a metric that is too small',
      gates('metrics: { auc: { min: 0.95 } }'),
      {},
      {},
      ['metrics: metric auc must be at least 0.95, it is 0.9'],
    ],
    [
      'a metric that is too large',
      gates('metrics: { auc: { max: 0.5 } }'),
      {},
      {},
      ['metrics: metric auc must be at most 0.5, it is 0.9'],
    ],
    [
      'a metric that is missing',
      gates('metrics: { f1: { min: 0, max: 1 } }'),
      {},
      {},
      ['metrics: metric f1 must be 0 to 1, it has none'],
    ],
    [
      'nobody who approved',
      gates('approval: { tag: by, people: [anna, ben] }'),
      { tags: new Map([['by', 'eve']]) },
      {},
      ['approval: tag by must name anna or ben, it is eve'],
    ],
    [
      'a time outside of the window',
      gates('windows: [{ days: Sat-Sun, from: "08:00", to: "24:00" }]'),
      {},
      {},
      ['window: outside of Sat-Sun 08:00-24:00 UTC'],
    ],
    [
      'a window that has just closed',
      gates('windows: [{ days: Wed, from: "08:00", to: "12:00" }]'),
      {},
      {},
      ['window: outside of Wed 08:00-12:00 UTC'],
    ],
    [
      'a window of another zone',
      gates('windows: [{ days: Mon-Fri, from: "08:00", to: "13:00", zone: Europe/Berlin }]'),
      {},
      {},
      ['window: outside of Mon-Fri 08:00-13:00 Europe/Berlin'],
    ],
    [
      'no soak',
      gates('soak: { environment: staging, time: 2h }'),
      {},
      {},
      ['soak: staging does not have this version'],
    ],
    [
      'too short a soak',
      gates('soak: { environment: staging, time: 2h }'),
      {},
      { soaking: new Date('2026-11-18T11:00:00Z') },
      ['soak: in staging since 2026-11-18T11:00:00.000Z, 1 h to go'],
    ],
    [
      'a new input',
      gates('signature: compatible'),
      {
        file: {
          digest: 'sha256:0',
          pickles: [],
          signature: { ...DOUBLE, inputs: '[{"type":"double","name":"x"},{"type":"long","name":"y"}]' },
        },
      },
      {},
      ['signature: it needs the input y'],
    ],
    [
      'no signature',
      gates('signature: compatible'),
      { file: { digest: 'sha256:0', pickles: [] } },
      {},
      ['signature: the version has no signature'],
    ],
    [
      'an unknown running signature',
      gates('signature: compatible'),
      {},
      { running: undefined },
      ['signature: the signature of the running version is unknown'],
    ],
    [
      'a version that is not ready',
      rulesOf(),
      { status: 'PENDING_REGISTRATION' },
      {},
      ['version: version 8 is PENDING_REGISTRATION, not READY'],
    ],
    [
      'no such version',
      rulesOf(),
      {},
      { facts: undefined },
      ['version: the registry has no version 8; name one that it has, or move the alias'],
    ],
    [
      'a model that runs code',
      rulesOf(),
      { file: { digest: 'sha256:0', pickles: ['python_function'] } },
      {},
      ['pickle: loading python_function runs code from its files; write pickle: allowed'],
    ],
    [
      'a file that says nothing',
      rulesOf(),
      { file: 'MLmodel names no flavors' },
      {},
      ['files: MLmodel names no flavors'],
    ],
    [
      'what was taken back',
      rulesOf(),
      {},
      { takenBack: { commit: 'a'.repeat(40), author: 'Ben' } },
      [
        'taken-back: commit aaaaaaaaaaaa of Ben took version 8 back; move the alias to another version, or insist with mlops promote',
      ],
    ],
  ])('is held by %s', (_, rules, facts, evidence, reasons) => {
    expect(heldBy(planPromotions(seeing(facts, evidence), pinned(), rules, NOW))).toEqual(reasons);
  });

  test.each<[string, ReturnType<typeof rulesOf>, Partial<VersionFacts>, Partial<Evidence>]>([
    [
      'its tags',
      gates('tags: { ok: "yes" }, approval: { tag: by, people: [anna] }'),
      {
        tags: new Map([
          ['ok', 'yes'],
          ['by', 'anna'],
        ]),
      },
      {},
    ],
    ['its metrics', gates('metrics: { auc: { min: 0.9, max: 0.9 } }'), {}, {}],
    [
      'the hour',
      gates('windows: [{ days: Sat, from: "08:00", to: "24:00" }, { days: Fri-Wed, from: "12:00", to: "12:01" }]'),
      {},
      {},
    ],
    ['its soak', gates('soak: { environment: staging, time: 2h }'), {}, { soaking: new Date('2026-11-18T10:00:00Z') }],
    ['its signature', gates('signature: compatible'), {}, {}],
    [
      'a rule for the model',
      rulesOf('', ', models: { churn: { environments: { production: { pickle: allowed } } } }'),
      { file: { digest: 'sha256:0', pickles: ['sklearn'] } },
      {},
    ],
  ])('lets out what is allowed by %s', (_, rules, facts, evidence) => {
    expect(planPromotions(seeing(facts, evidence), pinned(), rules, NOW).promotions).toHaveLength(1);
  });

  it('needs the digest of the next version if the pin has one', () => {
    const pins = pinned(`    digest: sha256:${'1'.repeat(64)}\n`);
    const held = heldBy(planPromotions(seeing(), pins, rulesOf(), NOW));
    expect(held).toEqual([expect.stringContaining('digest: the pin has a digest, so tag mlops.digest')]);
    const digest = `sha256:${'2'.repeat(64)}`;
    const tagged = seeing({ tags: new Map([['mlops.digest', digest]]) });
    expect(planPromotions(tagged, pins, rulesOf(), NOW).promotions[0]!.change).toMatchObject({ digest });
  });

  it('holds a version whose MLmodel is another than the one that another environment recorded', () => {
    const pins = new Map([
      ...pinned(),
      ...pinsOf({ 'staging/fraud': `models:\n  churn:\n    version: 8\n    mlmodel: sha256:${'a'.repeat(64)}\n` }),
    ]);
    expect(heldBy(planPromotions(seeing(), pins, rulesOf(), NOW))).toEqual([
      'files: MLmodel is not the file of version 8 that staging has',
    ]);
  });

  it('holds models whose names differ in capitals alone', () => {
    const pins = pinsOf({ 'production/fraud': 'models:\n  churn:\n    version: 7\n  Churn:\n    version: 7\n' });
    const both = ['churn', 'Churn'].map(model => ({ ...PLACE, model, version: 8 }));
    expect(heldBy(planPromotions(both, pins, rulesOf(), NOW))).toEqual([
      'name: model churn of the same team differs only in capitals; rename one of the two',
      'name: model Churn of the same team differs only in capitals; rename one of the two',
    ]);
  });

  it('goes past gates for a person who insists, but not past what is unsafe', () => {
    const insisting = (facts: Partial<VersionFacts>) =>
      seeing(facts).map(one => ({ ...one, person: { insisted: 'an outage' } }));
    const closed = gates('tags: { ok: "yes" }, windows: [{ days: Sat, from: "08:00", to: "09:00" }]');
    expect(planPromotions(insisting({}), pinned(), closed, NOW).promotions).toHaveLength(1);
    expect(heldBy(planPromotions(insisting({ uri: 'file:///etc/passwd' }), pinned(), closed, NOW))).toHaveLength(1);
  });
});

describe('any plan', () => {
  const environment = fc.constantFrom('staging', 'production', 'other');
  const team = fc.constantFrom('fraud', 'other');
  const model = fc.constantFrom('a', 'b', 'c');
  const version = fc.integer({ min: 1, max: 4 });
  const canary = fc.option(fc.record({ version, percent: fc.integer({ min: 1, max: 99 }) }), { nil: undefined });
  const pin = fc.record({ version, canary }).filter(({ version: stable, canary: tried }) => tried?.version !== stable);
  const world = fc.record({
    pins: fc.dictionary(fc.constantFrom('staging/fraud', 'production/fraud'), fc.dictionary(model, pin)),
    wanted: fc.array(
      fc.record({ environment, team, model, version: fc.option(version, { nil: undefined }) }).map(place => ({
        ...place,
        evidence: { facts: factsOf(place.version ?? 1), running: DOUBLE, changed: new Date('2026-11-18T11:45:00Z') },
      })),
    ),
    canaries: fc.boolean(),
  });
  const textOf = (models: object) => `models: ${JSON.stringify(models)}\n`;

  it('is the same whatever the order of what it is told, and in the order of environments, teams and models', () => {
    fc.assert(
      fc.property(world, fc.nat(), ({ pins, wanted, canaries }, turn) => {
        const known = pinsOf(Object.fromEntries(Object.entries(pins).map(([unit, models]) => [unit, textOf(models)])));
        const rules = rulesOf(canaries ? ', canary: { steps: [5, 50], every: 30m }' : '');
        const distinct = [...new Map(wanted.map(one => [`${unitOf(one)}/${one.model}`, one])).values()];
        const turned = distinct.map((_, index) => distinct[(index + turn) % distinct.length]!);
        const plan = planPromotions(distinct, known, rules, NOW);
        expect(planPromotions(turned, known, rules, NOW)).toEqual(plan);
        const keys = plan.promotions.map(
          ({ environment: at, team: of, model: name }) => `${at === 'staging' ? 0 : 1}${of}${name}`,
        );
        expect(keys).toEqual([...new Set(keys)].sort());
      }),
    );
  });

  it('is done once it is done: applied, it plans none of its promotions again', () => {
    fc.assert(
      fc.property(world, ({ pins, wanted, canaries }) => {
        const texts = new Map(Object.entries(pins).map(([unit, models]) => [unit, textOf(models)]));
        const rules = rulesOf(canaries ? ', canary: { steps: [5, 50], every: 30m }' : '');
        const plan = planPromotions(wanted, pinsOf(Object.fromEntries(texts)), rules, NOW);
        plan.promotions.forEach(one => texts.set(unitOf(one), editPin(texts.get(unitOf(one))!, 'pins', one)));
        const again = wanted.map(one => ({ ...one, evidence: { ...one.evidence, changed: NOW } }));
        expect(planPromotions(again, pinsOf(Object.fromEntries(texts)), rules, NOW).promotions).toEqual([]);
      }),
    );
  });
});
