import { PlatformError } from '../core/platform-error';
import { type Cell, CellReader, type Way } from './cell';
import { type Change, isolatingChange, ruleChange, ruleText } from './change';
import { blockText } from './ip-block';
import { type LabelSelector, matches, selectorText } from './label-selector';
import { portsText } from './ports';
import { isHalf, type NamespaceSummary, type RuleRef } from './summary';
import type { Breach, Verdict } from './verdict';

/** One mistake that breaks isolation, with what one must know to mend it. */
export interface Finding {
  readonly breach: Breach;
  /** The rule, if it is one. */
  readonly rule: RuleRef | undefined;
  /** Where it was declared. */
  readonly source: string;
  /** A path that it opens, from both sides if there is such a path. */
  readonly cell: Cell | undefined;
  readonly change: Change;
}

/** Every breach of a verdict, rule by rule. */
export function* findings(verdict: Verdict): Generator<Finding> {
  const cells = new CellReader(verdict);
  for (const breach of verdict.breaches) {
    const summary = verdict.namespaces.get(breach.namespace ?? '');
    const cell = cells.cellOf(breach);
    switch (breach.kind) {
      case 'rules':
        for (const rule of breach.opening.rules) {
          yield { breach, rule, source: rule.source, cell, change: ruleChange(breach, rule) };
        }
        break;
      case 'no policy': {
        const source =
          (summary!.closings.find(isHalf) ?? summary!.workloads[0])?.source ?? `namespace ${breach.namespace}`;
        yield { breach, rule: undefined, source, cell, change: isolatingChange(summary!) };
        break;
      }
      case 'host network': {
        const text = `remove hostNetwork from ${breach.workload.name}, or run it in a namespace that no team owns`;
        yield { breach, rule: undefined, source: breach.workload.source, cell, change: { text } };
        break;
      }
      case 'unread policy': {
        const text = 'say the same as a NetworkPolicy, or keep it out of what is proven';
        yield { breach, rule: undefined, source: breach.policy.source, cell, change: { text } };
        break;
      }
      case 'remembered': {
        const text = 'prove everything again, which names the rule';
        yield { breach, rule: undefined, source: `namespace ${breach.namespace}`, cell, change: { text } };
        break;
      }
    }
  }
}

/** What a finding says to whoever made the mistake. */
export function refusal(finding: Finding, verdict: Verdict): PlatformError {
  const { source, change } = finding;
  return new PlatformError(source, `${problem(finding, verdict)}${otherSide(finding, verdict)}`, change.text);
}

/** What is wrong, seen from the side that is open. */
export function problem({ breach, rule, cell }: Finding, verdict: Verdict): string {
  const { namespace } = breach;
  switch (breach.kind) {
    case 'rules': {
      const { direction, opening, reached } = breach;
      const { reach, ports } = opening;
      const own = podsText(verdict.namespaces.get(breach.namespace), breach.namespace, rule!.pods);
      const other = cell && (direction === 'Egress' ? cell.to : cell.from);
      const peers = reach.kind === 'pods' ? reach.pods : [];
      const example = other === undefined ? '' : podsText(verdict.namespaces.get(other), other, peers);
      const place = `${ruleText(direction, rule!)} of NetworkPolicy ${namespace}/${rule!.policy}`;
      const whom = whomText(reached, example, reach.kind === 'addresses' ? blockText(reach.block) : '');
      const verb = direction === 'Egress' ? 'lets' : 'lets in';
      return direction === 'Egress'
        ? `${place} ${verb} ${own} call ${whom} on ${portsText(ports)}`
        : `${place} ${verb} ${whom} to ${own} on ${portsText(ports)}`;
    }
    case 'no policy': {
      const text = selectorText(breach.pods);
      const which = text === '' ? 'no pod' : `not the pods with labels such as ${text}`;
      return `the policies of ${namespace} isolate ${which} for ${breach.direction}`;
    }
    case 'host network':
      return `${breach.workload.name} of ${namespace} uses the network of its node, where no NetworkPolicy applies`;
    case 'unread policy':
      return `${breach.policy.name} may open what NetworkPolicies close, and is not read`;
    case 'remembered':
      return (
        `${namespace}, as it was last proven, ${breach.direction === 'Egress' ? 'calls' : 'is called by'} ` +
        `${breach.names.join(', ')}, which a team owns now`
      );
  }
}

function whomText(reached: Extract<Breach, { kind: 'rules' }>['reached'], example: string, block: string): string {
  const such = example === '' ? '' : `, such as ${example}`;
  switch (reached.kind) {
    case 'namespaces':
      return example === '' ? `pods of ${reached.names.join(', ')}` : example;
    case 'every namespace':
      return `pods of every namespace${reached.except.length > 0 ? ` but ${reached.except.join(', ')}` : ''}${such}`;
    case 'addresses': {
      const ranges = reached.ranges.map(({ of, cidr }) => `the ${of} range ${cidr}`).join(' and ');
      return `${block}, which covers ${ranges.replaceAll('link-local range', 'link-local addresses')}${such}`;
    }
    case 'unknown addresses':
      return `${block}, and which addresses are the cluster's own is unknown${such}`;
  }
}

/** The other end of the path: open too, or closed so far. */
function otherSide({ cell, breach }: Finding, verdict: Verdict): string {
  if (cell === undefined || (breach.kind !== 'rules' && breach.kind !== 'no policy')) {
    return '';
  }
  const way = cell.through?.find(one => one.breach !== breach && one.namespace !== breach.namespace);
  if (way === undefined) {
    return `; the other side, ${breach.namespace === cell.from ? cell.to : cell.from}, is closed, so the path is half open`;
  }
  return `; ${wayText(way, verdict)}, so the path from ${cell.from} to ${cell.to} is open`;
}

function wayText({ namespace, direction, rule, breach }: Way, verdict: Verdict): string {
  if (rule) {
    const pods = podsText(verdict.namespaces.get(namespace), namespace, rule.pods);
    const place = `${ruleText(direction, rule)} of NetworkPolicy ${namespace}/${rule.policy}`;
    return direction === 'Egress'
      ? `${place} (${rule.source}) lets ${pods} out to it`
      : `${place} (${rule.source}) lets it in to ${pods}`;
  }
  return breach.kind === 'no policy'
    ? `no policy of ${namespace} isolates its pods for ${direction}`
    : `${namespace} is open on the other side`;
}

/** Pods of a namespace by a declared workload among them, or by what any pod there may be labelled. */
function podsText(summary: NamespaceSummary | undefined, namespace: string, selector: LabelSelector): string {
  const declared = summary?.workloads.find(({ labels }) => matches(selector, labels));
  const text = selectorText(selector);
  const wild = text === '' ? `every pod of ${namespace}` : `pods of ${namespace} with ${text}`;
  return declared ? `${declared.name} of ${namespace} (${text === '' ? 'every pod' : text})` : wild;
}
