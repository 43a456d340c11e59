import { NAME_LABEL } from './cluster';
import { isSatisfiable, type Labels, type LabelSelector, matches } from './label-selector';

/** The namespaces that a selector may mean, whatever tenants write on theirs. */
export interface NamespaceSet {
  /** Undefined if any name will do. */
  readonly names?: readonly string[];
  /** Names that will not do. */
  readonly except?: readonly string[];
  /** What it asks of protected labels. */
  readonly labels?: LabelSelector;
}

/** What tells a namespace from others: its name, and those of its labels that tenants cannot set. */
export interface NamespaceIdentity {
  readonly name: string;
  /** Its protected labels; undefined if they are unknown, and any may be there. */
  readonly labels?: Labels;
}

/** Which labels of namespaces tenants cannot set. */
export type Protection = (key: string) => boolean;

/** Unless an admission policy protects labels, there are none that tenants can be trusted not to set. */
export const UNPROTECTED: Protection = () => false;

/** The namespaces that a selector may mean; undefined if there can be none. */
export function namespaceSet(selector: LabelSelector, isProtected: Protection): NamespaceSet | undefined {
  if (!isSatisfiable(selector)) {
    return undefined;
  }
  let names: readonly string[] | undefined;
  const except: string[] = [];
  const labels: LabelSelector[number][] = [];
  for (const requirement of selector) {
    const { key, operator, values } = requirement;
    if (key !== NAME_LABEL) {
      if (isProtected(key)) {
        labels.push(requirement);
      }
    } else if (operator === 'DoesNotExist') {
      return undefined;
    } else if (operator === 'In') {
      names = values.filter(value => names === undefined || names.includes(value));
    } else if (operator === 'NotIn') {
      except.push(...values);
    }
  }
  if (names !== undefined) {
    return { names: [...new Set(names)].filter(name => !except.includes(name)), ...(labels.length > 0 && { labels }) };
  }
  return { ...(except.length > 0 && { except }), ...(labels.length > 0 && { labels }) };
}

/** Whether it may mean this namespace. */
export function covers(set: NamespaceSet, { name, labels }: NamespaceIdentity): boolean {
  return (
    (set.names === undefined || set.names.includes(name)) &&
    set.except?.includes(name) !== true &&
    (set.labels === undefined || labels === undefined || matches(set.labels, labels))
  );
}

/** Whether it may mean a namespace of somebody else, who writes any label that is not protected. */
export function coversStrangers(set: NamespaceSet): boolean {
  return set.names === undefined && (set.labels === undefined || matches(set.labels, {}));
}
