/** A place in an object that holds an image. */
export interface ImagePlace {
  /** Where: a JSON pointer. */
  readonly pointer: string;
  readonly image: string;
}

/** Lists that hold containers, in whatever kind they stand. */
const CONTAINERS = ['containers', 'initContainers', 'ephemeralContainers'];
/** Fields that hold an image outside of a container, by the group of the object. */
const FIELDS: Readonly<Record<string, string>> = {
  'serving.kserve.io': 'image',
  'postgresql.cnpg.io': 'imageName',
  'gateway.envoyproxy.io': 'image',
};

/**
 * Every image of an object: of containers of every sort, wherever a pod's template stands in it, of image volumes, and
 * of the custom resources whose operators take an image by itself.
 */
export function imagePlaces(object: { readonly apiVersion?: string }): ImagePlace[] {
  const field = FIELDS[object.apiVersion?.split('/')[0] ?? ''];
  const places: ImagePlace[] = [];
  const path: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === 'string') {
      if (isImage(path, field)) {
        places.push({ pointer: pointerTo(path), image: value });
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        path.push(key);
        visit(item);
        path.pop();
      }
    }
  };
  visit(object);
  return places;
}

function isImage(path: readonly string[], field: string | undefined): boolean {
  const key = path.at(-1);
  return (
    key === field ||
    (key === 'image' && CONTAINERS.includes(path.at(-3) ?? '')) ||
    (key === 'reference' && path.at(-2) === 'image' && path.at(-4) === 'volumes')
  );
}

/** @see https://www.rfc-editor.org/rfc/rfc6901 */
const pointerTo = (path: readonly string[]): string =>
  path.map(key => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
