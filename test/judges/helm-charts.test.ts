import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HELMS } from './helm/binaries';
import { ChartFolder } from './helm/chart-folder';
import { disagreements, renderings } from './helm/parity';
import { readWithGo } from './helm/referee';
import { selectorsOf } from './helm/selectors';
import { Parent } from './helm/subchart';
import { ask, each, template, tryTemplate } from './helm/template';
import { HelmUmbrella } from '../../lib/helm/helm-umbrella';
import { packageChart, packageName } from '../../lib/helm/package-chart';
import { readContract } from '../../lib/helm/read-contract';
import { refusedValues } from '../../lib/helm/refused-values';
import type { Values } from '../../lib/helm/samples';
import { byIdentity } from '../../lib/helm/sample';
import type { Json } from '../../lib/helm/value-node';
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

      it('is one that another chart can bring along, under another name', async () => {
        const [values = {}] = Object.values(chart.props.ci ?? {});
        for (const global of [undefined, { region: 'eu' }]) {
          const parent = charts.write(new Parent(chart, 'other', values, global));
          const rendering = { name: 'demo', namespace: 'default', values: {} };
          const [printed] = await readWithGo(helm, [await template(helm, parent, rendering)]);
          const alone = byIdentity(chart.synth(values, { name: 'demo', namespace: 'default' }));
          expect(printed!.map(object => (object as any).kind).sort()).toEqual(
            [...alone.values()].map(object => (object as any).kind).sort(),
          );
          // Helm gives a chart that is brought along its other name.
          expect(printed!.every(object => (object as any).metadata.name.startsWith('demo-other'))).toBe(true);
        }
      });

      it('can be installed twice in one namespace', async () => {
        const [values = {}] = Object.values(chart.props.ci ?? {});
        const texts = await each(['one', 'two'], name =>
          template(helm, folder, { name, namespace: 'default', values }),
        );
        const [one, two] = (await readWithGo(helm, texts)) as [Json[], Json[]];
        expect([...byIdentity(one).keys()].filter(id => byIdentity(two).has(id))).toEqual([]);
        expect(selectorsOf(one).filter(selector => selectorsOf(two).includes(selector))).toEqual([]);
      });

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

describe('a letter that ends a line in YAML 1.1, in a key', () => {
  const charts = new ChartFolder();
  afterAll(() => charts.remove());

  for (const helm of HELMS) {
    describeJudged(helm.name, helm.missing, () => {
      const outcome = helm.name === 'helm3' ? 'is refused where a chart has a schema' : 'is printed';
      it(
        outcome,
        async () => {
          const web = webChart();
          const rendering = { name: 'demo', namespace: 'default', values: { data: { 'a\u0085b': 'c' } } };
          const act = disagreements(helm, web, charts.write(web), [rendering]);
          await (helm.name === 'helm3'
            ? expect(act).rejects.toThrow('did not find expected')
            : expect(act).resolves.toEqual([]));
        },
        60_000,
      );
    });
  }
});

describe('an umbrella', () => {
  const charts = new ChartFolder();
  const [web, job] = [webChart(), jobChart()];
  const umbrella = new HelmUmbrella({
    name: 'all',
    version: '0.2.0',
    description: 'All of it.',
    icon: 'https://example.com/icon.png',
    parts: [{ chart: web }, { chart: web, alias: 'second', values: { replicas: 3 } }, { chart: job, enabled: false }],
  });
  const file = join(charts.path, packageName(umbrella));
  beforeAll(() => {
    [web, job, umbrella].forEach(chart => charts.write(chart));
    writeFileSync(file, packageChart(umbrella));
  }, 60_000);
  afterAll(() => charts.remove());

  for (const helm of HELMS) {
    describeJudged(helm.name, helm.missing, () => {
      const names = async (values: Values): Promise<string[]> => {
        const text = await template(helm, file, { name: 'demo', namespace: 'default', values });
        const [objects] = await readWithGo(helm, [text]);
        return [...byIdentity(objects!).keys()].sort();
      };

      it('prints the parts that are on', async () => {
        const both = [
          'apps/v1/Deployment//demo-second',
          'apps/v1/Deployment//demo-web',
          'v1/Service//demo-second',
          'v1/Service//demo-web',
        ];
        expect(await names({})).toEqual(both);
        expect(
          await names({
            web: { enabled: false },
            second: { enabled: false },
            job: { enabled: true, bucket: { name: 'data' } },
          }),
        ).toEqual(['v1/ConfigMap//demo-job']);
      });

      it('refuses values that a part does not take, and parts that it does not have', async () => {
        for (const [values, key] of [
          [{ web: { replicas: 99 } }, 'replicas'],
          [{ web: { image: null } }, 'image'],
          [{ wab: { enabled: true } }, 'wab'],
        ] as const) {
          const { status, stderr } = await tryTemplate(helm, file, { name: 'demo', namespace: 'default', values });
          expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(key) });
        }
      });

      it('has nothing that lint warns of, and finds its parts beside it', async () => {
        expect((await ask(helm, ['lint', '--strict', file])).stdout).not.toContain('WARNING');
        expect(await ask(helm, ['dependency', 'build', join(charts.path, 'all')])).toMatchObject({ status: 0 });
        const { status, stdout } = await tryTemplate(helm, join(charts.path, 'all'), {
          name: 'demo',
          namespace: 'n',
          values: {},
        });
        expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('demo-second') });
        rmSync(join(charts.path, 'all', 'charts'), { recursive: true });
        rmSync(join(charts.path, 'all', 'Chart.lock'));
      });
    });
  }
});
