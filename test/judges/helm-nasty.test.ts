import { translate } from '../../lib/helm/translate';
import { printedBy, sourceOf } from '../helm/charts';
import { NASTY } from '../helm/nasty';
import { HELMS } from './helm/binaries';
import { SmallChart } from './helm/small-chart';
import { describeJudged } from './judge';

const SAMPLES = 2000;
const ASKED = 3;

describe('A construct that is hard to translate', () => {
  for (const helm of HELMS) {
    describeJudged(helm.name, helm.missing, () => {
      test.each(NASTY.filter(({ refused }) => refused === undefined))(
        'prints the same in a template when it $does',
        async ({ values, build }) => {
          const source = sourceOf(values, build, SAMPLES);
          const { tree } = translate(source);
          const chart = new SmallChart(source);
          try {
            const asked = source.samples.filter((_, index) => index % Math.floor(SAMPLES / ASKED) === 7);
            expect(await chart.difference(helm, printedBy(source, tree), asked)).toBeUndefined();
          } finally {
            chart.remove();
          }
        },
        60_000,
      );
    });
  }
});
