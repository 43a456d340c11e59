import { translate } from '../../lib/helm/translate';
import type { Json } from '../../lib/helm/value-node';
import { printedBy } from '../helm/charts';
import { sampleChart } from '../helm/sample-chart';
import { HELMS } from './helm/binaries';
import { mutantsOf } from './helm/mutants';
import { SmallChart } from './helm/small-chart';
import { describeJudged } from './judge';

/** Samples to tell a mutant by, few at first: most need no more. */
const STEPS = [4, 24, 80];

/** Without what `toYaml` of Helm changes in structures: control characters that YAML allows only as escapes. */
const isSafe = (values: Json): boolean => {
  const { podLabels, resources, volumes } = values as Record<string, Json>;
  return !/[\u007f-\u009f\u2028\u2029\ufeff]/.test(JSON.stringify([podLabels, resources, volumes]));
};

describe('Samples of values', () => {
  const [helm] = HELMS;
  describeJudged(helm!.name, helm!.missing, () => {
    it('tell a template from any with one mistake', async () => {
      const source = sampleChart(2000);
      const templates = printedBy(source, translate(source).tree);
      const samples = source.samples.filter(isSafe);
      const chart = new SmallChart(source);
      try {
        expect(await chart.difference(helm!, templates, samples.slice(0, STEPS.at(-1)))).toBeUndefined();
        const survivors: string[] = [];
        for (const mutant of mutantsOf(templates)) {
          let found: string | undefined;
          for (const [index, step] of STEPS.entries()) {
            found ??= await chart.difference(helm!, mutant.templates, samples.slice(STEPS[index - 1] ?? 0, step));
          }
          if (found === undefined) {
            survivors.push(mutant.mistake);
          }
        }
        expect(survivors).toEqual([]);
      } finally {
        chart.remove();
      }
    }, 900_000);
  });
});
