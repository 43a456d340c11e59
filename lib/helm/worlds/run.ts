import { observeDerivedValues } from '../../core/derived-value';
import type { Release } from '../values/release';
import type { Json, ObjectValue, ValueNode } from '../values/value-node';
import type { Vector } from './gates';
import { checkManifest } from './manifest-json';
import type { WorldValues } from './world';

/** What a chart is made from: a function of its values and its release, which builds objects. */
export type Render = (values: any, release: Release) => readonly object[];

/** A derived value as both families computed it. */
export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly inputs: readonly { readonly a: Json; readonly b: Json }[];
}

/** A derived value with its result in both families. */
export interface Computed extends Call {
  readonly a: Json;
  readonly b: Json;
}

/** The objects of one world in both families. */
export interface Run {
  readonly vector: Vector;
  readonly a: readonly Json[];
  readonly b: readonly Json[];
  readonly valuesA: Json;
  readonly valuesB: Json;
  readonly computed: readonly Computed[];
}

/** Runs the construct in one world. @throws what the construct throws */
export function run(render: Render, world: WorldValues, vector: Vector): Run {
  const [valuesA, valuesB] = [world.build(vector, 'a'), world.build(vector, 'b')];
  const [a, callsA] = observed(render, valuesA, world.releaseIn('a'));
  const [b, callsB] = observed(render, valuesB, world.releaseIn('b'));
  const computed = callsA.flatMap((call, index): Computed[] => {
    const other = callsB[index];
    return other?.name === call.name && other.inputs.length === call.inputs.length
      ? [
          {
            kind: 'call',
            name: call.name,
            inputs: call.inputs.map((input, at) => ({ a: input, b: other.inputs[at]! })),
            a: call.result,
            b: other.result,
          },
        ]
      : [];
  });
  return { vector, a, b, valuesA, valuesB, computed };
}

interface Observed {
  readonly name: string;
  readonly inputs: readonly Json[];
  readonly result: Json;
}

function observed(render: Render, values: Json, release: Release): [readonly Json[], Observed[]] {
  const calls: Observed[] = [];
  const objects = observeDerivedValues(
    (name, inputs, result) => calls.push({ name, inputs: inputs as Json[], result: result as Json }),
    () => objectsOf(render, values, release),
  );
  return [objects, calls];
}

/** The objects for some values, as a chart has them: without the release's own namespace, which Helm adds. */
export function objectsOf(render: Render, values: Json, release: Release): Json[] {
  return render(values, release).map(object => {
    checkManifest(object);
    const { metadata, ...rest } = object as { metadata?: { namespace?: string } };
    if (metadata?.namespace !== release.namespace) {
      return object as unknown as Json;
    }
    const { namespace: _, ...others } = metadata;
    return { ...rest, metadata: others } as unknown as Json;
  });
}

/** Values with the entries of their maps sorted as Go goes through them, whatever order the user wrote them in. */
export function inGoOrder(values: Json, node: ValueNode): Json {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(
        Object.entries(node.fields).map(([name, field]) => [name, inGoOrder((values as any)[name] as Json, field)]),
      );
    case 'list':
      return (values as readonly Json[]).map(item => inGoOrder(item, node.items));
    case 'map':
      return Object.fromEntries(
        Object.entries(values as Record<string, Json>)
          .sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
          .map(([key, entry]) => [key, inGoOrder(entry, node.entries)]),
      );
    default:
      return values;
  }
}

/** Renders values in the order in which templates see them. */
export const inOrderOf =
  (values: ObjectValue, render: Render): Render =>
  (given, release) =>
    render(inGoOrder(given as Json, values), release);
