import { z } from 'zod';
import { PlatformError } from '../../lib/core/platform-error';
import { translate } from '../../lib/helm/translate';
import { expectRefusal } from '../support';
import { configMap, printedBy, sourceOf, thing } from './charts';
import { flag, name, number } from './nasty/values';
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
});
