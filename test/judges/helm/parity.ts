import * as fc from 'fast-check';
import { canonical } from '../../../lib/helm/canonical';
import type { HelmChart } from '../../../lib/helm/helm-chart';
import { byIdentity } from '../../../lib/helm/sample';
import type { Json } from '../../../lib/helm/value-node';
import type { Helm } from './binaries';
import { readWithGo } from './referee';
import { each, template, type Rendering } from './template';

/** Renderings whose texts Go reads in one go. */
const BATCH = 50;

/** A rendering that Helm and the constructs do not agree on. */
export interface Disagreement {
  readonly rendering: Rendering;
  readonly object: string;
  readonly helm: Json | undefined;
  readonly synth: Json | undefined;
}

/** What Helm prints otherwise than the constructs do. */
export async function disagreements(
  helm: Helm,
  chart: HelmChart<any>,
  folder: string,
  renderings: readonly Rendering[],
): Promise<Disagreement[]> {
  const found: Disagreement[] = [];
  for (let at = 0; at < renderings.length; at += BATCH) {
    const batch = renderings.slice(at, at + BATCH);
    const texts = await each(batch, rendering => template(helm, folder, rendering));
    const printed = await readWithGo(helm, texts);
    batch.forEach((rendering, index) => found.push(...differences(chart, rendering, printed[index]!)));
  }
  return found;
}

function differences(chart: HelmChart<any>, rendering: Rendering, printed: readonly Json[]): Disagreement[] {
  // As JSON, in which 0 and -0 are the same.
  const built = JSON.parse(JSON.stringify(chart.synth(rendering.values, rendering))) as Json[];
  const [helm, synth] = [byIdentity(printed), byIdentity(built)];
  return [...new Set([...helm.keys(), ...synth.keys()])].flatMap(object => {
    const [one, other] = [helm.get(object), synth.get(object)];
    const isSame = one !== undefined && other !== undefined && canonical(one) === canonical(other);
    return isSame ? [] : [{ rendering, object, helm: one, synth: other }];
  });
}

/** Names that Helm takes for a release: short, long, with the name of the chart in them. */
const releases = (chart: HelmChart<any>): fc.Arbitrary<Pick<Rendering, 'name' | 'namespace'>> =>
  fc.record({
    name: fc.oneof(
      fc.constantFrom(chart.name, `my-${chart.name}`, `${chart.name}-2`, 'a', `a${'-b'.repeat(26)}`, 'x'.repeat(53)),
      fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,51}[a-z0-9])?$/),
    ),
    namespace: fc.constantFrom('default', 'team-a', 'n'),
  });

/** Defaults, the values of ci/, and values at random, as files and on the command line. */
export function renderings(chart: HelmChart<any>, count: number, seed: number): Rendering[] {
  const given = fc.sample(chart.samples.given(), { numRuns: count, seed });
  const fixed = [...(chart.asks ? [] : [{}]), ...Object.values(chart.props.ci ?? {})];
  const named = fc.sample(releases(chart), { numRuns: fixed.length + count, seed });
  return [...fixed, ...given].map((values, index) => ({ ...named[index]!, values, setJson: index % 2 === 1 }));
}
