import { ApiObject, JsonPatch, type App } from 'cdk8s';
import { contentOf } from '../constructs/kube-object';
import { lockName, type ImageLock } from '../core/image-lock';
import type { ImageMap } from '../core/image-map';
import { imagePlaces } from '../core/image-places';
import { PlatformError } from '../core/platform-error';
import { readImageLock } from './read-image-lock';
import { unitObjects, type Unit } from './unit';

export interface ImagesProps {
  /**
   * What stands in place of a registry, or of a part of one: `{ 'ghcr.io': 'registry.local/ghcr' }`. An image from any
   * other registry is refused.
   *
   * @default - images keep their registries
   */
  readonly registries?: Readonly<Record<string, string>>;
  /**
   * File that holds the digest of every image. An image that is not in it is refused.
   *
   * @default - images keep what they are declared with
   */
  readonly lockFile?: string;
}

/** One image of the platform. */
export interface ImageUse {
  /** As it was declared. */
  readonly image: string;
  /** What pods get: with the registry and the digest that the platform's `images` say. Undefined if it is refused. */
  readonly reference: string | undefined;
  /** Why it is refused. */
  readonly problem: string | undefined;
  /** Where it is used: `staging/fraud Deployment/mlflow`. */
  readonly places: readonly string[];
}

/** Every image of the platform. */
export interface ImageList {
  readonly images: readonly ImageUse[];
  /** Lines of the lock file that nothing uses. */
  readonly stale: readonly string[];
}

interface Refusal {
  readonly problem: string;
  readonly remedy: string;
  readonly place: string;
  units: number;
}

/** Gives the objects of one synthesis the images that pods can reach, and keeps account of what was used. */
export class ImageRewriter {
  private readonly refused = new Map<string, Refusal>();
  private readonly used = new Set<string | undefined>();
  private readonly lock: ImageLock | undefined;

  constructor(
    private readonly map: ImageMap,
    lockFile: string | undefined,
  ) {
    this.lock = lockFile === undefined ? undefined : readImageLock(lockFile);
  }

  /** Patches every object of a unit that holds an image, so that cdk8s's own synthesis prints the same. */
  public rewrite(unit: Unit, app: App): void {
    const refused = new Set<string>();
    for (const construct of app.node.findAll().filter(ApiObject.isApiObject)) {
      const patches = imagePlaces(contentOf(construct)).flatMap(({ pointer, image }) => {
        const mapped = this.map.map(image, this.lock);
        this.used.add(lockName(image));
        if (mapped.reference === undefined) {
          refused.add(image);
          const first = { ...mapped, place: `${unit.folder}/${construct.node.path}`, units: 0 };
          this.refused.set(image, this.refused.get(image) ?? first);
          return [];
        }
        return mapped.reference === image ? [] : [JsonPatch.replace(pointer, mapped.reference)];
      });
      if (patches.length > 0) {
        construct.addJsonPatch(...patches);
      }
    }
    refused.forEach(image => this.refused.get(image)!.units++);
  }

  /** What was refused: once for each image, however many units use it. */
  public get mistakes(): PlatformError[] {
    return [...this.refused.values()].map(({ place, units, problem, remedy }) => {
      const others = units > 1 ? ` (and so in ${units - 1} more of the units)` : '';
      return new PlatformError(place, `${problem}${others}`, remedy);
    });
  }

  /** Lines of the lock file that nothing used; only after all units. */
  public get stale(): PlatformError[] {
    return [...(this.lock?.images ?? [])]
      .filter(([image]) => !this.used.has(image))
      .map(
        ([image, { line }]) =>
          new PlatformError(`${this.lock!.file}:${line}`, `nothing uses the image "${image}"`, 'remove the line'),
      );
  }

  /** Lists the images of units, as they were declared. */
  public list(units: readonly Unit[], build: (unit: Unit) => App): ImageList {
    const places = new Map<string, Set<string>>();
    for (const unit of units) {
      for (const object of unitObjects(unit, build(unit)) as any[]) {
        for (const { image } of imagePlaces(object)) {
          const place = `${unit.name} ${object.kind}/${object.metadata.name}`;
          places.set(image, (places.get(image) ?? new Set()).add(place));
        }
      }
    }
    const images = [...places]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([image, where]) => {
        const mapped = this.map.map(image, this.lock);
        this.used.add(lockName(image));
        const problem = mapped.reference === undefined ? `${mapped.problem}; ${mapped.remedy}` : undefined;
        return { image, reference: mapped.reference, problem, places: [...where] };
      });
    return { images, stale: this.stale.map(({ message }) => message) };
  }
}
