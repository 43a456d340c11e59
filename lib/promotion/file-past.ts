import { outcomeOf, recordsIn, type Recorded } from './commit-message';
import { MOST_CHANGES, type Change } from './git-repository';
import { placeText, type Place } from './wanted';

/** A commit that changed a pin file, and what it says of pins. */
export interface FileChange extends Omit<Change, 'message'> {
  readonly records: readonly Recorded[];
}

/** A commit that says that it promoted something at a place. */
export type Promoted = FileChange & Recorded;

/** The commits that changed a pin file, the newest first, and what they say of each place. */
export class FilePast {
  public readonly changes: readonly FileChange[];
  private readonly promoted: Map<string, readonly Promoted[]>;

  /** @param before what was known before these */
  constructor(newer: readonly Change[], before?: FilePast) {
    const added = newer.map(({ message, ...change }) => ({ ...change, records: recordsIn(message) }));
    this.changes = [...added, ...(before?.changes ?? [])].slice(0, MOST_CHANGES);
    const promoted = new Map<string, Promoted[]>();
    for (const change of added) {
      for (const [place, records] of byPlace(change.records)) {
        const known = promoted.get(place) ?? [];
        known.push({ ...change, ...outcomeOf(records)! });
        promoted.set(place, known);
      }
    }
    this.promoted = new Map(before?.promoted);
    promoted.forEach((these, place) => this.promoted.set(place, [...these, ...(this.promoted.get(place) ?? [])]));
  }

  /** The commits that say that they promoted something there, the newest first. */
  public promotions(place: Place): readonly Promoted[] {
    return this.promoted.get(placeText(place)) ?? [];
  }
}

function byPlace(records: readonly Recorded[]): Map<string, Recorded[]> {
  const places = new Map<string, Recorded[]>();
  records.forEach(one => places.set(placeText(one), [...(places.get(placeText(one)) ?? []), one]));
  return places;
}
