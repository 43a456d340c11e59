import { z } from 'zod';
import { PlatformError } from '../../lib/core/platform-error';
import { translate } from '../../lib/helm/translate';
import type { Release } from '../../lib/helm/values/release';
import { literalsOf } from '../../lib/helm/worlds/literals';
import { expectRefusal } from '../support';
import { flag, name, number } from './nasty/values';
import { configMap, printedBy, sourceOf, thing } from './charts';
import { sampleChart } from './sample-chart';

const SAMPLES = 300;

describe('translate', () => {
  it('makes the same templates each time', () => {
    const [one, other] = [1, 2].map(() => {
      const source = sampleChart(SAMPLES);
      return printedBy(source, translate(source).tree);
    });
    expect(one).toEqual(other);
  });

  it('needs few worlds, however many values may be there or not', () => {
    const flags = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${index}`, flag()]));
    const source = sourceOf(
      flags,
      (chart, values, release) => thing(chart, release, { ...values, both: values.f1 && values.f2 ? 1 : undefined }),
      SAMPLES,
    );
    expect(translate(source).figures).toMatchObject({ gates: 40, samples: SAMPLES });
    expect(translate(source).figures.worlds).toBeLessThan(300);
  });

  it('finds pairs of numbers that a construct wants in one order', () => {
    const source = sourceOf(
      { most: number(50, 26), least: number(25, 1) },
      (chart, values, release) => {
        if (values.most < values.least) {
          throw new Error('most is below least');
        }
        thing(chart, release, values);
      },
      SAMPLES,
    );
    expect(printedBy(source, translate(source).tree)['thing.yaml']).toContain('least: {{ .Values.least }}');
  });

  it('leaves the namespace of the release to Helm', () => {
    const source = sourceOf(
      { secret: name('keys') },
      (chart, { secret }, release) => configMap(chart, release.fullname, { secret }),
      SAMPLES,
    );
    expect(printedBy(source, translate(source).tree)['configmap.yaml']).not.toContain('namespace');
  });

  it('tells of a choice that the construct never takes', () => {
    const kind = z.enum(['one', 'two']).default('one').describe('a kind');
    const source = sourceOf({ kind }, (chart, values, release) => {
      if (values.kind === 'two') {
        throw new Error('two is not made yet');
      }
      thing(chart, release, { kind: values.kind });
    });
    expectRefusal(
      () => translate(source),
      '[demo] the schema allows values that the construct refuses: two is not made yet (with whatever else is given with kind "two"); say the rule in the schema too, with a pattern, bounds or a choice',
    );
  });

  it.each<[what: string, build: (list: string[], map: object) => unknown]>([
    ['cut', list => list.slice(0, 5)],
    ['counted', list => (list.length > 4 ? 'many' : 'few')],
    ['cut at their greatest count', list => list.length === 10],
    ['counted as a map', (_list, map) => Object.keys(map).length > 6],
  ])('refuses lists that are %s', (_what, build) => {
    const source = sourceOf(
      {
        list: z.array(z.string()).max(10).default([]).describe('a list'),
        map: z.record(z.string(), z.string()).default({}).describe('a map'),
      },
      (chart, { list, map }, release) => thing(chart, release, { list, map, made: build(list, map) }),
      2000,
    );
    expect(() => translate(source)).toThrow(PlatformError);
  });

  it.each<[what: string, build: (values: any, release: Release) => unknown]>([
    ['a port', ({ port }) => (port === 443 ? 'https' : 'http')],
    ['ports from one on', ({ port }) => (port < 1024 ? 'low' : 'high')],
    ['the beginning of a text', ({ text }) => (text.startsWith('https://') ? 1 : 2)],
    ['a word that a table knows', ({ text }) => new Map([['xlarge', 1]]).get(text as string) ?? 3],
    ['a word of its own', ({ text }) => (text === 'a-word-of-its-own' ? 1 : 2)],
    ['a part of its own', ({ text }) => (text.endsWith('.of-its-own') ? 1 : 2)],
    ['a number of its own', ({ port }) => (port === 12_345 ? 1 : 2)],
    ['a namespace', (_values, { namespace }) => (namespace === 'prod' ? 'warn' : 'debug')],
    ['a release', (_values, { name: release }) => (release === 'canary' ? 1 : 2)],
  ])('never takes what is made of %s for a constant', (_what, build) => {
    const source = {
      ...sourceOf(
        {
          port: z.int().min(1).max(65_535).default(80).describe('a port'),
          text: z.string().default('').describe('a text'),
        },
        (chart, values, release) => thing(chart, release, { ...values, made: build(values, release) }),
        2000,
      ),
      literals: literalsOf(build),
    };
    const made = (): string => printedBy(source, translate(source).tree)['thing.yaml']!;
    let text: string;
    try {
      text = made();
    } catch (error) {
      expect(error).toBeInstanceOf(PlatformError);
      return;
    }
    expect(text).toMatch(/if|made: \{\{/);
  });
});
