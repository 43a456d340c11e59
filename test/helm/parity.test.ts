import { HELMS } from '../judges/helm/binaries';
import { crowdDisagreements, renderings } from '../judges/helm/parity';
import { CHARTS, folderOf } from '../judges/helm/published';
import { describeJudged } from '../judges/judge';

/** Values at random for each chart; the judges take more. */
const RUNS = 25;

describe.each(CHARTS)('the chart $name', chart => {
  HELMS.forEach((helm, turn) => {
    describeJudged(helm.name, helm.missing, () => {
      it('prints what the constructs build', async () => {
        expect(await crowdDisagreements(helm, chart, folderOf(chart), renderings(chart, RUNS, turn))).toEqual([]);
      }, 60_000);
    });
  });
});
