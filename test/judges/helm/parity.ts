import * as fc from 'fast-check';
import { canonical } from './canonical';
import type { HelmChart } from '../../../lib/helm/helm-chart';
import { byIdentity } from '../../../lib/helm/prove/sample';
import type { Values } from '../../../lib/helm/values/samples';
import type { Json } from '../../../lib/helm/values/value-node';
import type { Helm } from './binaries';
import { Crowd } from './crowd';
import { readWithGo } from './referee';
import { CORES, each, template, type Rendering } from './template';

/** Renderings whose texts Go reads in one go. */
const BATCH = 50;

/** A rendering that Helm and the constructs do not agree on. */
export interface Disagreement {
  readonly rendering: Rendering;
  readonly object: string;
  readonly helm: Json | undefined;
  readonly synth: Json | undefined;
}

/** Something that constructs build objects for. */
export type Synthesized = Pick<HelmChart<any>, 'name' | 'synth'>;

/** What Helm prints otherwise than the constructs do. */
export async function disagreements(
  helm: Helm,
  chart: Synthesized,
  folder: string,
  renderings: readonly Rendering[],
): Promise<Disagreement[]> {
  const found: Disagreement[] = [];
  for (let at = 0; at < renderings.length; at += BATCH) {
    const batch = renderings.slice(at, at + BATCH);
    const texts = await each(batch, rendering => template(helm, folder, rendering));
    const printed = await readWithGo(helm, texts);
    batch.forEach((rendering, index) => {
      found.push(...differences(rendering, printed[index]!, chart.synth(rendering.values, rendering)));
    });
  }
  return found;
}

/** The same in a few runs of Helm: each prints the chart for several values, with the release name of the first. */
export async function crowdDisagreements(
  helm: Helm,
  chart: HelmChart<any>,
  folder: string,
  renderings: readonly Rendering[],
): Promise<Disagreement[]> {
  const size = Math.ceil(renderings.length / CORES);
  const crowd = new Crowd(chart, folder, size);
  try {
    const starts = Array.from({ length: CORES }, (_, index) => index * size);
    const crowds = starts.map(at =>
      renderings.slice(at, at + size).map(each => ({ ...each, ...named(renderings[at]!) })),
    );
    const texts = await each(crowds, members =>
      crowd.print(helm, { ...members[0]!, values: members.map(({ values }) => values) }),
    );
    const printed = await readWithGo(helm, texts.flat());
    return crowds
      .flatMap(members => members.map((rendering, index) => ({ rendering, index })))
      .flatMap(({ rendering, index }, at) =>
        differences(rendering, printed[at]!, crowd.synth(index, rendering.values, rendering)),
      );
  } finally {
    crowd.remove();
  }
}

const named = ({ name, namespace, setJson }: Rendering): Omit<Rendering, 'values'> => ({ name, namespace, setJson });

export function differences(rendering: Rendering, printed: readonly Json[], objects: readonly Json[]): Disagreement[] {
  // As JSON, in which 0 and -0 are the same.
  const built = JSON.parse(JSON.stringify(objects)) as Json[];
  const [helm, synth] = [byIdentity(printed), byIdentity(built)];
  return [...new Set([...helm.keys(), ...synth.keys()])].flatMap(object => {
    const [one, other] = [helm.get(object), synth.get(object)];
    const isSame = one !== undefined && other !== undefined && canonical(one) === canonical(other);
    return isSame ? [] : [{ rendering, object, helm: one, synth: other }];
  });
}

/** Names that Helm takes for a release: short, long, with the name of the chart in them. */
const releases = (chart: { readonly name: string }): fc.Arbitrary<Pick<Rendering, 'name' | 'namespace'>> =>
  fc.record({
    name: fc.oneof(
      fc.constantFrom(chart.name, `my-${chart.name}`, `${chart.name}-2`, 'a', `a${'-b'.repeat(26)}`, 'x'.repeat(53)),
      fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,51}[a-z0-9])?$/),
    ),
    // Not "default", which is no team's: the chart for a team's namespace refuses it, and Helm has no words for that.
    namespace: fc.constantFrom('fraud', 'team-a', 'n', `n${'-m'.repeat(31)}`),
  });

/** Defaults, the values of ci/, and values at random, as files and on the command line. */
export function renderings(chart: HelmChart<any>, count: number, seed: number): Rendering[] {
  const given = fc.sample(chart.samples.given(), { numRuns: count, seed });
  return inReleases(chart, [...fixedValues(chart), ...given], seed);
}

/** Values that no chance brings: the defaults, and the values of ci/. */
const fixedValues = (chart: HelmChart<any>): Values[] => [
  ...(chart.asks ? [] : [{}]),
  ...Object.values(chart.props.ci ?? {}),
];

/** Values in releases of any name, as files and on the command line. */
export function inReleases(chart: { readonly name: string }, given: readonly Values[], seed: number): Rendering[] {
  const named = fc.sample(releases(chart), { numRuns: given.length, seed });
  return given.map((values, index) => ({ ...named[index]!, values, setJson: index % 2 === 1 }));
}
