import * as fc from 'fast-check';
import { ADVERSARIAL_TEXTS, isKey } from './adversarial-texts';
import type { Json } from './value-node';

const TEXT = fc.constantFrom(...ADVERSARIAL_TEXTS);
/** But for the key that Helm prints as it merges maps. */
const KEY = fc.constantFrom(...ADVERSARIAL_TEXTS.filter(text => isKey(text) && text !== '<<'));
const SCALAR = fc.oneof(TEXT, fc.boolean(), fc.constantFrom(0, 1, -1, 1_000_000, 2 ** 31, 2 ** 53 - 1, 0.5));
const MOST = 3;

/** Structures that go into a manifest as they are: nothing, and nested ones with texts that YAML may misread. */
export function opaqueSamples(of: 'map' | 'list'): fc.Arbitrary<Json> {
  const { map, list } = fc.letrec<{ value: Json; map: Json; list: Json }>(tie => ({
    value: fc.oneof({ maxDepth: 3, withCrossShrink: true }, SCALAR, tie('map'), tie('list')),
    map: fc.array(fc.tuple(KEY, tie('value')), { maxLength: MOST }).map(entries => Object.fromEntries(entries)),
    list: fc.array(tie('value'), { maxLength: MOST }),
  }));
  return of === 'map' ? map : list;
}
