import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HELMS } from './helm/binaries';
import { ENVIRONMENTS, placesOf, UNCHARTED, withoutOwnership } from './helm/environments';
import { disagreements } from './helm/parity';
import { folderOf } from './helm/published';
import { readWithGo } from './helm/referee';
import { each, template } from './helm/template';
import { describeJudged } from './judge';
import { objectsBelow, objectsIn, PROJECT, type Manifest } from './manifests';

const manifests = objectsBelow(join(PROJECT, 'dist'));
const UNITS = [...new Set(ENVIRONMENTS.map(({ unit }) => unit))].sort();
const titleOf = ({ kind, metadata }: Manifest): string => `${kind}/${metadata.name}`;

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
          return found.map(place => `${titleOf(object)} ${place}`);
        });
        expect(places.sort()).toEqual(Object.keys(otherwise).sort());
      }, 60_000);
    });
  }
});

describe.each(UNITS)('the charts of %s', unit => {
  for (const helm of HELMS) {
    describeJudged(helm.name, helm.missing, () => {
      it('print together all that lies in dist/ but what no chart is about', async () => {
        const members = ENVIRONMENTS.filter(deployed => deployed.unit === unit);
        const texts = await each(members, member => template(helm, folderOf(member.chart), member));
        const printed = (await readWithGo(helm, texts)).flat() as unknown as Manifest[];
        const wanted = objectsIn(readFileSync(join(PROJECT, 'dist', `${unit}.k8s.yaml`), 'utf8')).map(titleOf);
        expect([...printed.map(titleOf), ...(UNCHARTED[unit] ?? [])].sort()).toEqual(wanted.sort());
      }, 60_000);
    });
  }
});
