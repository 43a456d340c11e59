import { parseImage } from './container-image';
import { fullRepository, isRegistryHost, type ImageLock } from './image-lock';
import { PlatformError, PlatformErrors } from './platform-error';

/** What becomes of an image: the reference that pods get, or why there is none. */
export type MappedImage =
  | { readonly reference: string }
  | { readonly problem: string; readonly remedy: string; readonly reference?: undefined };

/**
 * Says which reference pods get in place of a declared one: with the registry that they can reach, and with the digest
 * that a lock file holds.
 */
export class ImageMap {
  private readonly rewrites: readonly (readonly [string, string])[];

  /**
   * @param registries what stands in place of a registry, or of a part of one: `{ 'ghcr.io': 'registry.local/ghcr' }`;
   * undefined leaves all as they are
   * @throws PlatformErrors if a name is no registry, or if one rewrite would need another
   */
  constructor(private readonly registries?: Readonly<Record<string, string>>) {
    const entries = Object.entries(registries ?? {});
    const errors = entries.flatMap(([from, to]) => [
      ...[from, to].filter(name => !isRegistry(name)).map(notRegistry),
      ...(from !== to && entries.some(([other, end]) => other !== end && isBelow(to, other)) && !isBelow(to, from)
        ? [
            new PlatformError(
              'images.registries',
              `"${from}" becomes "${to}", which is rewritten too`,
              'name the last registry at once',
            ),
          ]
        : []),
    ]);
    if (errors.length > 0) {
      throw new PlatformErrors(errors);
    }
    // The most specific one counts.
    this.rewrites = entries.sort(([one], [other]) => other.length - one.length);
  }

  /** @param lock the digests; undefined if none are asked for */
  public map(reference: string, lock?: ImageLock): MappedImage {
    const image = parseImage(reference);
    if (image === undefined) {
      return { problem: `"${reference}" is no image`, remedy: 'write <registry>/<name>:<tag>' };
    }
    const full = fullRepository(image.repository);
    const name = `${full}${image.tag === undefined ? '' : `:${image.tag}`}`;
    const locked = lock?.images.get(name)?.digest;
    const digest = image.digest ?? locked;
    if (lock !== undefined && digest === undefined) {
      return image.tag === undefined
        ? { problem: `image "${reference}" has neither tag nor digest`, remedy: 'pin it to a tag' }
        : {
            problem: `image "${reference}" is not in ${lock.file}`,
            remedy: `add below images:\n  ${name}: sha256:<what "crane digest ${name}" prints>`,
          };
    }
    if (locked !== undefined && digest !== locked) {
      return {
        problem: `image "${reference}" has another digest in ${lock!.file}: ${locked}`,
        remedy: 'leave it out of one of them',
      };
    }
    const repository = this.registries === undefined ? image.repository : this.rewrite(full);
    if (repository === undefined) {
      const host = full.split('/')[0]!;
      return {
        problem: `image "${reference}" comes from ${host}, which images.registries does not name`,
        remedy: `add '${host}': '<registry that pods reach>', or '${host}': '${host}' if they reach it`,
      };
    }
    return {
      reference: `${repository}${image.tag === undefined ? '' : `:${image.tag}`}${digest === undefined ? '' : `@${digest}`}`,
    };
  }

  private rewrite(repository: string): string | undefined {
    if (this.rewrites.some(([, to]) => isBelow(repository, to))) {
      return repository;
    }
    const [from, to] = this.rewrites.find(([prefix]) => isBelow(repository, prefix)) ?? [];
    return from === undefined ? undefined : `${to}${repository.slice(from.length)}`;
  }
}

/** Whether the text is a registry, or a part of one: `ghcr.io`, `ghcr.io/mlflow`. */
function isRegistry(text: string): boolean {
  return isRegistryHost(text.split('/')[0]!) && parseImage(`${text}/image`) !== undefined;
}

function notRegistry(name: string): PlatformError {
  return new PlatformError(
    'images.registries',
    `"${name}" is no registry`,
    'write its host without a scheme and, if needed, port and path: "registry.example.com:5000/mirror"',
  );
}

const isBelow = (name: string, prefix: string): boolean => name === prefix || name.startsWith(`${prefix}/`);
