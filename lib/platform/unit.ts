import { ApiObject, App, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { PlatformError, PlatformErrors } from '../core/platform-error';

/** One file of manifests, built in an App of its own and forgotten once it is written. */
export interface Unit {
  /** What `--only` calls it: `<environment>/<team>`. */
  readonly name: string;
  /** Folder of its file, below the output folder. */
  readonly folder: string;
  /**
   * Domain below which its routes have their hosts.
   *
   * @default - any
   */
  readonly domain?: string;
  /**
   * Cluster that its objects are for, by the address of its API server.
   *
   * @default - none of a team's
   */
  readonly cluster?: string;
  /** Defines its chart, whose id is the name of the file. */
  readonly define: (app: App) => Chart;
}

/** Extension of every file, as cdk8s has it. */
export const EXTENSION = '.k8s.yaml';

/** Path of the unit's file below the output folder. */
export const fileOf = (unit: Unit): string => `${unit.name}${EXTENSION}`;

/** What `constructs` and cdk8s refuse with a plain Error, and what to do about it. */
const REFUSALS: readonly (readonly [said: RegExp, remedy: string])[] = [
  [/^There is already a Construct with name /, 'give one of the two another id'],
  [/^Dependency cycle detected/, 'remove one of these dependencies'],
];

/**
 * Builds a unit.
 *
 * @param outdir where plain cdk8s would write its file
 * @throws PlatformError at its first wrong prop; what is validated late is left to `unitObjects()`
 */
export function buildUnit(unit: Unit, outdir: string): App {
  const app = new App({ outdir });
  try {
    unit.define(app);
  } catch (error) {
    throw seenFrom(unit, error);
  }
  return app;
}

/**
 * The objects of a unit, in the order in which cdk8s prints them.
 *
 * One walk validates, collects and looks for what cdk8s would have to sort, where cdk8s itself walks the whole tree for
 * each of these.
 *
 * @throws PlatformErrors with every failed validation, every other chart and every object defined twice
 */
export function unitObjects(unit: Unit, app: App): object[] {
  const errors: PlatformError[] = [];
  const objects: ApiObject[] = [];
  const chart = app.node.children[0] as Chart;
  let ordered = true;
  const visit = (construct: IConstruct): void => {
    for (const problem of construct.node.validate()) {
      errors.push(new PlatformError(construct, problem));
    }
    if (ApiObject.isApiObject(construct)) {
      objects.push(construct);
    } else if (Chart.isChart(construct) && construct !== chart) {
      errors.push(
        new PlatformError(
          construct,
          'a second chart in a unit would be a file of its own',
          'make it a Construct below the team',
        ),
      );
    }
    ordered &&= construct.node.dependencies.length === 0;
    construct.node.children.forEach(visit);
  };
  visit(app);
  errors.push(...duplicates(objects));
  if (errors.length > 0) {
    throw seenFrom(unit, new PlatformErrors(errors));
  }
  return ordered ? objects.map(object => object.toJson()) : inOrder(unit, chart);
}

/** The objects behind those that they depend on, sorted by cdk8s. */
function inOrder(unit: Unit, chart: Chart): object[] {
  try {
    return chart.toJson();
  } catch (error) {
    throw seenFrom(unit, error);
  }
}

function duplicates(objects: readonly ApiObject[]): PlatformError[] {
  const known = new Map<string, ApiObject>();
  const errors: PlatformError[] = [];
  for (const object of objects) {
    const key = `${object.apiGroup} ${object.kind} ${object.metadata.namespace ?? ''} ${object.name}`;
    const twin = known.get(key);
    known.set(key, object);
    if (twin !== undefined) {
      errors.push(
        new PlatformError(
          object,
          `${object.kind} "${object.name}" is defined by ${twin.node.path} already`,
          'give one of them another id or name',
        ),
      );
    }
  }
  return errors;
}

/** Mistakes name their construct; here the environment, or the unit for what is no construct, comes before it. */
function seenFrom(unit: Unit, error: unknown): unknown {
  if (error instanceof PlatformErrors) {
    return new PlatformErrors(error.errors.map(one => seenFrom(unit, one) as PlatformError));
  }
  if (!(error instanceof PlatformError)) {
    const message = error instanceof Error ? error.message : '';
    const [, remedy] = REFUSALS.find(([pattern]) => pattern.test(message)) ?? [];
    return remedy === undefined ? error : new PlatformError(unit.name, message, remedy);
  }
  if (error.where === '') {
    return error.at(unit.name);
  }
  const chart = unit.name.slice(unit.folder.length + 1);
  const inChart = error.where === chart || error.where.startsWith(`${chart}/`);
  return error.at(inChart ? `${unit.folder}/${error.where}` : `${unit.name}: ${error.where}`);
}
