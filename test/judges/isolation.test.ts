import fc from 'fast-check';
import { allows, type IpBlockReading } from '../../lib/isolation/traffic';
import { casesOf, policiesOf, policySets, type World, worldWith } from '../isolation/worlds';
import { analyzer, analyzerMissing, cyclonus, cyclonusMissing, type Oracle } from './isolation/oracles';
import { describeJudged } from './judge';

jest.setTimeout(600_000);

const WORLDS = 60;
const SEED = 20_261_121;

/** An oracle, and what is known to be wrong with it. */
interface Judge {
  readonly ask: Oracle;
  readonly reading: IpBlockReading;
  /** The same policies as it misreads them. */
  readonly misread: (policies: readonly any[]) => any[];
  /** Whether it can be asked about these policies. */
  readonly canRead: (policies: readonly any[]) => boolean;
}

/**
 * To cyclonus, NotIn selects nothing that lacks the label; to Kubernetes it does.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#set-based-requirement
 */
const withPresence = (value: any): any => {
  if (Array.isArray(value)) {
    return value.flatMap(item =>
      item.operator === 'NotIn' ? [item, { key: item.key, operator: 'Exists' }] : [withPresence(item)],
    );
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withPresence(field)]))
    : value;
};

/**
 * To Network Config Analyzer, an empty list of egress rules isolates egress; the API server fills in that type only for
 * a list with rules.
 */
const withEgressType = (policy: any): any => {
  const { policyTypes = [], egress } = policy.spec;
  return policyTypes.length === 0 && egress?.length === 0
    ? { ...policy, spec: { ...policy.spec, policyTypes: ['Ingress', 'Egress'] } }
    : policy;
};

/** To Network Config Analyzer, Exists and DoesNotExist in the podSelector of a peer mean the policy's own namespace alone. */
const withOwnNamespace = (policy: any): any => {
  const own = { key: 'kubernetes.io/metadata.name', operator: 'In', values: [policy.metadata.namespace] };
  const isMisread = ({ namespaceSelector, podSelector }: any) =>
    namespaceSelector && podSelector?.matchExpressions?.some(({ operator }: any) => /Exist/.test(operator));
  const peer = (one: any) =>
    isMisread(one)
      ? {
          ...one,
          namespaceSelector: {
            ...one.namespaceSelector,
            matchExpressions: [...(one.namespaceSelector.matchExpressions ?? []), own],
          },
        }
      : one;
  const { ingress, egress } = policy.spec;
  return {
    ...policy,
    spec: {
      ...policy.spec,
      ...(ingress && { ingress: ingress.map((rule: any) => ({ ...rule, from: rule.from?.map(peer) })) }),
      ...(egress && { egress: egress.map((rule: any) => ({ ...rule, to: rule.to?.map(peer) })) }),
    },
  };
};

/** Network Config Analyzer fails on a named port of an egress rule that is for addresses too. */
const namesNoPortOfHosts = (policies: readonly any[]): boolean =>
  !policies
    .flatMap(({ spec }) => spec.egress ?? [])
    .some(
      ({ to = [], ports = [] }: any) =>
        (to.length === 0 || to.some(({ ipBlock }: any) => ipBlock)) &&
        ports.some(({ port }: any) => typeof port === 'string'),
    );

const JUDGES: readonly (readonly [string, string | undefined, Judge])[] = [
  [
    'cyclonus',
    cyclonusMissing(),
    { ask: cyclonus, reading: 'pods too', misread: policies => policies.map(withPresence), canRead: () => true },
  ],
  [
    'Network Config Analyzer',
    analyzerMissing(),
    {
      ask: analyzer,
      reading: 'hosts alone',
      misread: policies => policies.map(withEgressType).map(withOwnNamespace),
      canRead: namesNoPortOfHosts,
    },
  ],
];

const worlds = (family: 4 | 6, count: number, { canRead }: Judge): World[] =>
  fc
    .sample(policySets(family).filter(canRead), { seed: SEED, numRuns: count })
    .map(policies => worldWith(policies, family));

/** Compares the model with an oracle in every case, and says how many cases there were. */
function compare(asked: readonly World[], { ask, reading, misread }: Judge): number {
  const questions = asked.map(world => ({ world, cases: casesOf(world) }));
  const answers = ask(questions);
  let [count, open, explained] = [0, 0, 0];
  const unexplained: string[] = [];
  for (const [index, { world, cases }] of questions.entries()) {
    const policies = policiesOf(world);
    const misreadPolicies = policiesOf({ ...world, policies: misread(world.policies) });
    for (const [place, one] of cases.entries()) {
      const answer = answers[index]![place]!;
      count++;
      open += answer ? 1 : 0;
      if (allows(misreadPolicies, one, reading) !== answer) {
        unexplained.push(`${one.text}: the oracle says ${answer}; ${JSON.stringify(world.policies)}`);
      } else if (allows(policies, one, reading) !== answer) {
        explained++;
      }
    }
  }
  // Past jest's console, which can be told to keep silent.
  process.stderr.write(
    `${count} cases, ${open} open, ${explained} disagreements explained, ${unexplained.length} unexplained\n`,
  );
  expect(unexplained.slice(0, 3)).toEqual([]);
  return count;
}

describe.each(JUDGES)('the model beside %s', (name, missing, judge) => {
  describeJudged(name, missing, () => {
    test('agrees on all connections of generated worlds', () => {
      expect(compare(worlds(4, WORLDS, judge), judge)).toBeGreaterThan(10_000);
    });

    test('agrees on addresses of IPv6', () => {
      expect(compare(worlds(6, WORLDS / 4, judge), judge)).toBeGreaterThan(1000);
    });
  });
});
