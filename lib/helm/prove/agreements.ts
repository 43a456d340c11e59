import { PlatformError } from '../../core/platform-error';
import type { ChartTree, ObjectTree } from '../tree/chart-tree';
import { interpretObject } from '../tree/interpret';
import type { Slot } from '../tree/slot';
import { sameJson } from '../values/same-json';
import { compare, identityOf, type Difference, type Sample } from './sample';

/**
 * Compares trees with samples, and remembers which objects of a tree agree with which: most of them are the same in the
 * next tree.
 */
export class Agreements {
  private readonly slots: ReadonlySet<unknown>;
  private readonly numbers = new Map<string, number>();
  private readonly numbered = new WeakMap<ObjectTree, number>();
  private readonly known = new WeakMap<Sample, Map<number, readonly string[]>>();

  constructor(slots: readonly Slot[]) {
    this.slots = new Set(slots);
  }

  /** The first difference between what a tree prints and what the construct made of the same values. */
  public compare(tree: ChartTree, sample: Sample): Difference | undefined {
    return this.agrees(tree, sample) ? undefined : compare(tree, sample);
  }

  private agrees(tree: ChartTree, sample: Sample): boolean {
    const seen = new Set<string>();
    let count = 0;
    for (const object of tree.objects) {
      const agreeing = this.agreeing(object, sample);
      if (agreeing === undefined) {
        return false;
      }
      agreeing.forEach(identity => seen.add(identity));
      count += agreeing.length;
    }
    return seen.size === count && count === sample.objects.size;
  }

  /** Which of the construct's objects a part of a tree prints; undefined if it prints anything else. */
  private agreeing(object: ObjectTree, sample: Sample): readonly string[] | undefined {
    const known = this.known.get(sample) ?? new Map<number, readonly string[]>();
    this.known.set(sample, known);
    const number = this.numberOf(object);
    let agreeing = known.get(number);
    if (agreeing === undefined) {
      agreeing = compared(object, sample);
      if (agreeing !== undefined) {
        known.set(number, agreeing);
      }
    }
    return agreeing;
  }

  /** Equal numbers for equal trees. */
  private numberOf(object: ObjectTree): number {
    let number = this.numbered.get(object);
    if (number === undefined) {
      const text = JSON.stringify(object, (_, value) =>
        this.slots.has(value) ? (value as Slot).id : (value as unknown),
      );
      number = this.numbers.get(text) ?? this.numbers.size;
      this.numbers.set(text, number);
      this.numbered.set(object, number);
    }
    return number;
  }
}

function compared(object: ObjectTree, { values, release, objects }: Sample): readonly string[] | undefined {
  try {
    const identities: string[] = [];
    for (const printed of interpretObject(object, values, release)) {
      const identity = identityOf(printed);
      if (!sameJson(objects.get(identity), printed)) {
        return undefined;
      }
      identities.push(identity);
    }
    return identities;
  } catch (error) {
    if (!(error instanceof PlatformError)) {
      throw error;
    }
    return undefined;
  }
}
