import { z } from 'zod';

/** A tag that names a build has a digit; `latest` has none. */
const BUILD = /^([A-Za-z_][A-Za-z_.-]{0,60}[0-9][A-Za-z0-9_.-]{0,60}|[0-9][A-Za-z0-9_.-]{0,120})$/;

interface ImageDefaults {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  /**
   * What a tag must be like.
   *
   * @default - it has a digit
   */
  readonly tags?: RegExp;
}

/** Values that name an image, in the parts by which people replace them. */
export function imageValues(what: string, { registry, repository, tag, tags = BUILD }: ImageDefaults) {
  return z
    .strictObject({
      registry: z
        .string()
        .regex(/^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?)?$/)
        .default(registry)
        .describe('Registry, with its port if it has one'),
      repository: z
        .string()
        .regex(/^[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*)*$/)
        .default(repository)
        .describe('Path of the image in the registry'),
      tag: z
        .string()
        .regex(tags)
        .default(tag)
        .describe(tags === BUILD ? 'Tag, with a digit: one such as `latest` names no build' : "Tag, which begins with the program's version"),
      digest: z
        .string()
        .regex(/^(sha256:[0-9a-f]{64})?$/)
        .default('')
        .describe('Digest of the build, beside its tag'),
    })
    .prefault({})
    .describe(what);
}
export type ImageValues = z.output<ReturnType<typeof imageValues>>;

/** The reference that these values name. */
export function imageOf({ registry, repository, tag, digest }: ImageValues): string {
  const image = `${repository}:${tag}`;
  const place = registry ? `${registry}/${image}` : image;
  return digest ? `${place}@${digest}` : place;
}
