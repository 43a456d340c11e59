import { HELMS } from '../judges/helm/binaries';
import { crowdDisagreements, renderings } from '../judges/helm/parity';
import { CHARTS, folderOf } from '../judges/helm/published';
import type { Rendering } from '../judges/helm/template';
import { describeJudged } from '../judges/judge';

/** Values at random for each chart; the judges take more. */
const RUNS = 25;

describe.each(CHARTS)('the chart $name', chart => {
  let given: readonly Rendering[];
  beforeAll(() => (given = renderings(chart, RUNS, 1)), 60_000);

  for (const helm of HELMS) {
    describeJudged(helm.name, helm.missing, () => {
      it('prints what the constructs build', async () => {
        expect(await crowdDisagreements(helm, chart, folderOf(chart), given)).toEqual([]);
      }, 60_000);
    });
  }
});
