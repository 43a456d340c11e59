import { canonical } from './canonical';
import { freeScopes, loopsOf, titleOf, worldsOf, type At, type Bound, type Case, type Inferring } from './case';
import type { Entry, Node } from './chart-tree';
import type { Evidence } from './evidence';
import type { TextInference } from './infer-text';
import type { LiftedPart } from './lifting';
import { pairKeys, partKey } from './shape';
import type { Slot } from './slot';
import { within, type Place } from './untranslatable';
import type { Json } from './value-node';

/** Maps: which keys they have in which worlds, and which stand for all entries of a map of the user's. */
export class MapInference {
  constructor(
    private readonly evidence: Evidence,
    private readonly infer: Inferring,
    private readonly texts: TextInference,
  ) {}

  public map(cases: readonly Case[], place: Place, bound: Bound): Node {
    const rows = new Map<string, { cases: Case[]; parts: readonly LiftedPart[]; spread?: Slot }>();
    const order: string[] = [];
    for (const each of cases) {
      let last = -1;
      for (const { id, parts, a, b, at, spread } of this.pairs(each)) {
        const known = rows.get(id);
        if (known === undefined) {
          rows.set(id, { cases: [{ world: each.world, a, b, at }], parts, ...(spread ? { spread } : {}) });
          order.splice(last + 1, 0, id);
        } else {
          known.cases.push({ world: each.world, a, b, at });
        }
        last = order.indexOf(id);
      }
    }
    const care = worldsOf(cases);
    const entries = order.map((id): Entry => {
      const { cases: row, parts, spread } = rows.get(id)!;
      const inner = spread === undefined ? within(place, titleOf(parts)) : place;
      const over = spread === undefined ? loopsOf(parts, bound) : freeScopes([spread], bound);
      const presence = this.infer.presence(row, care, over, bound, this.evidence.slotsOf(row), inner);
      if (spread !== undefined) {
        return { key: '', node: { kind: 'opaque', slot: spread }, over, spread: true, ...presence };
      }
      const inside = new Set([...bound, ...over]);
      const isPlain = parts.every(part => typeof part === 'string');
      const key = isPlain ? parts.join('') : this.texts.lifted(parts, row, inner, inside);
      return { key, node: this.infer.node(row, inner, inside), over, ...presence };
    });
    return { kind: 'map', entries };
  }

  /** The entries of a map in one world, and the structures of the user's that are spread in it. */
  private *pairs({ world, a, b, at }: Case): Generator<{
    readonly id: string;
    readonly at: At | undefined;
    readonly parts: readonly LiftedPart[];
    readonly a: Json;
    readonly b: Json;
    readonly spread?: Slot;
  }> {
    const [one, other] = [a as Record<string, Json>, b as Record<string, Json>];
    const spread = new Map<string, Slot>();
    for (const slot of this.evidence.values.slots) {
      const pair =
        slot.node.kind === 'opaque' && slot.node.of === 'map' ? this.evidence.values.opaqueOf(slot) : undefined;
      const names = Object.keys((pair?.a ?? {}) as object);
      const isIn = ([name, value]: [string, Json]): boolean =>
        Object.hasOwn(one, name) && canonical(one[name]!) === canonical(value);
      if (
        names.length > 0 &&
        names.some(name => !Object.hasOwn(other, name)) &&
        Object.entries(pair!.a as object).every(isIn)
      ) {
        names.forEach(name => spread.set(name, slot));
      }
    }
    const done = new Set<Slot>();
    for (const key of pairKeys(one, other, this.evidence.lifting)) {
      const slot = spread.get(key.a);
      if (slot === undefined) {
        const parts =
          key.a === key.b ? key.parts : this.evidence.lifting.text(key.a, key.b, this.evidence.seen[world])!;
        yield {
          id: parts.map(partKey).join(''),
          parts,
          a: one[key.a]!,
          b: other[key.b] ?? null,
          at: at && [...at, key.a],
        };
      } else if (!done.has(slot)) {
        done.add(slot);
        yield { id: `spread ${slot.id}`, parts: [], a: null, b: null, at: undefined, spread: slot };
      }
    }
  }
}
