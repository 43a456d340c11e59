import type { Json } from '../values/value-node';
import { artifactHubAnnotations } from './artifact-hub';
import { plainYaml } from './plain-yaml';
import type { ChartAbout } from './chart-about';

/** A chart that another one brings along. */
export interface ChartDependency {
  readonly name: string;
  readonly version: string;
  readonly repository: string;
  readonly condition?: string;
  readonly alias?: string;
}

export interface ChartYaml extends ChartAbout {
  readonly name: string;
  readonly version: string;
  readonly appVersion?: string;
  /** Versions of Kubernetes, such as `>=1.29.0-0`. */
  readonly kubeVersion: string;
  readonly dependencies?: readonly ChartDependency[];
}

/** Chart.yaml: what Helm and people know of a chart before they look at its templates. */
export function chartYaml(chart: ChartYaml): string {
  const { name, description, version, appVersion, kubeVersion, home, icon, sources, keywords } = chart;
  const annotations = { ...artifactHubAnnotations(chart.artifactHub ?? {}), ...chart.annotations };
  const fields = {
    apiVersion: 'v2',
    name,
    description,
    type: 'application',
    version,
    appVersion,
    kubeVersion,
    home,
    icon,
    sources,
    keywords,
    maintainers: chart.maintainers?.map(given),
    dependencies: chart.dependencies?.map(given),
    annotations: Object.keys(annotations).length > 0 ? annotations : undefined,
  };
  return plainYaml(given(fields));
}

/** An object without the fields that are not given. */
const given = (fields: object): { [key: string]: Json } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [key: string]: Json };
