import { parse } from 'yaml';
import type { Protocol } from '../../../lib/isolation/ports';
import type { Pod, World } from '../../isolation/worlds';
import { run } from './oracles';

/** One round of a test case of cyclonus: the policies in force, and which connections it expects to come about. */
export interface Round {
  readonly name: string;
  readonly world: World;
  /** By `x/a -> y/b TCP 80`. */
  readonly expected: ReadonlyMap<string, boolean>;
}

/** Rounds in which it has changed labels, pods or namespaces, which it does not print. */
const CHANGED = /(Update|Create\/delete|updated) (namespace|pod)/;

const PORTS = ([80, 81] as const).flatMap(port =>
  (['TCP', 'UDP', 'SCTP'] as const).map(protocol => [protocol, port] as const),
);
const NAMESPACES = ['x', 'y', 'z'];
const KIND = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' };
/** The pods that it supposes when it asks no cluster. */
const PODS = NAMESPACES.flatMap((namespace, row) =>
  ['a', 'b', 'c'].map((name, column): Pod => ({
    namespace,
    name,
    labels: { pod: name },
    address: `192.168.1.${3 * row + column + 1}`,
    ports: PORTS.map(([protocol, port]) => ({ name: `serve-${port}-${protocol.toLowerCase()}`, port, protocol })),
  })),
);

/** All test cases that cyclonus generates to try networks with, as it prints them. */
export function cyclonusCases(): {
  readonly cases: number;
  readonly rounds: readonly Round[];
  readonly unread: number;
} {
  const options = ['--mock', '--noisy', '--exclude=', '--perturbation-wait-seconds=0'];
  const [, ...cases] = run('cyclonus', ['generate', ...options]).split(/^starting test case #/m);
  const all = cases.flatMap(text => {
    const name = /^evaluating test case: (.*)$/m.exec(text)![1]!;
    const [, ...rounds] = text.split(/^step (?=\d+ on )/m);
    return rounds.map(round => ({ name, round }));
  });
  const isRead = ({ name, round }: (typeof all)[number]) => !CHANGED.test(name) || round.startsWith('1 ');
  const rounds = all.filter(isRead).map(({ name, round }) => readRound(name, round));
  return { cases: cases.length, rounds, unread: all.length - rounds.length };
}

function readRound(name: string, text: string): Round {
  const [, ...policies] = text.split(/^Network policy:\n\n/m);
  const namespaces = Object.fromEntries(
    NAMESPACES.map(namespace => [namespace, { 'kubernetes.io/metadata.name': namespace, ns: namespace }]),
  );
  const world = {
    namespaces,
    pods: PODS,
    hosts: [],
    // It leaves the kind of some out.
    policies: policies.map(policy => ({ ...KIND, ...parse(policy.split('\n\n')[0]!) })),
    ports: PORTS,
  };
  const [heading] = text.split('\n');
  const single = /port (?:serve-)?(\d+)\S*, protocol (\w+):/.exec(heading!);
  const only = single && ([single[2] as Protocol, Number(single[1])] as const);
  return { name: `${name}, step ${heading}`, world, expected: readTable(text, only ?? undefined) };
}

/** @param only the port that was asked, if it was one alone: the table does not say it then */
function readTable(text: string, only: readonly [Protocol, number] | undefined): Map<string, boolean> {
  const table = text.split('Expected combined:\n')[1]!.split('\n\n')[0]!;
  const rows = table.split('\n').filter(line => line.startsWith('|'));
  const cells = rows.map(row =>
    row
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  );
  const ports = cells
    .map(([first]) => /^(\w+)\/(\d+)$/.exec(first!))
    .flatMap(found => (found ? [[found[1] as Protocol, Number(found[2])] as const] : []));
  const asked = only ? [only] : ports;
  const targets = cells[0]!.slice(1).map(target => target.toLowerCase());
  const expected = new Map<string, boolean>();
  for (const [from, ...answers] of cells.filter(([first]) => /^[a-z]+\/[a-z]+$/.test(first!))) {
    for (const [column, answer] of answers.entries()) {
      answer.split(' ').forEach((one, index) => {
        const [protocol, port] = asked[index]!;
        expected.set(`${from} -> ${targets[column]} ${protocol} ${port}`, one === '.');
      });
    }
  }
  return expected;
}
