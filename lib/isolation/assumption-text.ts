import type { Assumption } from './verdict';

/** Most names that one sentence lists. */
const LISTED = 3;

/** An assumption in plain words: who is at the other end, and what must hold there. */
export function assumptionText({ kind, peer, direction, namespaces, ports }: Assumption): string {
  const pods = `pods of ${some(namespaces)}`;
  const whom = kind === 'namespaces' ? (peer === '' ? 'namespaces that no team owns' : peer) : addresses(kind, peer);
  const verb = kind === 'namespaces' && peer !== '' ? 'calls' : 'call';
  const path = direction === 'Egress' ? `${pods} call ${whom}` : `${whom} ${verb} ${pods}`;
  const duty = {
    namespaces: 'whoever runs there tells teams apart',
    nodes: 'what runs on nodes tells teams apart',
    hosts: 'no pod of another team has such an address',
  }[kind];
  return `${path} on ${ports.join(', ')}; ${duty}`;
}

const addresses = (kind: 'nodes' | 'hosts', block: string): string =>
  kind === 'nodes' ? `the nodes ${block}` : `the hosts ${block}`;

const some = (names: readonly string[]): string =>
  names.length <= LISTED ? names.join(', ') : `${names.length} namespaces`;
