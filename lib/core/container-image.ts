import { PlatformError } from './platform-error';

/** The parts of a reference such as `registry.example.com:5000/team/churn:1.4.2@sha256:…`. */
export interface ContainerImage {
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

const REGISTRY = '[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\\d+)?';
const COMPONENT = '[a-z0-9]+(?:(?:[.]|__?|-+)[a-z0-9]+)*';
const IMAGE = new RegExp(
  `^(?<repository>(?:${REGISTRY}/)?${COMPONENT}(?:/${COMPONENT})*)` +
    '(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$',
);

/**
 * Reads an image reference; undefined if it is none.
 *
 * @see https://kubernetes.io/docs/concepts/containers/images/#image-names
 */
export function parseImage(reference: string): ContainerImage | undefined {
  const groups = IMAGE.exec(reference)?.groups;
  return groups && { repository: groups['repository']!, tag: groups['tag'], digest: groups['digest'] };
}

/** Whether the reference names one build: a digest, or a tag other than `latest`. */
export function isPinnedImage(reference: string): boolean {
  const image = parseImage(reference);
  return image !== undefined && (image.digest !== undefined || (image.tag !== undefined && image.tag !== 'latest'));
}

/**
 * Checks that an image names one build.
 *
 * @param example an image as it should be, for the message
 * @param name what the user calls the image
 * @throws PlatformError if it has neither a digest nor a tag other than `latest`
 */
export function checkPinnedImage(
  where: ConstructorParameters<typeof PlatformError>[0],
  image: string,
  example: string,
  name = 'image',
): void {
  if (!isPinnedImage(image)) {
    throw new PlatformError(
      where,
      `${name} must be pinned, got "${image}"`,
      `use a version tag or a digest, for example "${example}"`,
    );
  }
}
