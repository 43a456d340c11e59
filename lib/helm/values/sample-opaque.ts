import * as fc from 'fast-check';
import { ADVERSARIAL_TEXTS, isKey } from './adversarial-texts';
import type { Json } from './value-node';

/**
 * What Helm's toYaml prints as another text: line ends alone, line separators that are not "\n", and a space beyond ASCII
 * that ends a text without quotes, and so the document, whose end Helm trims.
 */
const LOST = /^\n+$|\n\n$|[\u0085\u2028\u2029]|\u00a0$/;
const TEXTS = ADVERSARIAL_TEXTS.filter(text => !LOST.test(text));
const TEXT = fc.constantFrom(...TEXTS);
/** But for the key that YAML merges maps at: toYaml prints it without quotes. */
const KEY = fc.constantFrom(...TEXTS.filter(text => isKey(text) && text !== '<<'));
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
