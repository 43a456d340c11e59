import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { HELMS } from './helm/binaries';
import { ChartFolder } from './helm/chart-folder';
import { Crowd } from './helm/crowd';
import { ENVIRONMENTS } from './helm/environments';
import { withoutOpaque } from './helm/kubernetes-values';
import { CHARTS, folderOf, UMBRELLAS } from './helm/published';
import { readWithGo } from './helm/referee';
import { each, template } from './helm/template';
import { AssembledUmbrella } from './helm/umbrella';
import { describeJudged, isInstalled } from './judge';
import { judge, missing as noSchemas, VERSIONS } from './kubeconform';
import { PROJECT, type Manifest } from './manifests';
import { checkov } from '../scan/checkov';
import { kubeScore } from '../scan/kube-score';
import type { ScannedObject } from '../scan/objects';
import { report } from '../scan/report';
import { scan } from '../scan/scan';
import { trivy } from '../scan/trivy';
import { readWaivers } from '../scan/waivers';
import type { Values } from '../../lib/helm/values/samples';
import type { HelmChart } from '../../lib/helm/helm-chart';
import type { Json } from '../../lib/helm/values/value-node';

/** Values at random for each chart. */
const RUNS = Number(process.env['HELM_RUNS'] ?? 25);
const RELEASE = { name: 'demo', namespace: 'team-a' };
const SCANNERS = ['kube-score', 'checkov', 'trivy'];

const [helm] = HELMS;
const absent = SCANNERS.filter(name => !isInstalled(name));
const noScanners = absent.length > 0 ? `${absent.join(' and ')} not on the PATH` : undefined;

const charts = new ChartFolder();
afterAll(() => charts.remove());

interface Listed {
  readonly name: string;
  readonly ci?: Readonly<Record<string, Values>>;
  /** Whether it needs values. */
  readonly asks: boolean;
  /** Where one that Helm can print lies. */
  readonly folder: () => string;
}

/** All charts; one of charts has no values of its own that could be at random. */
const PRINTED: readonly (Listed & { readonly chart?: HelmChart<any> })[] = [
  ...CHARTS.map(chart => ({
    name: chart.name,
    ci: chart.props.ci,
    asks: chart.asks,
    folder: () => folderOf(chart),
    chart,
  })),
  ...UMBRELLAS.map(umbrella => ({
    name: umbrella.name,
    ci: umbrella.props.ci,
    asks: false,
    folder: () => charts.write(new AssembledUmbrella(umbrella, join(PROJECT, 'charts'))),
  })),
];

/** Values that somebody chose, by the file that has them: the defaults, those of ci/, and those of the platform. */
const chosen = ({ name, ci = {}, asks }: Listed): Readonly<Record<string, Values>> => ({
  ...(!asks && { 'values.yaml': {} }),
  ...Object.fromEntries(Object.entries(ci).map(([file, values]) => [`ci/${file}-values.yaml`, values])),
  ...Object.fromEntries(
    ENVIRONMENTS.filter(deployed => deployed.chart.name === name).map(({ name: of, unit, values }) => [
      `${unit}/${of}`,
      values,
    ]),
  ),
});

/** Objects in a namespace, as an installation would put them. */
const installed = (objects: readonly Json[]): Manifest[] =>
  (objects as unknown as Manifest[]).map(object => ({
    ...object,
    metadata: { ...object.metadata, namespace: RELEASE.namespace },
  }));

/** What Helm prints for each of many values, with what its tests run. */
async function printed(folder: string, values: readonly Values[]): Promise<Manifest[][]> {
  const texts = await each(values, given => template(helm!, folder, { ...RELEASE, values: given, withTests: true }));
  return (await readWithGo(helm!, texts)).map(installed);
}

/** The same for values at random, in one run of Helm. */
async function printedAtRandom(chart: HelmChart<any>): Promise<Manifest[]> {
  const values = fc.sample(chart.samples.given(), { numRuns: RUNS, seed: 3 }).map(given => withoutOpaque(chart, given));
  const crowd = new Crowd(chart, folderOf(chart), values.length);
  try {
    const texts = await crowd.print(helm!, { ...RELEASE, values });
    return installed((await readWithGo(helm!, texts)).flat());
  } finally {
    crowd.remove();
  }
}

function expectValid(objects: readonly Manifest[]): void {
  for (const version of VERSIONS) {
    const { resources, summary } = judge(version, objects);
    expect({ version, resources }).toEqual({ version, resources: [] });
    expect(summary).toEqual({ valid: objects.length, invalid: 0, errors: 0, skipped: 0 });
  }
}

describeJudged('kubeconform', helm!.missing ?? noSchemas, () => {
  it.each(PRINTED)(
    'finds what $name prints valid in every version of Kubernetes',
    async ({ chart, ...listed }) => {
      const objects = (await printed(listed.folder(), Object.values(chosen(listed)))).flat();
      expectValid([...objects, ...(chart === undefined ? [] : await printedAtRandom(chart))]);
    },
    300_000,
  );
});

describeJudged('the scanners', helm!.missing ?? noScanners, () => {
  it('find nothing in what charts print but what is waived', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'charts-scan-'));
    try {
      const objects: ScannedObject[] = [];
      for (const chart of PRINTED) {
        const values = chosen(chart);
        const manifests = await printed(chart.folder(), Object.values(values));
        Object.keys(values).forEach((file, index) => {
          const target = `charts/${chart.name}/${file}`;
          for (const manifest of manifests[index]!) {
            const { kind, metadata } = manifest;
            objects.push({ target, place: `${target}#${kind}/${metadata.name}`, kind, manifest });
          }
        });
      }
      const verdicts = await Promise.all([kubeScore, checkov, trivy].map(scanner => scan(scanner, objects, folder)));
      const waivers = readWaivers(readFileSync(join(__dirname, 'helm/waivers.yaml'), 'utf8'));
      const { text, exitCode } = report([], verdicts, waivers, true);
      expect(exitCode === 0 ? '' : text).toBe('');
      expect(text).toMatch(/^0 findings, \d+ waived, 0 stale waivers, 3 of 3 scanners ran$/m);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 300_000);
});
