import { PlatformError } from '../../core/platform-error';
import type { ChartTree } from '../tree/chart-tree';
import { interpret } from '../tree/interpret';
import { releaseOf, type ChartIdentity, type Release } from '../values/release';
import { sameJson } from '../values/same-json';
import type { Json } from '../values/value-node';
import { objectsOf, type Render } from '../worlds/run';

/** Values as a user may give them, with the objects that the construct makes of them. */
export interface Sample {
  readonly values: Json;
  readonly release: Release;
  readonly objects: ReadonlyMap<string, Json>;
}

/** What the construct makes of values. @throws PlatformError if it refuses what the schema allows */
export function sampleOf(
  chart: ChartIdentity,
  render: Render,
  values: Json,
  named: Pick<Release, 'name' | 'namespace'>,
): Sample {
  const release = releaseOf(chart, named, values as never);
  return { values, release, objects: byIdentity(objectsOf(render, values, release)) };
}

/** Objects by kind and name: their order says nothing. */
export function byIdentity(objects: readonly Json[]): ReadonlyMap<string, Json> {
  const found = new Map<string, Json>();
  for (const object of objects) {
    const id = identityOf(object);
    found.set(found.has(id) ? `${id}#${found.size}` : id, object);
  }
  return found;
}

/** What tells an object from others in a cluster. */
export function identityOf(object: Json): string {
  const { apiVersion, kind, metadata } = object as any;
  return `${apiVersion}/${kind}/${metadata?.namespace ?? ''}/${metadata?.name}`;
}

/** Where a template and a construct say different things. */
export interface Difference {
  readonly object: string;
  readonly path: string;
  /** What the construct prints; undefined if nothing. */
  readonly wanted: Json | undefined;
  /** What the template prints; undefined if nothing. */
  readonly printed: Json | undefined;
  /** What is wrong with the template on its own. */
  readonly problem?: string;
}

/** The first difference between what a tree prints and what the construct made of the same values. */
export function compare(tree: ChartTree, { values, release, objects }: Sample): Difference | undefined {
  let printed: ReadonlyMap<string, Json>;
  try {
    printed = byIdentity(interpret(tree, values, release));
  } catch (error) {
    if (!(error instanceof PlatformError)) {
      throw error;
    }
    return { object: 'templates', path: '', wanted: undefined, printed: undefined, problem: error.problem };
  }
  const plain = (text: string): string =>
    text
      .replaceAll(release.fullname, '<fullname>')
      .replaceAll(/\/\//g, '/')
      .replace(/^[^/]*\/(?:[^/]*\/)?(?=[A-Z])/, '');
  for (const id of new Set([...objects.keys(), ...printed.keys()])) {
    const [wanted, actual] = [objects.get(id), printed.get(id)];
    if (wanted === undefined || actual === undefined) {
      return { object: plain(id), path: '', wanted: wanted && '(the object)', printed: actual && '(the object)' };
    }
    if (!sameJson(wanted, actual)) {
      return { object: plain(id), ...first(wanted, actual, '') };
    }
  }
  return undefined;
}

function first(wanted: Json | undefined, printed: Json | undefined, path: string): Omit<Difference, 'object'> {
  const bothLists = Array.isArray(wanted) && Array.isArray(printed);
  const bothMaps = isMap(wanted) && isMap(printed);
  if ((bothLists && wanted.length === printed.length) || bothMaps) {
    for (const key of new Set([...Object.keys(wanted), ...Object.keys(printed)])) {
      const [one, other] = [(wanted as any)[key], (printed as any)[key]] as [Json | undefined, Json | undefined];
      if (!sameJson(one, other)) {
        return first(one, other, bothLists ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`);
      }
    }
  }
  return { path, wanted, printed };
}

const isMap = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
