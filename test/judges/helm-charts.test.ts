import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HELMS } from './helm/binaries';
import { ChartFolder } from './helm/chart-folder';
import { Crowd } from './helm/crowd';
import { differences, disagreements, inReleases, renderings } from './helm/parity';
import { CHARTS, folderOf, UMBRELLAS } from './helm/published';
import { readWithGo } from './helm/referee';
import { selectorsOf } from './helm/selectors';
import { Parent } from './helm/subchart';
import { ask, each, template, tryTemplate } from './helm/template';
import { AssembledUmbrella } from './helm/umbrella';
import { HelmChart } from '../../lib/helm/helm-chart';
import { HelmUmbrella } from '../../lib/helm/helm-umbrella';
import { packageChart, packageName } from '../../lib/helm/write/package-chart';
import { readContract } from '../../lib/helm/values/read-contract';
import { refusedValues, type RefusedValues } from '../helm/refused-values';
import type { Values } from '../../lib/helm/values/samples';
import { byIdentity } from '../../lib/helm/prove/sample';
import type { Json } from '../../lib/helm/values/value-node';
import { jobChart, webChart } from '../helm/web-chart';
import { describeJudged, isInstalled } from './judge';
import { PROJECT } from './manifests';
import { run } from './npm';

/** Random values in the short run; `HELM_RUNS=200` asks for more. */
const RUNS = Number(process.env['HELM_RUNS'] ?? 10);

/** Of the bad values of a part, one of so many is tried in a chart of charts: the part's own test has all of them. */
const EVERY = 25;

/** Charts of which a namespace has one, because it is what they are about. */
const ONCE = ['team-namespace'];

describe.each([...CHARTS, webChart(), jobChart()])('the chart $name', chart => {
  const charts = new ChartFolder();
  const published = CHARTS.includes(chart);
  let folder: string;
  beforeAll(() => (folder = published ? folderOf(chart) : charts.write(chart)), 60_000);
  afterAll(() => charts.remove());

  for (const helm of HELMS) {
    describeJudged(helm.name, helm.missing, () => {
      it('prints what the constructs build', async () => {
        expect(await disagreements(helm, chart, folder, renderings(chart, RUNS, RUNS))).toEqual([]);
      }, 600_000);

      it('refuses values that break the rules, and names the key', async () => {
        const refused = refusedValues(readContract(chart.props.values), chart.samples.least());
        const rendering = { name: 'demo', namespace: 'team-a' };
        const [{ values }] = refused as [RefusedValues];
        expect(await tryTemplate(helm, folder, { ...rendering, values })).toMatchObject({
          status: 1,
          stderr: expect.stringContaining(refused[0]!.key),
        });
        const crowd = new Crowd(chart, folder, refused.length + 1);
        try {
          const given = [...refused.map(each => each.values), chart.samples.least()];
          const said = await crowd.refusals(helm, { ...rendering, values: given });
          expect(refused.filter(({ key }, index) => !said[index]?.includes(key))).toEqual([]);
          expect(said.at(-1)).toBeUndefined();
        } finally {
          crowd.remove();
        }
      }, 600_000);

      it('is one that another chart can bring along, under another name', async () => {
        const [values = {}] = Object.values(chart.props.ci ?? {});
        const rendering = { name: 'demo', namespace: 'team-a', values };
        // Helm gives a chart that is brought along its other name.
        const built = new HelmChart({ ...chart.props, name: 'other' }).synth(values, rendering);
        for (const global of [undefined, { region: 'eu' }]) {
          const parent = charts.write(new Parent(chart, folder, 'other', values, global));
          const [printed] = await readWithGo(helm, [await template(helm, parent, { ...rendering, values: {} })]);
          expect(differences(rendering, printed!, built)).toEqual([]);
        }
      }, 60_000);

      if (!ONCE.includes(chart.name)) {
        it('can be installed twice in one namespace', async () => {
          const [{ fullnameOverride: _, ...values } = {} as Values] = Object.values(chart.props.ci ?? {});
          const texts = await each(['one', 'two'], name =>
            template(helm, folder, { name, namespace: 'team-a', values }),
          );
          const [one, two] = (await readWithGo(helm, texts)) as [Json[], Json[]];
          expect([...byIdentity(one).keys()].filter(id => byIdentity(two).has(id))).toEqual([]);
          expect(selectorsOf(one).filter(selector => selectorsOf(two).includes(selector))).toEqual([]);
        });
      }

      it('has nothing that lint warns of', async () => {
        const files = Object.keys(chart.props.ci ?? {}).map(name => `${folder}/ci/${name}-values.yaml`);
        for (const file of chart.asks ? files : [`${folder}/values.yaml`, ...files]) {
          const { status, stdout, stderr } = await ask(helm, [
            'lint',
            '--strict',
            folder,
            '--namespace',
            'team-a',
            '--values',
            file,
          ]);
          expect({ status, stdout, stderr }).toEqual({
            status: 0,
            stdout: expect.not.stringContaining('WARNING'),
            stderr: '',
          });
        }
      }, 60_000);
    });
  }
});

if (UMBRELLAS.length > 0) {
  describe.each(UMBRELLAS)('the chart of charts $name', umbrella => {
    const charts = new ChartFolder();
    const assembled = new AssembledUmbrella(umbrella, join(PROJECT, 'charts'));
    let folder: string;
    beforeAll(() => (folder = charts.write(assembled)));
    afterAll(() => charts.remove());

    for (const helm of HELMS) {
      describeJudged(helm.name, helm.missing, () => {
        it('prints what the constructs of its parts build', async () => {
          const given = [{}, ...Object.values(umbrella.props.ci ?? {}), ...assembled.sample(RUNS, RUNS)];
          expect(await disagreements(helm, assembled, folder, inReleases(umbrella, given, RUNS))).toEqual([]);
        }, 600_000);

        it('is one that another chart can bring along, under another name', async () => {
          const rendering = { name: 'demo', namespace: 'team-a' };
          for (const [values = {}, global] of [[], [{}, { region: 'eu' }], Object.values(umbrella.props.ci ?? {})]) {
            const parent = charts.write(new Parent(umbrella, folder, 'other', values, global));
            const [printed] = await readWithGo(helm, [await template(helm, parent, { ...rendering, values: {} })]);
            const built = assembled.synth(values, rendering);
            expect(differences({ ...rendering, values }, printed!, built)).toEqual([]);
          }
        }, 60_000);

        it('refuses values that break the rules of a part, parts that it does not have, and names the key', async () => {
          const wrong = umbrella.props.parts.flatMap(({ chart, alias = chart.name }) =>
            refusedValues(readContract(chart.props.values), chart.samples.least())
              .filter((_, index) => index % EVERY === 0)
              .map(({ values, key }) => ({ values: { [alias]: { enabled: true, ...values } }, key })),
          );
          const refused = [...wrong, { values: { unheard: { enabled: true } }, key: 'unheard' }];
          const said = await each(refused, ({ values }) =>
            tryTemplate(helm, folder, { name: 'demo', namespace: 'team-a', values }),
          );
          expect(
            refused.filter(({ key }, index) => said[index]!.status !== 1 || !said[index]!.stderr.includes(key)),
          ).toEqual([]);
        }, 600_000);

        it('has nothing that lint warns of', async () => {
          const files = Object.keys(umbrella.props.ci ?? {}).map(name => `${folder}/ci/${name}-values.yaml`);
          for (const file of [`${folder}/values.yaml`, ...files]) {
            const { status, stdout } = await ask(helm, ['lint', '--strict', folder, '--values', file]);
            expect({ status, stdout }).toEqual({ status: 0, stdout: expect.not.stringContaining('WARNING') });
          }
        }, 60_000);

        it.each(['default', 'kube-system'])(
          'refuses the namespace %s, with which its namespace for a team comes',
          async namespace => {
            expect(await tryTemplate(helm, folder, { name: 'demo', namespace, values: {} })).toMatchObject(
              refusesNamespace(namespace),
            );
          },
        );
      });
    }
  });
}

/** What Helm says of a chart for a team's namespace. */
const refusesNamespace = (namespace: string) => ({
  status: 1,
  stderr: expect.stringContaining(
    `the namespace "${namespace}" is Kubernetes' own: give the team a namespace of its own, by --namespace`,
  ),
});

describe('the chart team-namespace', () => {
  for (const helm of HELMS) {
    describeJudged(helm.name, helm.missing, () => {
      it.each(['default', 'kube-system', 'kube-public'])('refuses the namespace %s', async namespace => {
        const folder = folderOf({ name: 'team-namespace' });
        expect(await tryTemplate(helm, folder, { name: 'demo', namespace, values: {} })).toMatchObject(
          refusesNamespace(namespace),
        );
      });
    });
  }
});

describeJudged('ct', isInstalled('ct') ? undefined : 'ct is not on the PATH', () => {
  it.each(CHARTS)(
    'finds nothing in $name',
    chart => {
      const flags = ['--check-version-increment=false', '--validate-maintainers=false', '--charts', folderOf(chart)];
      expect(run(PROJECT, 'ct', 'lint', ...flags)).toMatchObject({ status: 0 });
    },
    60_000,
  );
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
