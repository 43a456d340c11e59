import { mapInText } from '../values/json-text';
import type { Json } from '../values/value-node';

/** An index, a key, the separator of a text that is read as a list, or the step into a text that is read as JSON. */
export type Step = number | string | { readonly separator: string } | 'json()';

/** A place in the objects of a world; there is one of these for a place, so that they can be compared. */
export class At {
  private readonly steps = new Map<string | number, At>();
  /** Maps in texts, for reading a text takes long. */
  private readonly maps = new WeakMap<ReadonlyMap<string, Json>, { readonly map: Json | undefined }>();

  private constructor(
    private readonly step: Step,
    public readonly parent?: At,
  ) {}

  /** A place for each object, by its kind and name in the world. */
  public static ofObjects(): At {
    return new At('');
  }

  public child(step: Step): At {
    const key = typeof step === 'object' ? `separator ${step.separator}` : step;
    let known = this.steps.get(key);
    if (known === undefined) {
      known = new At(step, this);
      this.steps.set(key, known);
    }
    return known;
  }

  /** What stands here. */
  public read(objects: ReadonlyMap<string, Json> | undefined): Json | undefined {
    const { step, parent } = this;
    if (objects === undefined || parent === undefined) {
      return undefined;
    }
    if (parent.parent === undefined) {
      return objects.get(step as string);
    }
    if (step === 'json()') {
      const known = this.maps.get(objects) ?? { map: mapInText(parent.read(objects) ?? null) };
      this.maps.set(objects, known);
      return known.map;
    }
    const outer = parent.read(objects);
    if (typeof step !== 'object') {
      return (outer as any)?.[step] as Json | undefined;
    }
    return outer === undefined ? undefined : (String(outer).split(step.separator) as unknown as Json);
  }
}

/** Objects by kind and name; a number tells those of one name apart. */
export function namedObjects(objects: readonly Json[]): ReadonlyMap<string, Json> {
  const named = new Map<string, Json>();
  for (const object of objects) {
    const { apiVersion, kind, metadata } = object as any;
    const name = `${apiVersion}/${kind}/${metadata?.name}`;
    named.set(named.has(name) ? `${name}#${named.size}` : name, object);
  }
  return named;
}
