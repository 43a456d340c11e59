import { type Field, textOf } from './field';

export type Labels = Readonly<Record<string, string>>;

/** What a selector asks of one label. */
export interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  /** Empty unless the operator is In or NotIn. */
  readonly values: readonly string[];
}

/** All of its requirements must be met; one without any selects everything. */
export type LabelSelector = readonly Requirement[];

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;
const NEGATION = { In: 'NotIn', NotIn: 'In', Exists: 'DoesNotExist', DoesNotExist: 'Exists' } as const;
const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** Steps of a search that a policy written by a person never needs. */
const STEPS = 20_000;
/** Selectors that a search takes in, each of which takes a frame of the stack. */
const DEPTH = 500;

/**
 * Reads a label selector.
 *
 * @throws PlatformError on what the API server refuses
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function readLabelSelector(field: Field): LabelSelector {
  field.allow(['matchLabels', 'matchExpressions']);
  const matchLabels = field.at('matchLabels');
  const equal = Object.keys(matchLabels.map).map((key): Requirement => {
    const value = matchLabels.at(key);
    checkKey(value, key);
    return { key, operator: 'In', values: [labelValue(value)] };
  });
  return [...equal, ...field.at('matchExpressions').list.map(readRequirement)];
}

/** Labels of an object or of a pod template. */
export function readLabels(field: Field): Labels {
  const labels: Record<string, string> = {};
  for (const key of Object.keys(field.map)) {
    const value = field.at(key);
    if (value.isAbsent) {
      continue;
    }
    checkKey(value, key);
    labels[key] = labelValue(value);
  }
  return labels;
}

export function matches(selector: LabelSelector, labels: Labels): boolean {
  return selector.every(requirement => isMet(requirement, labels));
}

/** Whether some labels meet all requirements, whoever writes them. */
export function isSatisfiable(selector: LabelSelector): boolean {
  if (selector.length < 2) {
    return true;
  }
  const byKey = new Map<string, Requirement[]>();
  for (const requirement of selector) {
    const same = byKey.get(requirement.key);
    if (same) {
      same.push(requirement);
    } else {
      byKey.set(requirement.key, [requirement]);
    }
  }
  return [...byKey.values()].every(isMeetable);
}

/**
 * What labels must be like so that no selector selects them; undefined if the selectors together select all labels.
 *
 * The search is exact. Should it take too long, or go too deep, it answers as if there were such labels: the safe side for a proof.
 *
 * @param also what the labels must meet besides
 */
export function leftOut(selectors: readonly LabelSelector[], also: LabelSelector = []): LabelSelector | undefined {
  if (selectors.some(selector => selector.length === 0) || !isSatisfiable(also)) {
    return undefined;
  }
  const distinct = new Map(selectors.map(selector => [JSON.stringify(selector), selector]));
  const satisfiable = [...distinct.values()].filter(isSatisfiable).sort((one, other) => one.length - other.length);
  let steps = 0;
  const search = (from: number, chosen: LabelSelector): LabelSelector | undefined => {
    if (from === satisfiable.length || from === DEPTH || ++steps > STEPS) {
      return chosen;
    }
    for (const requirement of satisfiable[from]!) {
      const more = [...chosen, negated(requirement)];
      const found = isSatisfiable(more) ? search(from + 1, more) : undefined;
      if (found) {
        return found;
      }
    }
    return undefined;
  };
  return search(0, also);
}

/** How a person would write it. */
export function selectorText(selector: LabelSelector): string {
  const texts = selector.map(({ key, operator, values }) => {
    switch (operator) {
      case 'In':
        return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(', ')})`;
      case 'NotIn':
        return values.length === 1 ? `${key}!=${values[0]}` : `${key} not in (${values.join(', ')})`;
      case 'Exists':
        return key;
      case 'DoesNotExist':
        return `no ${key}`;
    }
  });
  return [...new Set(texts)].join(', ');
}

function readRequirement(field: Field): Requirement {
  field.allow(['key', 'operator', 'values']);
  const key = field.at('key').text;
  checkKey(field.at('key'), key);
  const operator = OPERATORS.find(known => known === field.at('operator').value);
  if (operator === undefined) {
    throw field
      .at('operator')
      .refuse(
        `${textOf(field.at('operator').value)} is no operator of a label selector`,
        `use one of ${OPERATORS.join(', ')}`,
      );
  }
  const values = field.at('values').list.map(labelValue);
  const needsValues = operator === 'In' || operator === 'NotIn';
  if (values.length > 0 !== needsValues) {
    throw field
      .at('values')
      .refuse(
        `${operator} ${needsValues ? 'needs values' : 'takes no values'}, got ${values.length}`,
        needsValues ? 'write at least one' : 'leave them out',
      );
  }
  return { key, operator, values };
}

function checkKey(field: Field, key: string): void {
  const slash = key.indexOf('/');
  const prefix = slash === -1 ? 'x' : key.slice(0, slash);
  if (!NAME.test(key.slice(slash + 1)) || !PREFIX.test(prefix) || prefix.length > 253) {
    throw field.refuse(`"${key}" is no key of a label`, 'use a name, or a domain, "/" and a name');
  }
}

function labelValue(field: Field): string {
  const value = field.text;
  if (value !== '' && !NAME.test(value)) {
    throw field.refuse(
      `"${value}" is no value of a label`,
      'use at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends',
    );
  }
  return value;
}

function isMet({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

/** Whether one label can meet all of these; as there is no end of values, only In can run out of them. */
function isMeetable(requirements: readonly Requirement[]): boolean {
  const of = (operator: Requirement['operator']) => requirements.filter(one => one.operator === operator);
  const allowed = of('In');
  const absent = of('DoesNotExist').length > 0;
  if (absent) {
    return allowed.length === 0 && of('Exists').length === 0;
  }
  const [first, ...rest] = allowed;
  return (
    first === undefined ||
    first.values.some(
      value =>
        rest.every(({ values }) => values.includes(value)) &&
        of('NotIn').every(({ values }) => !values.includes(value)),
    )
  );
}

const negated = ({ key, operator, values }: Requirement): Requirement => ({
  key,
  operator: NEGATION[operator],
  values,
});
