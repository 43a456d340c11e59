import { inWords } from './duration';
import { plainText } from './plain-text';
import type { Rule } from './rules';
import type { ServiceError, ServiceFault } from './service-error';
import { incompatibilities } from './signature-compatibility';
import { isOpen, windowText } from './time-window';
import type { Evidence, VersionFacts } from './wanted';

/** What a program has to know of a closed gate: who did not answer, and how; that there is no such thing; or two. */
export type ClosedFault = ServiceFault | 'absent' | 'sameName';

/** Why a version does not go out now. */
export interface Closed {
  /** Which gate it is. */
  readonly gate: string;
  readonly reason: string;
  readonly fault?: ClosedFault;
}

/** Every gate that is closed, in one line. */
export const reasonsText = (reasons: readonly Closed[]): string =>
  reasons.map(({ gate, reason }) => `${gate}: ${reason}`).join('; ');

const closed = (gate: string, reason: string): Closed => ({ gate, reason });

/** That nothing can be said of a version now. */
export const unanswered = ({ message, fault }: ServiceError): Closed => ({
  gate: 'unanswered',
  reason: plainText(message, 500),
  fault,
});

/** Gates that can be judged without asking anybody. */
export function earlyGates({ gates }: Rule, frozen: string | undefined, now: Date): Closed[] {
  const { windows } = gates;
  return [
    ...(frozen === undefined ? [] : [closed('freeze', `frozen: ${plainText(frozen) || 'no reason given'}`)]),
    ...(windows === undefined || windows.some(window => isOpen(window, now))
      ? []
      : [closed('window', `outside of ${windows.map(windowText).join(', ')}`)]),
  ];
}

/** Gates that need to know the version. */
export function lateGates({ gates }: Rule, evidence: Evidence, facts: VersionFacts, now: Date): Closed[] {
  const { tags = {}, metrics = {}, approval, soak, signature } = gates;
  const tag = (key: string) => facts.tags.get(key);
  return [
    ...Object.entries(tags).flatMap(([key, value]) =>
      tag(key) === value ? [] : [closed('tags', `tag ${key} must be ${value}, ${found(tag(key))}`)],
    ),
    ...(approval === undefined || approval.people.includes(tag(approval.tag) ?? '')
      ? []
      : [
          closed(
            'approval',
            `tag ${approval.tag} must name ${approval.people.join(' or ')}, ${found(tag(approval.tag))}`,
          ),
        ]),
    ...Object.entries(metrics).flatMap(([name, { min = -Infinity, max = Infinity }]) => {
      const value = facts.run?.metrics.get(name);
      const bound = min === -Infinity ? `at most ${max}` : max === Infinity ? `at least ${min}` : `${min} to ${max}`;
      return value !== undefined && value >= min && value <= max
        ? []
        : [
            closed(
              'metrics',
              `metric ${name} must be ${bound}, ${value === undefined ? 'it has none' : `it is ${value}`}`,
            ),
          ];
    }),
    ...(soak ? soakGate(soak, evidence.soaking, now) : []),
    ...(signature ? signatureGate(evidence, facts) : []),
  ];
}

const found = (value: string | undefined): string =>
  value === undefined ? 'it is not set' : `it is ${plainText(value)}`;

function soakGate(soak: NonNullable<Rule['gates']['soak']>, since: Date | undefined, now: Date): Closed[] {
  if (since === undefined) {
    return [closed('soak', `${soak.environment} does not have this version`)];
  }
  const left = soak.seconds - (now.getTime() - since.getTime()) / 1000;
  return left > 0
    ? [closed('soak', `in ${soak.environment} since ${since.toISOString()}, ${inWords(left)} to go`)]
    : [];
}

function signatureGate({ running }: Evidence, { file }: VersionFacts): Closed[] {
  if (typeof file === 'string' || file.signature === undefined) {
    return [closed('signature', 'the version has no signature')];
  }
  if (running === undefined) {
    return [closed('signature', 'the signature of the running version is unknown')];
  }
  return incompatibilities(running, file.signature).map(problem => closed('signature', plainText(problem)));
}
