import { both, either, type Condition, type Test } from '../tree/condition';
import { scopesAround, type Slot } from '../tree/slot';
import { holds, testsOf, type Gate, type Vector } from '../worlds/gates';
import { withState } from '../worlds/world';

/** Worlds as bits of a number: bit `n` is world `n`. */
export type Worlds = bigint;

interface Literal {
  readonly condition: Condition & { kind: 'test' };
  readonly worlds: Worlds;
  readonly cost: number;
}

interface Found {
  readonly condition: Condition | undefined;
  readonly cost: number;
}

/** Where a condition is looked for. */
export interface Context {
  /** Lists and maps whose items the condition may ask about, because a loop is at one of them. */
  readonly bound: ReadonlySet<Slot>;
  /** Values in what is guarded: a condition about them is the likelier one. */
  readonly liked: ReadonlySet<Slot>;
}

const NESTED = 2;
const FEW = 12;
const QUESTIONS = 8;

/** Finds the simplest conditions that are true in some worlds and false in others. */
export class Learner {
  /** Worlds not seen yet that would tell conditions apart that are all true so far. */
  public readonly questions: Vector[] = [];
  private readonly literals: readonly Literal[];

  constructor(
    private readonly gates: readonly Gate[],
    private readonly vectors: readonly Vector[],
  ) {
    this.literals = gates.flatMap(gate =>
      testsOf(gate).flatMap(test => [false, true].map(negated => this.literal(test, negated))),
    );
  }

  /**
   * @param on worlds in which the condition is true
   * @param care worlds that count, those of `on` among them
   * @returns undefined if no condition that a reader would understand explains it; no condition if it is always true
   */
  public learn(on: Worlds, care: Worlds, context: Context): { condition: Condition | undefined } | undefined {
    if (on === care) {
      return { condition: undefined };
    }
    const literals = this.literals
      .filter(({ condition }) => scopesAround(condition.test.slot).every(scope => context.bound.has(scope)))
      .map(literal =>
        context.liked.has(literal.condition.test.slot) ? { ...literal, cost: literal.cost - 0.3 } : literal,
      )
      .sort((one, other) => one.cost - other.cost);
    return this.search(on, care, literals, NESTED);
  }

  private search(on: Worlds, care: Worlds, literals: readonly Literal[], depth: number): Found | undefined {
    if (on === care) {
      return { condition: undefined, cost: 0 };
    }
    if (on === 0n) {
      return undefined;
    }
    const exact = literals.filter(({ worlds }) => (worlds & care) === on);
    if (exact.length > 0) {
      this.ask(exact[0]!, exact.slice(1), on);
      return { condition: exact[0]!.condition, cost: exact[0]!.cost };
    }
    const off = care & ~on;
    const needed = literals.filter(({ worlds }) => (on & ~worlds) === 0n && (off & ~worlds) !== 0n);
    const enough = literals.filter(({ worlds }) => (worlds & off) === 0n && (worlds & on) !== 0n);
    const all = fewest(needed, off, ({ worlds }) => off & ~worlds);
    const any = fewest(enough, on, ({ worlds }) => on & worlds);
    if (all !== undefined && (any === undefined || all.length <= any.length)) {
      all.forEach(chosen =>
        this.ask(
          chosen,
          needed.filter(each => !all.includes(each)),
          on,
        ),
      );
      return joined(both, all);
    }
    if (any !== undefined) {
      const others = enough.filter(each => !any.includes(each));
      any.forEach(chosen => this.ask(chosen, others, off, true));
      return joined(either, any);
    }
    return depth === 0 ? undefined : this.nested(on, care, literals, needed, enough, depth);
  }

  /** `a and (b or c)`, `a or (b and c)`, and `(a and b) or (not a and c)`. */
  private nested(
    on: Worlds,
    care: Worlds,
    literals: readonly Literal[],
    needed: readonly Literal[],
    enough: readonly Literal[],
    depth: number,
  ): Found | undefined {
    const found: Found[] = [];
    for (const literal of needed.slice(0, FEW)) {
      const rest = this.search(on, care & literal.worlds, literals, depth - 1);
      if (rest?.condition !== undefined) {
        found.push({ condition: both(literal.condition, rest.condition), cost: literal.cost + rest.cost });
      }
    }
    for (const literal of enough.slice(0, FEW)) {
      const rest = this.search(on & ~literal.worlds, care & ~literal.worlds, literals, depth - 1);
      if (rest?.condition !== undefined) {
        found.push({ condition: either(literal.condition, rest.condition), cost: literal.cost + rest.cost });
      }
    }
    for (const literal of found.length > 0 ? [] : literals.filter(({ condition }) => !condition.negated)) {
      const [yes, no] = [literal.worlds & care, care & ~literal.worlds];
      const one = yes === 0n || no === 0n ? undefined : this.search(on & yes, yes, literals, 0);
      const other = one === undefined ? undefined : this.search(on & no, no, literals, 0);
      if (one !== undefined && other !== undefined) {
        const negated = { ...literal.condition, negated: true };
        found.push({
          condition: either(
            one.condition === undefined ? literal.condition : both(literal.condition, one.condition),
            other.condition === undefined ? negated : both(negated, other.condition),
          ),
          cost: 2 * literal.cost + one.cost + other.cost,
        });
      }
    }
    return found.sort((one, other) => one.cost - other.cost)[0];
  }

  private literal(test: Test, negated: boolean): Literal {
    const worlds = this.vectors.reduce(
      (bits, vector, index) => (holds(test, negated, vector) ? bits | (1n << BigInt(index)) : bits),
      0n,
    );
    const cost = 1 + (negated ? 0.2 : 0) + test.slot.id / 10_000;
    return { condition: { kind: 'test', test, negated }, worlds, cost };
  }

  /** Asks for worlds in which the chosen test and another that is as true so far differ. */
  private ask(chosen: Literal, others: readonly Literal[], worlds: Worlds, wanted = false): void {
    const start = this.vectors[firstBit(worlds)];
    if (start === undefined) {
      return;
    }
    for (const { condition } of others.slice(0, QUESTIONS)) {
      const { slot } = condition.test;
      const gate = this.gates.find(each => each.slot === slot)!;
      const state = gate.states.find(
        each => holds(condition.test, condition.negated, withState(start, slot, each)) === wanted,
      );
      if (state !== undefined && slot !== chosen.condition.test.slot) {
        this.questions.push(withState(start, slot, state));
      }
    }
  }
}

/** As few literals as cover all worlds that must be covered. */
function fewest(
  literals: readonly Literal[],
  wanted: Worlds,
  covers: (literal: Literal) => Worlds,
): Literal[] | undefined {
  if (wanted === 0n || literals.reduce((bits, literal) => bits | covers(literal), 0n) !== wanted) {
    return undefined;
  }
  for (const one of literals) {
    const other = literals.find(each => (covers(one) | covers(each)) === wanted);
    if (other !== undefined) {
      return [one, other].sort(byDeclaration);
    }
  }
  const chosen: Literal[] = [];
  for (let left = wanted; left !== 0n;) {
    const best = literals.reduce((one, other) =>
      count(covers(other) & left) > count(covers(one) & left) ? other : one,
    );
    chosen.push(best);
    left &= ~covers(best);
  }
  return chosen.sort(byDeclaration);
}

const byDeclaration = (one: Literal, other: Literal): number =>
  one.condition.test.slot.id - other.condition.test.slot.id;

function joined(join: (...of: Condition[]) => Condition, literals: readonly Literal[]): Found {
  return {
    condition: join(...literals.map(({ condition }) => condition)),
    cost: literals.reduce((sum, { cost }) => sum + cost, 0),
  };
}

/** Number of worlds in a set. */
export function count(worlds: Worlds): number {
  let bits = 0;
  for (let rest = worlds; rest !== 0n; rest &= rest - 1n) {
    bits++;
  }
  return bits;
}

const firstBit = (worlds: Worlds): number => (worlds === 0n ? -1 : (worlds & -worlds).toString(2).length - 1);
