import { PlatformError } from '../../core/platform-error';
import { slotName, type Slot } from '../tree/slot';
import type { Json, TextRules } from '../values/value-node';
import type { PatternExamples } from './pattern-examples';

/** Two values of one kind that are found again in what a construct makes of them. */
export interface Pair<Value = Json> {
  readonly a: Value;
  readonly b: Value;
}

/** How sentinels are chosen. */
export interface SentinelPlan {
  /** Texts that get a quotation mark, which shows where a construct escapes them. */
  readonly quoted: ReadonlySet<Slot>;
  /** Whether later slots get greater numbers or smaller ones, for rules such as `minimum <= maximum`. */
  readonly descending: boolean;
  /** Kept for all worlds of a chart. */
  readonly examples: PatternExamples;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const RECOGNIZABLE = 4;
/** Bounds so wide that no two slots need be near to each other. */
const ROOMY = 20_000;
const GAPS = 30;

/** Gives out texts and numbers that no other slot has. */
export class Sentinels {
  private readonly taken = new Set<string>();
  private next = 0;
  private small = 0;

  /** @param total number of slots, from which descending plans count down */
  constructor(
    private readonly plan: SentinelPlan,
    private readonly total: number,
  ) {}

  /** A word that is valid as a DNS label. */
  public word(): Pair<string> {
    const index = this.next++;
    return { a: word(2 * index), b: word(2 * index + 1) };
  }

  public text(slot: Slot, rules: TextRules): Pair<string> {
    const index = this.next++;
    const rank = this.plan.descending ? this.total * 3 - index : index;
    const forms = this.plan.quoted.has(slot) ? [quoted, ...FORMS] : FORMS;
    for (const form of forms) {
      const pair = { a: form(2 * rank), b: form(2 * rank + 1) };
      if (accepts(rules, pair.a) && accepts(rules, pair.b) && this.take(pair)) {
        return pair;
      }
    }
    return this.fromPattern(slot, rules);
  }

  /** Numbers of an interval, as far apart as another slot's are not; twice the same if there is only one. */
  public integer(slot: Slot, [lowest, highest]: readonly [number, number]): Pair<number> {
    const index = this.next++;
    if (lowest === highest) {
      return { a: lowest, b: lowest };
    }
    const room = highest - lowest;
    // A value that is fixed in both families is no other's pair, so small numbers may stand for several values.
    const own = this.small++;
    const gaps = Array.from({ length: Math.min(room, GAPS) }, (_, gap) => 1 + ((gap + own) % Math.min(room, GAPS)));
    const rank = room > ROOMY ? index * 211 : own;
    const first = room > ROOMY ? Math.max(lowest, Math.min(41_000, highest - ROOMY)) : lowest + Math.min(2, room - 1);
    for (const gap of gaps) {
      for (let turn = 0; turn <= Math.min(room, ROOMY); turn++) {
        const steps = (rank + turn) % (highest - first + 1);
        const a = this.plan.descending ? highest - steps - gap : first + steps;
        const pair = { a, b: a + gap };
        if (a >= lowest && pair.b <= highest && this.take(pair)) {
          return pair;
        }
      }
    }
    throw new PlatformError(
      slotName(slot),
      `no two numbers from ${lowest} to ${highest} are left that no other value has`,
      'widen its bounds',
    );
  }

  /** Texts that the pattern allows, where none of the usual forms is allowed. */
  private fromPattern(slot: Slot, rules: TextRules): Pair<string> {
    const examples = this.plan.examples
      .of(rules.pattern ?? '^[a-z]*$')
      .filter(text => text.length >= RECOGNIZABLE && accepts(rules, text) && !this.taken.has(`"${text}"`));
    const a = examples[0];
    const b = examples.find(text => text !== a && !text.includes(a!) && !a!.includes(text));
    if (a === undefined || b === undefined || !this.take({ a, b })) {
      throw new PlatformError(
        slotName(slot),
        `no two texts are found that follow its rules and can be recognized in an object${rules.pattern === undefined ? '' : `: /${rules.pattern}/`}`,
        'give two with .meta({ sentinels: [a, b] })',
      );
    }
    return { a, b };
  }

  private take({ a, b }: Pair<string | number>): boolean {
    const own = typeof a === 'number' ? [`${a}/${b}`] : [`"${a}"`, `"${b}"`];
    if (own.some(text => this.taken.has(text))) {
      return false;
    }
    own.forEach(text => this.taken.add(text));
    return true;
  }
}

/** Whether a text follows rules, as Helm sees it. */
export function accepts({ pattern, minLength = 0, maxLength = Infinity }: TextRules, text: string): boolean {
  const { length } = [...text];
  return length >= minLength && length <= maxLength && (pattern === undefined || new RegExp(pattern, 'u').test(text));
}

const code = (index: number): string => [676, 26, 1].map(weight => LETTERS[Math.floor(index / weight) % 26]).join('');
const word = (index: number): string => `qv${code(index)}z`;
const quoted = (index: number): string => `qv${code(index)}"z`;

/** What texts look like in Kubernetes, the plainest first. */
const FORMS: readonly ((index: number) => string)[] = [
  word,
  index => `/${word(index)}`,
  index => `${word(index)}.example.com`,
  index => `${word(index)}.example.com/${word(index)}`,
  index => `https://${word(index)}.example.com`,
  index => `postgresql://${word(index)}.example.com/${word(index)}`,
  index => `s3://${word(index)}/${word(index)}`,
  index => word(index).toUpperCase().replace('QV', 'QV_'),
  index => `7.${index}.3`,
  index => `v7.${index}.3`,
  index => `${7000 + index}Mi`,
  index => `${7000 + index}Gi`,
  index => `${7000 + index}m`,
  index => `${7000 + index}`,
  index => `${7000 + index}s`,
  index => `${7000 + index}m`,
  index => `${7000 + index}h`,
  index => `${7000 + index}d`,
  index => `${11 + (index % 80)}%`,
  index => `10.${index % 256}.0.0/16`,
  index => `10.77.${index % 256}.1`,
  index => `${index % 60} ${Math.floor(index / 60) % 24} * * *`,
  index => `sha256:${index.toString(16).padStart(8, 'e').repeat(8)}`,
  index => index.toString(16).padStart(8, 'e').repeat(8),
  index => `${word(index)}@example.com`,
  index => `${word(index)}@sha256:${index.toString(16).padStart(8, 'e').repeat(8)}`,
  index => `${word(index)}.example.com/${word(index)}@sha256:${index.toString(16).padStart(8, 'e').repeat(8)}`,
];
