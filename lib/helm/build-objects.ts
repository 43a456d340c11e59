import { App, Chart } from 'cdk8s';
import { PlatformError } from '../core/platform-error';
import type { Release } from './release';

/** Builds the objects of a release into a chart whose namespace is the release's. */
export type Build<Values> = (chart: Chart, values: Values, release: Release) => void;

/** The objects that are built for some values, in an App of their own. */
export function buildObjects<Values>(build: Build<Values>, values: Values, release: Release): object[] {
  const app = new App();
  const chart = new Chart(app, release.fullname, { namespace: release.namespace, disableResourceNameHashes: true });
  build(chart, values, release);
  for (const construct of app.node.findAll()) {
    const [problem] = construct.node.validate();
    if (problem !== undefined) {
      throw new PlatformError(construct, problem);
    }
  }
  return chart.toJson();
}
