import type { Expression } from '../tree/chart-tree';
import { RELEASE_FIELDS } from '../values/release';
import type { Json } from '../values/value-node';
import type { Call, Computed } from '../worlds/run';
import type { WorldValues } from '../worlds/world';

export type LiftedPart = string | Expression | Call;

interface Mark {
  readonly a: string;
  readonly b: string;
  readonly part: Expression | Call;
}

/** A world, as far as it decides what a text or a number in it can stand for. */
export interface Seen {
  readonly computed: readonly Computed[];
  /** Whether an expression has these results there. */
  readonly holds: (expression: Expression, a: Json, b: Json) => boolean;
}

/** Finds the values again that a construct put into its texts and numbers. */
export class Lifting {
  private readonly marks = new Map<string, Mark[]>();
  private readonly numbers = new Map<string, Expression>();

  constructor(private readonly values: WorldValues) {
    for (const field of RELEASE_FIELDS) {
      this.mark(values.release[field], { kind: 'release', field });
    }
    for (const slot of values.slots) {
      const text = values.textOf(slot);
      if (text !== undefined) {
        this.markText(text, { kind: 'value', slot });
      }
      const key = values.keyOf(slot);
      if (key !== undefined) {
        this.markText(key, { kind: 'key', scope: slot });
      }
      for (const { a, b } of values.integersOf(slot)) {
        if (a !== b) {
          this.numbers.set(`${a}/${b}`, { kind: 'value', slot });
          this.mark({ a: String(a), b: String(b) }, { kind: 'value', slot });
        }
      }
    }
    this.marks.forEach(marks => marks.sort((one, other) => other.a.length - one.a.length));
  }

  /** What a number stands for; undefined if nothing explains it. */
  public number(a: number, b: number, seen: Seen): Expression | Call | undefined {
    const known = this.numbers.get(`${a}/${b}`);
    return known !== undefined && seen.holds(known, a, b)
      ? known
      : (seen.computed.find(call => call.a === a && call.b === b) ?? this.sum(a, b, seen));
  }

  /**
   * The parts of a text: what stands in it as it is, and values.
   *
   * @returns undefined if the two families differ in something that is no value
   */
  public text(a: string, b: string, seen: Seen = NOWHERE): LiftedPart[] | undefined {
    if (a === b) {
      return a === '' ? [] : [a];
    }
    const calls = seen.computed.flatMap(call =>
      typeof call.a === 'string' && typeof call.b === 'string' && call.a !== call.b
        ? [{ a: call.a, b: call.b, part: call }]
        : [],
    );
    const parts: LiftedPart[] = [];
    let plain = '';
    let [i, j] = [0, 0];
    while (i < a.length || j < b.length) {
      const known = this.marks.get(a[i]!)?.find(each => a.startsWith(each.a, i) && b.startsWith(each.b, j));
      const mark =
        calls.find(each => a.startsWith(each.a, i) && b.startsWith(each.b, j)) ??
        (known !== undefined && /^\d+$/.test(known.a) ? this.digits(a, i, b, j, seen) : known) ??
        known ??
        this.digits(a, i, b, j, seen);
      if (mark !== undefined) {
        parts.push(...(plain === '' ? [] : [plain]), mark.part);
        plain = '';
        i += mark.a.length;
        j += mark.b.length;
      } else if (a[i] === b[j]) {
        plain += a[i];
        i++;
        j++;
      } else {
        return undefined;
      }
    }
    return plain === '' ? parts : [...parts, plain];
  }

  private markText({ a, b }: { a: string; b: string }, part: Expression): void {
    this.mark({ a, b }, part);
    const [escapedA, escapedB] = [a, b].map(text => JSON.stringify(text));
    if (escapedA!.length > a.length + 2) {
      this.mark({ a: escapedA!, b: escapedB! }, { kind: 'json', of: part });
    }
  }

  private mark({ a, b }: { a: string; b: string }, part: Expression): void {
    const marks = this.marks.get(a[0]!) ?? [];
    this.marks.set(a[0]!, [...marks, { a, b, part }]);
  }

  /** Numbers in texts that were computed from integers. */
  private digits(a: string, i: number, b: string, j: number, seen: Seen): Mark | undefined {
    const [one, other] = [numberAt(a, i), numberAt(b, j)];
    if (one === undefined || other === undefined || one === other) {
      return undefined;
    }
    const part = this.number(Number(one), Number(other), { ...seen, computed: [] }) as Expression | undefined;
    return part === undefined ? undefined : { a: one, b: other, part };
  }

  /** A number that is a multiple of an integer plus a constant, or the sum or difference of two. */
  private sum(a: number, b: number, seen: Seen): Expression | undefined {
    if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b) || a === b) {
      return undefined;
    }
    const slots = this.values.slots.flatMap(slot =>
      this.values.integersOf(slot).flatMap(pair => (pair.a === pair.b ? [] : [{ slot, ...pair }])),
    );
    const multiples = slots.flatMap(({ slot, a: from, b: to }) => {
      const factor = (a - b) / (from - to);
      return Number.isInteger(factor) ? [{ terms: [{ slot, factor }], constant: a - factor * from }] : [];
    });
    const pairs = slots.flatMap((one, index) =>
      slots.slice(index + 1).flatMap(other =>
        [1, -1].flatMap(factor =>
          one.a + factor * other.a === a && one.b + factor * other.b === b
            ? [
                {
                  terms: [
                    { slot: one.slot, factor: 1 },
                    { slot: other.slot, factor },
                  ],
                  constant: 0,
                },
              ]
            : [],
        ),
      ),
    );
    return [...multiples, ...pairs]
      .filter(found => weight(found) <= HEAVY)
      .sort((one, other) => weight(one) - weight(other))
      .map((found): Expression => ({ kind: 'sum', ...found }))
      .find(found => seen.holds(found, a, b));
  }
}

const NOWHERE: Seen = { computed: [], holds: () => true };
const HEAVY = 100_000;

const weight = ({ terms, constant }: { terms: readonly { factor: number }[]; constant: number }): number =>
  terms.reduce((sum, { factor }) => sum + cost(factor), 0) + Math.min(Math.abs(constant), 99_999);

/** How far-fetched a factor is: those that change the unit are not, however large. */
const cost = (factor: number): number =>
  factor % 1024 === 0 || factor % 1000 === 0 ? 1000 : Math.abs(factor) + (factor < 0 ? 1 : 0);

/** The whole number that starts at a place; undefined in the midst of one. */
function numberAt(text: string, index: number): string | undefined {
  return /\d/.test(text[index - 1] ?? '') ? undefined : /^\d+/.exec(text.slice(index, index + 17))?.[0];
}
