import { isPinnedImage, parseImage } from './container-image';
import { PlatformError } from './platform-error';

/** What is wrong with the images that MinIO itself published. */
const ABANDONED =
  'nobody mends it (CVE-2025-62506, CVE-2026-40344 and CVE-2026-41145, which let anybody write, are open in it) ' +
  'and its tags are gone from Docker Hub, where a tag of that name could be anything';

/**
 * Checks the image of a store or of its client.
 *
 * @throws PlatformError if it is not pinned, or one that MinIO abandoned and that is not named by digest
 */
export function checkStoreImage(
  where: ConstructorParameters<typeof PlatformError>[0],
  prop: string,
  image: string,
  example: string,
): void {
  if (!isPinnedImage(image)) {
    throw new PlatformError(
      where,
      `${prop} must be pinned, got "${image}"`,
      `use a version tag or a digest, for example "${example}"`,
    );
  }
  const { repository, digest } = parseImage(image)!;
  if (/(^|\/)minio\/(minio|mc)$/.test(repository) && digest === undefined) {
    throw new PlatformError(
      where,
      `${prop} may not be "${image}": ${ABANDONED}`,
      'use a continuation (docs/minio.md), or name the build that you have checked by its digest',
    );
  }
}
