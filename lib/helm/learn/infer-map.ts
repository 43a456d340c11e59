import type { Entry, Node } from '../tree/chart-tree';
import { Cases, freeScopes, loopsOf, titleOf, worldsOf, type Bound, type Case, type Inferring } from './case';
import type { Evidence } from './evidence';
import type { TextInference } from './infer-text';
import type { EntryReading } from './reading';
import { checkCharacters, within, type Place } from './untranslatable';

/** Maps: which keys they have in which worlds, and which stand for all entries of a map of the user's. */
export class MapInference {
  constructor(
    private readonly evidence: Evidence,
    private readonly infer: Inferring,
    private readonly texts: TextInference,
  ) {}

  public map(cases: readonly Case[], place: Place, bound: Bound): Node {
    const rows = new Map<string, { readonly first: EntryReading; readonly cases: Cases }>();
    const order: string[] = [];
    for (const each of cases) {
      let last = -1;
      for (const entry of each.reading.entries!) {
        let row = rows.get(entry.id);
        if (row === undefined) {
          row = { first: entry, cases: new Cases() };
          rows.set(entry.id, row);
          order.splice(last + 1, 0, entry.id);
        }
        row.cases.addBelow(each, entry.key, entry.reading);
        last = order[last + 1] === entry.id ? last + 1 : order.indexOf(entry.id);
      }
    }
    const care = worldsOf(cases);
    const entries = order.map((id): Entry => {
      const { first, cases: all } = rows.get(id)!;
      const row = all.list;
      const { parts, reading } = first;
      const { spread } = reading;
      const inner = spread === undefined ? within(place, titleOf(parts)) : place;
      const over = spread === undefined ? loopsOf(parts, bound) : freeScopes([spread], bound);
      const presence = this.infer.presence(row, care, over, bound, this.evidence.slotsOf(row), inner);
      if (spread !== undefined) {
        return { key: '', node: { kind: 'opaque', slot: spread }, over, spread: true, ...presence };
      }
      const inside = new Set([...bound, ...over]);
      checkCharacters(first.key, place);
      const isPlain = parts.every(part => typeof part === 'string');
      const key = isPlain ? parts.join('') : this.texts.lifted(parts, row, inner, inside);
      return { key, node: this.infer.node(row, inner, inside), over, ...presence };
    });
    return { kind: 'map', entries };
  }
}
