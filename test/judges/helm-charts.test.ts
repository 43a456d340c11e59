import { HELMS } from './helm/binaries';
import { ChartFolder } from './helm/chart-folder';
import { disagreements, renderings } from './helm/parity';
import { ask, each, tryTemplate } from './helm/template';
import { readContract } from '../../lib/helm/read-contract';
import { refusedValues } from '../../lib/helm/refused-values';
import { jobChart, webChart } from '../helm/web-chart';
import { describeJudged } from './judge';

/** Random values in the short run; `HELM_RUNS=200` asks for more. */
const RUNS = Number(process.env['HELM_RUNS'] ?? 10);

describe.each([webChart(), jobChart()])('the chart $name', chart => {
  const charts = new ChartFolder();
  let folder: string;
  beforeAll(() => (folder = charts.write(chart)), 60_000);
  afterAll(() => charts.remove());

  for (const helm of HELMS) {
    describeJudged(helm.name, helm.missing, () => {
      it('prints what the constructs build', async () => {
        expect(await disagreements(helm, chart, folder, renderings(chart, RUNS, RUNS))).toEqual([]);
      }, 600_000);

      it('refuses values that break the rules, and names the key', async () => {
        const least = chart.samples.least();
        const refused = refusedValues(readContract(chart.props.values), least);
        const answers = await each(refused, ({ values }) =>
          tryTemplate(helm, folder, { name: 'demo', namespace: 'default', values }),
        );
        const wrong = refused.filter((_, index) => {
          const { status, stderr } = answers[index]!;
          return status === 0 || !stderr.includes(refused[index]!.key);
        });
        expect(wrong).toEqual([]);
      }, 600_000);

      it('has nothing that lint warns of', async () => {
        const files = Object.keys(chart.props.ci ?? {}).map(name => `${folder}/ci/${name}-values.yaml`);
        for (const file of chart.asks ? files : [`${folder}/values.yaml`, ...files]) {
          const { status, stdout, stderr } = await ask(helm, ['lint', '--strict', folder, '--values', file]);
          expect({ status, stdout, stderr }).toEqual({
            status: 0,
            stdout: expect.not.stringContaining('WARNING'),
            stderr: '',
          });
        }
      });
    });
  }
});
