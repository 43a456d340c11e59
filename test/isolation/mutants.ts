/** A platform's objects with one mistake in a policy. */
export interface Mutant {
  readonly name: string;
  /** Namespace of the policy. */
  readonly namespace: string;
  readonly objects: readonly any[];
}

const NAME = 'kubernetes.io/metadata.name';
const LISTS = [
  ['ingress', 'from'],
  ['egress', 'to'],
] as const;

/** The mistakes that people make in NetworkPolicies, each in every place where it can be made. */
export function* mutantsOf(objects: readonly any[]): Generator<Mutant> {
  for (const [index, policy] of objects.entries()) {
    if (policy.kind !== 'NetworkPolicy') {
      continue;
    }
    const { namespace, name } = policy.metadata;
    const mutant = (what: string, ...instead: any[]): Mutant => ({
      name: `${namespace}/${name}: ${what}`,
      namespace,
      objects: [...objects.slice(0, index), ...instead, ...objects.slice(index + 1)],
    });
    const changed = (what: string, change: (spec: any) => void): Mutant => {
      const copy = structuredClone(policy);
      change(copy.spec);
      return mutant(what, copy);
    };
    yield mutant('delete the policy');
    for (const type of policy.spec.policyTypes) {
      yield changed(`remove ${type} from policyTypes`, spec => {
        spec.policyTypes = spec.policyTypes.filter((one: string) => one !== type);
      });
    }
    for (const [list, peersName] of LISTS) {
      for (const [rule, { [peersName]: peers, ports }] of (policy.spec[list] ?? []).entries()) {
        const place = `${list}[${rule}]`;
        const inRule = (what: string, change: (rule: any) => void) =>
          changed(`${what} in ${place}`, spec => change(spec[list][rule]));
        yield inRule('add 0.0.0.0/0', one => one[peersName].push({ ipBlock: { cidr: '0.0.0.0/0' } }));
        if (ports) {
          yield inRule('remove ports', one => delete one.ports);
        }
        for (const [peer, { podSelector, namespaceSelector, ipBlock }] of peers.entries()) {
          const where = `${place}.${peersName}[${peer}]`;
          const inPeer = (what: string, change: (peer: any, peers: any[]) => void) =>
            changed(`${what} in ${where}`, spec =>
              change(spec[list][rule][peersName][peer], spec[list][rule][peersName]),
            );
          if (ipBlock) {
            if (ipBlock.except) {
              yield inPeer('remove except', one => delete one.ipBlock.except);
            }
            continue;
          }
          if (podSelector && namespaceSelector) {
            yield inPeer('drop podSelector', one => delete one.podSelector);
            yield inPeer('split the peer in two', (one, all) => {
              all.push({ podSelector });
              delete one.podSelector;
            });
          }
          yield inPeer('widen to namespaceSelector {}', one => (one.namespaceSelector = {}));
          const labels = namespaceSelector?.matchLabels;
          if (labels?.[NAME]) {
            yield inPeer('select the namespace by a free label', one => {
              one.namespaceSelector = { matchLabels: { 'example.com/name': labels[NAME] } };
            });
          }
        }
      }
    }
  }
}
