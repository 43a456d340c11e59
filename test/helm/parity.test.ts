import { HELMS } from '../judges/helm/binaries';
import { ChartFolder } from '../judges/helm/chart-folder';
import { disagreements, renderings } from '../judges/helm/parity';
import { describeJudged } from '../judges/judge';
import { jobChart, webChart } from './web-chart';

/** Values at random; the judges take more. */
const RUNS = 25;

describe.each([webChart(), jobChart()])('the chart $name', chart => {
  const charts = new ChartFolder();
  let folder: string;
  beforeAll(() => (folder = charts.write(chart)), 60_000);
  afterAll(() => charts.remove());

  HELMS.forEach((helm, turn) => {
    describeJudged(helm.name, helm.missing, () => {
      it('prints what the constructs build', async () => {
        expect(await disagreements(helm, chart, folder, renderings(chart, RUNS, turn))).toEqual([]);
      }, 60_000);
    });
  });
});
