import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HELMS } from './helm/binaries';
import { Crowd } from './helm/crowd';
import { ENVIRONMENTS } from './helm/environments';
import { withoutOpaque } from './helm/kubernetes-values';
import { renderings } from './helm/parity';
import { CHARTS, folderOf } from './helm/published';
import { readWithGo } from './helm/referee';
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
import type { Values } from '../../lib/helm/samples';
import type { HelmChart } from '../../lib/helm/helm-chart';

/** Values at random for each chart. */
const RUNS = Number(process.env['HELM_RUNS'] ?? 25);
const NAMESPACE = 'team-a';
/** Names that objects have in the reference platform, by which waivers know them. */
const NAMES: Readonly<Record<string, Values>> = { 'mlflow-server': { fullnameOverride: 'mlflow' } };
const SCANNERS = ['kube-score', 'checkov', 'trivy'];

const [helm] = HELMS;
const absent = SCANNERS.filter(name => !isInstalled(name));
const noScanners = absent.length > 0 ? `${absent.join(' and ')} not on the PATH` : undefined;

/** What Helm prints for many values, in a namespace as an installation would put it. */
async function printed(chart: HelmChart<any>, values: readonly Values[]): Promise<Manifest[]> {
  const crowd = new Crowd(chart, folderOf(chart), values.length);
  try {
    const texts = await crowd.print(helm!, { name: 'demo', namespace: NAMESPACE, values });
    const objects = (await readWithGo(helm!, texts)).flat() as unknown as Manifest[];
    return objects.map(object => ({ ...object, metadata: { ...object.metadata, namespace: NAMESPACE } }));
  } finally {
    crowd.remove();
  }
}

/** Values that somebody chose: the defaults, those of ci/, and those of the reference platform. */
const chosen = (chart: HelmChart<any>): readonly Values[] => [
  ...renderings(chart, 0, 1).map(({ values }) => values),
  ...ENVIRONMENTS.filter(deployed => deployed.chart === chart).map(({ values }) => values),
];

describeJudged('kubeconform', helm!.missing ?? noSchemas, () => {
  it.each(CHARTS)(
    'finds what $name prints valid in every version of Kubernetes',
    async chart => {
      const random = renderings(chart, RUNS, 3).map(({ values }) => withoutOpaque(chart, values));
      const objects = await printed(chart, [...chosen(chart), ...random]);
      for (const version of VERSIONS) {
        const { resources, summary } = judge(version, objects);
        expect({ version, resources }).toEqual({ version, resources: [] });
        expect(summary).toEqual({ valid: objects.length, invalid: 0, errors: 0, skipped: 0 });
      }
    },
    300_000,
  );
});

describeJudged('the scanners', helm!.missing ?? noScanners, () => {
  it('find nothing in what charts print but what is waived', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'charts-scan-'));
    try {
      const objects: ScannedObject[] = [];
      for (const chart of CHARTS) {
        const named = chosen(chart).map(values => ({ ...values, ...NAMES[chart.name] }));
        for (const manifest of await printed(chart, named)) {
          const { kind, metadata } = manifest;
          // As if it lay in dist/: nothing is waived for charts that is not waived there.
          objects.push({ target: 'dist', place: `dist/${chart.name}#${kind}/${metadata.name}`, kind, manifest });
        }
      }
      const verdicts = await Promise.all([kubeScore, checkov, trivy].map(scanner => scan(scanner, objects, folder)));
      const waivers = readWaivers(readFileSync(join(PROJECT, 'test/scan/waivers.yaml'), 'utf8'));
      const { text, exitCode } = report(['dist'], verdicts, waivers, false);
      expect(exitCode === 0 ? '' : text).toBe('');
      expect(text).toContain('3 of 3 scanners ran');
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 300_000);
});
