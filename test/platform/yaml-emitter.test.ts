import { ApiObject, App, Chart, Yaml } from 'cdk8s';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { buildUnit, type Unit, unitObjects } from '../../lib/platform/unit';
import { emitYaml } from '../../lib/platform/yaml-emitter';

/** Text that YAML, or only version 1.1 of it, reads as something else, and text close to it. */
const NASTY = [
  ...[
    '',
    ' ',
    '~',
    '=',
    '<<',
    '-',
    '--',
    '---',
    '...',
    '?',
    ':',
    '|',
    '>',
    '%',
    '&a',
    '*a',
    '!t',
    '@x',
    '`',
    '#',
    '"',
    "'",
  ],
  ...[
    'y',
    'Y',
    'n',
    'N',
    'yes',
    'No',
    'on',
    'OFF',
    'true',
    'False',
    'null',
    'NULL',
    'nan',
    '.nan',
    '.inf',
    '-.INF',
    'Infinity',
  ],
  ...[
    '0',
    '-0',
    '+1',
    '007',
    '0o7',
    '0x1F',
    '0b1',
    '1_000',
    '1e3',
    '1.',
    '.5',
    '12:30',
    '1:2:3',
    '190:20:30.15',
    '2024-01-01',
  ],
  ...[
    '2024-01-01T00:00:00Z',
    '100m',
    '1Gi',
    '10.0.0.0/8',
    'v1.33',
    'sha256:ab',
    'a:b',
    'a: b',
    'a:',
    ':a',
    'a #b',
    'a#b',
  ],
  ...[
    '- a',
    '-a',
    '--a',
    '--a=b,c',
    '--a: b',
    '---a',
    '--- a',
    '-1',
    '--1',
    '? a',
    '?a',
    '[a]',
    '{a}',
    'a,b',
    ',a',
    'a]',
    'a}',
  ],
  ...[
    '$(X)',
    '(a)',
    '/a',
    '//a',
    '=a',
    '@',
    'a@b',
    'a-',
    'a:b-',
    '*',
    '**',
    '%a',
    '%a\nb',
    '---\na',
    'a\n---\nb',
    'a\n...',
  ],
  ...[
    'a\nb',
    'a\nb\n',
    '\na',
    'a\n\nb\n\n',
    ' a\n b',
    'a \nb',
    'a\n b',
    '\n',
    '\n\n',
    'a\tb',
    '\t',
    'a\r\nb',
    'a\r',
    '# a\nb',
  ],
  ...['é', 'ä\nö', '\u{1F600}', '\ud800', '\u0000', '\u007f', '\u0085', '\u00a0', '\u2028', '\ufeff', 'a\\b', 'a"b\'c'],
  ...[
    'x'.repeat(199),
    'x'.repeat(200),
    'x'.repeat(1100),
    'w '.repeat(90),
    'constructor',
    '__proto__',
    'toString',
    'resolve',
  ],
];
const TEXT = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: fc.constantFrom(...'ab1 :-#\n"\'\\{}[],&*!|>%@`~?=<.\t_/$+'), maxLength: 14 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.array(fc.constantFrom(...NASTY), { minLength: 2, maxLength: 4 }).map(lines => lines.join('\n')),
);
const NUMBER = fc.oneof(
  fc.constantFrom(0, -0, 1.5, 1e21, 1e-7, 2 ** 53, NaN, Infinity, -Infinity),
  fc.integer(),
  fc.double(),
);
const { value: VALUE } = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    { arbitrary: TEXT, weight: 4 },
    { arbitrary: NUMBER, weight: 1 },
    { arbitrary: fc.constantFrom(true, false, null, undefined), weight: 1 },
    { arbitrary: fc.array(tie('value'), { maxLength: 4 }), weight: 2 },
    { arbitrary: map(tie('value')), weight: 4 },
  ),
}));

describe('emitYaml', () => {
  it.each(NASTY)('prints %j as cdk8s does, wherever it stands', text => {
    const places = [text, { a: text }, { [text]: 1 }, { a: { [text]: text } }, [text], { a: [text, [text]] }];
    for (const place of [...places, { a: [{ [text]: [text] }] }, { a: { b: { [text]: { c: [text] } } } }]) {
      expect(emitYaml([place])).toBe(Yaml.stringify(place));
    }
  });

  it('prints any objects as cdk8s does', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(map(VALUE), VALUE), { maxLength: 3 }), objects => {
        expect(emitYaml(objects)).toBe(Yaml.stringify(...objects));
      }),
      { numRuns: 5000, seed: 11 },
    );
  });

  it('prints, or refuses, what is no plain data as cdk8s does', () => {
    for (const odd of [new Date(0), 10n, new Map([['a', 1]]), new Set([1]), Object.create(null) as object, () => 1]) {
      const object = { a: { b: [odd] }, c: odd };
      expect(outcome(() => emitYaml([object]))).toBe(outcome(() => Yaml.stringify(object)));
    }
  });

  it('forgets nothing and mixes nothing up after more texts than it remembers', () => {
    const objects = Array.from({ length: 21_000 }, (_, index) => ({ [`# ${index}`]: `- ${index}` }));
    const text = emitYaml(objects);
    expect(text).toContain('"# 20999": "- 20999"\n');
    expect(emitYaml(objects)).toBe(text);
  });
});

describe('the objects of a unit', () => {
  it('come in the order in which cdk8s prints them', () => {
    const node = fc.record({ parent: fc.nat(), isObject: fc.boolean() });
    const dependency = fc.record({ from: fc.nat(), to: fc.nat() });
    const tree = fc.record({
      nodes: fc.array(node, { minLength: 1, maxLength: 9 }),
      dependencies: fc.array(dependency, { maxLength: 4 }),
    });
    const outcomes = { printed: 0, refused: 0 };
    fc.assert(
      fc.property(tree, ({ nodes, dependencies }) => {
        const define = (app: App): Chart => {
          const chart = new Chart(app, 'team');
          const made: Construct[] = [chart];
          nodes.forEach(({ parent, isObject }, index) => {
            const scope = made[parent % made.length]!;
            made.push(
              isObject
                ? new ApiObject(scope, `o${index}`, { apiVersion: 'v1', kind: 'ConfigMap' })
                : new Construct(scope, `c${index}`),
            );
          });
          // Not the chart: of one that depends on itself, cdk8s prints nothing.
          const below = made.slice(1);
          for (const { from, to } of dependencies) {
            below[from % below.length]!.node.addDependency(below[to % below.length]!);
          }
          return chart;
        };
        const unit: Unit = { name: 'staging/team', folder: 'staging', define };
        const plain = new App();
        define(plain);
        const expected = outcome(() => plain.synthYaml());
        const found = outcome(() => emitYaml(unitObjects(unit, buildUnit(unit, 'dist'))));
        const cycle = /Dependency cycle detected.*/.exec(expected)?.[0];
        expect(found).toEqual(cycle === undefined ? expected : expect.stringContaining(cycle));
        outcomes[cycle === undefined ? 'printed' : 'refused']++;
      }),
      { numRuns: 1000, seed: 13 },
    );
    expect(outcomes.printed).toBeGreaterThan(300);
    expect(outcomes.refused).toBeGreaterThan(50);
  });
});

function map(value: fc.Arbitrary<unknown>): fc.Arbitrary<object> {
  const key = fc.oneof(TEXT, fc.constantFrom('name', 'app.kubernetes.io/name', 'requests.nvidia.com/gpu', '0', '10'));
  return fc.array(fc.tuple(key, value), { maxLength: 4 }).map(entries => Object.fromEntries(entries) as object);
}

function outcome(print: () => string): string {
  try {
    return print();
  } catch (error) {
    return String(error);
  }
}
