import { PlatformError, PlatformErrors } from '../core/platform-error';
import { GitError } from './git-repository';
import type { Surroundings } from './outcome';
import { editPin } from './pin-edit';
import { plainText } from './plain-text';
import { unitOf, type Promotion } from './plan';
import { promotedValues, releaseValues } from './release-values';
import { pinFile, type RepositoryState } from './repository-state';
import type { Place } from './wanted';

/** The module that declares the platform. */
const MAIN = 'main.ts';

/**
 * Changes a pin, the manifest of its unit and the values of the release that serves the model, in laid out files.
 *
 * @returns every file that this changed
 */
export async function rewrite(
  { git, synthesize }: Surroundings,
  { commit, rules, texts }: RepositoryState,
  promotion: Promotion,
): Promise<ReadonlyMap<string, Buffer | undefined>> {
  const path = pinFile(promotion);
  const edited = new Map([[path, Buffer.from(editPin(texts.get(path) ?? '', path, promotion))]]);
  const release = releaseValues(rules, promotion);
  const beside = release && (await git.read(commit, [release.file, MAIN]));
  const values = release && promotedValues(beside!.get(release.file), release, promotion);
  if (values !== undefined) {
    edited.set(release!.file, Buffer.from(values));
  }
  const folder = await git.layOut(commit, edited);
  // Where everything is a release, nothing has to be declared.
  if (beside === undefined || beside.has(MAIN)) {
    await synthesize(folder, unitOf(promotion));
  }
  const files = await git.changed();
  const foreign = [...files.keys()].find(file => !edited.has(file) && !belongsTo(file, promotion));
  if (foreign !== undefined) {
    throw new PlatformError(
      plainText(foreign),
      `the synthesis of ${unitOf(promotion)} changes it too`,
      'commit what "npm run synth" writes, and ignore what else it leaves',
    );
  }
  return files;
}

/** What is wrong with the files of one promotion alone, which holds nobody else: a mistake, or a link in the way. */
export const holdsOne = (error: unknown): error is Error =>
  error instanceof PlatformError ||
  error instanceof PlatformErrors ||
  (error instanceof GitError && error.fault === 'odd');

/** Whether a file is made from the unit: its manifest, its documents, or what stands of all units in one file. */
export function belongsTo(file: string, { environment, team }: Omit<Place, 'model'>): boolean {
  const below = file.split('/').slice(1).join('/');
  return (
    below.startsWith(`${environment}/${team}.`) ||
    below.startsWith(`${environment}/${team}/`) ||
    ['.cdk8s-mlops.json', '.isolation.json'].includes(below)
  );
}
