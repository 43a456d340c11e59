import { slotName, type Slot } from '../tree/slot';
import type { Json, ObjectValue, ValueNode } from '../values/value-node';

/** A value that has to be as it is for template and construct to disagree. */
export interface Blamed {
  /** `replicas`, `hosts[1].name` */
  readonly path: string;
  readonly value: Json;
  readonly usual: Json | undefined;
}

/**
 * Makes values as much like others as the disagreement allows.
 *
 * @param disagrees whether template and construct disagree about values
 */
export function blame(
  root: ObjectValue,
  values: Json,
  usual: Json,
  disagrees: (values: Json) => boolean,
): { readonly values: Json; readonly blamed: readonly Blamed[] } {
  let current = values;
  const blamed: Blamed[] = [];
  const simplify = (node: ValueNode, steps: readonly (string | number)[]): void => {
    const [mine, theirs] = [at(current, steps), at(usual, steps)];
    if (JSON.stringify(mine) === JSON.stringify(theirs)) {
      return;
    }
    const replaced = theirs === undefined ? undefined : withAt(current, steps, theirs);
    if (replaced !== undefined && disagrees(replaced)) {
      current = replaced;
      return;
    }
    if (node.kind === 'object') {
      simplifyFields(Object.entries(node.fields), steps);
      return;
    }
    if (node.kind === 'list' && Array.isArray(mine) && mine.length > 0) {
      for (let index = mine.length - 1; index >= 0; index--) {
        const items = at(current, steps) as readonly Json[];
        const shorter = withAt(current, steps, items.toSpliced(index, 1));
        if (items.length > Math.max(1, node.minItems) && disagrees(shorter)) {
          current = shorter;
        }
      }
      const left = at(current, steps) as readonly Json[];
      if (left.length > 1) {
        blamed.push({ path: name(steps), value: left, usual: theirs });
        return;
      }
      const before = blamed.length;
      left.forEach((_, index) => simplify(node.items, [...steps, index]));
      if (blamed.length === before) {
        blamed.push({ path: name(steps), value: at(current, steps)!, usual: theirs });
      }
      return;
    }
    if (node.kind === 'map') {
      for (const key of Object.keys(mine as object)) {
        const { [key]: _, ...others } = at(current, steps) as Record<string, Json>;
        const fewer = withAt(current, steps, others);
        if (Object.keys(others).length > 0 && disagrees(fewer)) {
          current = fewer;
        }
      }
    }
    blamed.push({ path: name(steps), value: at(current, steps)!, usual: theirs });
  };
  /** Half of the fields at once, and so on: most are not to blame. */
  const simplifyFields = (
    fields: readonly (readonly [string, ValueNode])[],
    steps: readonly (string | number)[],
  ): void => {
    const [first] = fields;
    if (fields.length < 2) {
      simplify(first![1], [...steps, first![0]]);
      return;
    }
    const middle = Math.ceil(fields.length / 2);
    for (const half of [fields.slice(0, middle), fields.slice(middle)]) {
      const replaced = half.reduce((values, [field]) => {
        const theirs = at(usual, [...steps, field]);
        return theirs === undefined ? values : withAt(values, [...steps, field], theirs);
      }, current);
      if (half.length > 1 && disagrees(replaced)) {
        current = replaced;
      } else {
        simplifyFields(half, steps);
      }
    }
  };
  simplify(root, []);
  return { values: current, blamed };
}

const at = (value: Json, steps: readonly (string | number)[]): Json | undefined =>
  steps.reduce<any>((current, step) => current?.[step], value);

function withAt(value: Json, [step, ...rest]: readonly (string | number)[], wanted: Json): Json {
  if (step === undefined) {
    return wanted;
  }
  if (Array.isArray(value)) {
    return (value as Json[]).map((item, index) => (index === step ? withAt(item, rest, wanted) : item));
  }
  const map = value as Record<string, Json>;
  return { ...map, [step]: withAt(map[step]!, rest, wanted) };
}

const name = (steps: readonly (string | number)[]): string =>
  steps.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );

/** The slot that a blamed value is of. */
export function slotAt(slots: readonly Slot[], path: string): Slot | undefined {
  return slots.find(slot => slotName(slot) === path.replaceAll(/\[\d+\]/g, '[]'));
}
