import type { Arm, Part } from '../tree/chart-tree';
import type { Condition } from '../tree/condition';
import { partsOf } from '../tree/default-form';
import { partKey } from '../tree/part-key';
import type { Slot } from '../tree/slot';
import { isQuotable, pipeline, reference, type Scope } from './go-syntax';

/** One character of a text, or a value. */
type Token = Part;

/** A part of a text that is there if a value is given. */
interface Optional {
  readonly slot: Slot;
  /** The first of its tokens, and the one behind its last. */
  readonly start: number;
  readonly end: number;
}

/** More values than a reader follows within a line. */
const MOST = 3;

/**
 * A text of which parts come and go, each with a value, as `{{ with .Values.registry }}{{ . }}/{{ end }}`.
 *
 * @returns a text that is the same between double quotes and without; undefined for any other choice
 */
export function optionalParts(arms: readonly Arm[], scope: Scope): string | undefined {
  const slots = [...new Set(arms.flatMap(({ when }) => textsGiven(when) ?? []))];
  const isPlain = arms.every(({ when }) => when === undefined || textsGiven(when) !== undefined);
  if (!isPlain || slots.length === 0 || slots.length > MOST || arms.length !== 2 ** slots.length) {
    return undefined;
  }
  const whole = tokensFor(arms, slots);
  const optional = slots.map(slot =>
    missing(
      whole,
      tokensFor(
        arms,
        slots.filter(each => each !== slot),
      ),
      slot,
    ),
  );
  if (whole === undefined || !optional.every(part => part !== undefined)) {
    return undefined;
  }
  const parts = [...optional].sort((one, other) => one.start - other.start);
  const isDisjoint = parts.every(({ start }, index) => index === 0 || start >= parts[index - 1]!.end);
  const isSame = subsetsOf(slots).every(given => {
    const left = whole.filter((_, at) =>
      parts.every(({ slot, start, end }) => given.includes(slot) || at < start || at >= end),
    );
    return keyOf(left) === keyOf(tokensFor(arms, given) ?? []);
  });
  return isDisjoint && isSame && isReadable(whole) ? printed(whole, parts, scope) : undefined;
}

/** The values that a condition wants to be given, all of them; undefined for any other condition. */
function textsGiven(condition: Condition | undefined): readonly Slot[] | undefined {
  if (condition?.kind === 'all') {
    const all = condition.of.map(textsGiven);
    return all.every(slots => slots !== undefined) ? all.flat() : undefined;
  }
  if (condition?.kind !== 'test') {
    return undefined;
  }
  const { test, negated } = condition;
  return !negated && test.kind === 'given' && test.slot.node.kind === 'string' ? [test.slot] : undefined;
}

/** The text if only these values are given. */
function tokensFor(arms: readonly Arm[], given: readonly Slot[]): readonly Token[] | undefined {
  const arm = arms.find(({ when }) => when === undefined || textsGiven(when)!.every(slot => given.includes(slot)));
  const parts = arm === undefined ? undefined : partsOf(arm.node);
  return parts?.flatMap((part): Token[] => (typeof part === 'string' ? [...part] : [part]));
}

/** What is not there without a value: constant text around the value alone. */
function missing(
  whole: readonly Token[] | undefined,
  without: readonly Token[] | undefined,
  slot: Slot,
): Optional | undefined {
  if (whole === undefined || without === undefined || whole.length <= without.length) {
    return undefined;
  }
  const length = whole.length - without.length;
  const at = whole.findIndex(token => typeof token !== 'string' && token.kind === 'value' && token.slot === slot);
  return Array.from({ length }, (_, index) => ({ slot, start: at - index, end: at - index + length })).find(
    ({ start, end }) =>
      start >= 0 &&
      whole.slice(start, end).every((token, index) => typeof token === 'string' || start + index === at) &&
      keyOf([...whole.slice(0, start), ...whole.slice(end)]) === keyOf(without),
  );
}

const keyOf = (tokens: readonly Token[]): string => tokens.map(partKey).join('');

const subsetsOf = (slots: readonly Slot[]): readonly Slot[][] =>
  slots.reduce<Slot[][]>((sets, slot) => sets.flatMap(set => [set, [...set, slot]]), [[]]);

/** Characters that neither YAML nor Go reads as anything else. */
const PLAIN = /^[ !#-[\]-z|~]$/;

function isReadable(whole: readonly Token[]): boolean {
  return (
    whole.every(token => (typeof token === 'string' ? PLAIN.test(token) : isQuotable(token))) &&
    ![whole[0], whole.at(-1)].includes(' ')
  );
}

function printed(whole: readonly Token[], parts: readonly Optional[], scope: Scope): string {
  return whole
    .map((token, at) => {
      const part = parts.find(({ start, end }) => at >= start && at < end);
      const inner: Scope = part === undefined ? scope : { ...scope, dot: part.slot, root: '$' };
      const text = typeof token === 'string' ? token : `{{ ${pipeline(token, inner)} }}`;
      const opens = part?.start === at ? `{{ with ${reference(part.slot, scope)} }}` : '';
      return `${opens}${text}${part?.end === at + 1 ? '{{ end }}' : ''}`;
    })
    .join('');
}
