import { join } from 'node:path';
import { HELMS } from './helm/binaries';
import { ENVIRONMENTS, placesOf, withoutOwnership } from './helm/environments';
import { disagreements } from './helm/parity';
import { folderOf } from './helm/published';
import { readWithGo } from './helm/referee';
import { template } from './helm/template';
import { describeJudged } from './judge';
import { objectsBelow, PROJECT, type Manifest } from './manifests';

const manifests = objectsBelow(join(PROJECT, 'dist'));

/** The object of dist/ that an object of a release is. */
function inDist({ kind, metadata }: Manifest, namespace: string): Manifest | undefined {
  return manifests.find(
    object =>
      object.kind === kind &&
      object.metadata.name === metadata.name &&
      (object.metadata.namespace === namespace || metadata.name === namespace),
  );
}

describe.each(ENVIRONMENTS)('$chart.name with the values of $unit', ({ chart, otherwise, ...rendering }) => {
  for (const helm of HELMS) {
    describeJudged(helm.name, helm.missing, () => {
      it('prints what the constructs build', async () => {
        expect(await disagreements(helm, chart, folderOf(chart), [rendering])).toEqual([]);
      }, 60_000);

      it('prints what lies in dist/', async () => {
        const [printed] = await readWithGo(helm, [await template(helm, folderOf(chart), rendering)]);
        const places = (printed as unknown as Manifest[]).flatMap(object => {
          const other = inDist(object, rendering.namespace);
          const found = other === undefined ? [''] : placesOf(withoutOwnership(object), withoutOwnership(other));
          return found.map(place => `${object.kind}/${object.metadata.name} ${place}`);
        });
        expect(places.sort()).toEqual(Object.keys(otherwise).sort());
      }, 60_000);
    });
  }
});
