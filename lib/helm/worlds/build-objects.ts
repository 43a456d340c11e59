import { ApiObject, App, Chart } from 'cdk8s';
import { PlatformError } from '../../core/platform-error';
import type { Release } from '../values/release';

/** A build whose objects would come too late, whatever the values are. */
export class AsyncBuild extends PlatformError {}

/** Builds the objects of a release into a chart whose namespace is the release's. */
export type Build<Values> = (chart: Chart, values: Values, release: Release) => void;

/**
 * The objects that are built for some values, in an App of their own.
 *
 * One walk validates and collects, for this is done thousands of times; cdk8s sorts only what has dependencies.
 */
export function buildObjects<Values>(build: Build<Values>, values: Values, release: Release): object[] {
  const app = new App();
  const chart = new Chart(app, 'chart', { namespace: release.namespace, disableResourceNameHashes: true });
  const result: unknown = build(chart, values, release);
  if (result instanceof Promise) {
    // Nobody waits for what it says in the end.
    result.catch(() => undefined);
    throw new AsyncBuild(
      'build',
      'it returns a promise, but what it adds later is not seen',
      'build must not be async: make constructs of the values alone, and read nothing on the way',
    );
  }
  const objects: ApiObject[] = [];
  let isOrdered = true;
  for (const construct of app.node.findAll()) {
    const [problem] = construct.node.validate();
    if (problem !== undefined) {
      throw new PlatformError(construct, problem);
    }
    if (ApiObject.isApiObject(construct)) {
      objects.push(construct);
    }
    isOrdered &&= construct.node.dependencies.length === 0 && (construct === chart || !Chart.isChart(construct));
  }
  return isOrdered ? objects.map(object => object.toJson() as object) : (chart.toJson() as object[]);
}
