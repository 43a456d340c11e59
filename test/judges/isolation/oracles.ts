import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Case, type World } from '../../isolation/worlds';
import { isInstalled } from '../judge';

/** Says of each case of each world whether the connection is let through. */
export type Oracle = (worlds: readonly { world: World; cases: readonly Case[] }[]) => boolean[][];

const BUFFER = 1 << 30;

/** Why cyclonus cannot be asked, if it cannot. */
export const cyclonusMissing = (): string | undefined =>
  isInstalled('cyclonus') ? undefined : 'cyclonus is not on the PATH';

/** cyclonus 0.5.6: it looks for pods, too, in blocks of addresses. */
export const cyclonus: Oracle = worlds =>
  inFolder(folder =>
    worlds.map(({ world, cases }) => {
      const traffic = cases.map(({ from, to, protocol, port }) => ({
        Source: trafficPeer(from),
        Destination: trafficPeer(to),
        ResolvedPort: port,
        ResolvedPortName: to.pod?.ports?.find(named => named.port === port && named.protocol === protocol)?.name ?? '',
        Protocol: protocol,
      }));
      const [policies, queries] = [join(folder, 'policies.yaml'), join(folder, 'traffic.json')];
      const items = world.policies.map(withTypes);
      writeFileSync(policies, JSON.stringify({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicyList', items }));
      writeFileSync(queries, JSON.stringify(traffic));
      const printed = run('cyclonus', [
        'analyze',
        `--policy-path=${policies}`,
        '--mode=query-traffic',
        `--traffic-path=${queries}`,
      ]);
      const answers = [...printed.matchAll(/IS ALLOWED\?\s*\|\s*(TRUE|FALSE)/g)].map(([, answer]) => answer === 'TRUE');
      expect(answers).toHaveLength(cases.length);
      return answers;
    }),
  );

/** Why Network Config Analyzer cannot be asked, if it cannot. */
export const analyzerMissing = (): string | undefined =>
  analyzerPython() === undefined ? 'nca (network-config-analyzer) is not on the PATH' : undefined;

/** Network Config Analyzer 1.9.2: to it, blocks of addresses hold hosts alone. */
export const analyzer: Oracle = worlds =>
  inFolder(folder => {
    const folders = worlds.map(({ world }, index) => {
      const place = join(folder, `${index}`);
      mkdirSync(place);
      writeFileSync(join(place, 'ends'), JSON.stringify({ hosts: world.hosts, ports: world.ports }));
      writeFileSync(
        join(place, 'resources.yaml'),
        objectsOf(world)
          .map(one => JSON.stringify(one))
          .join('\n---\n'),
      );
      return place;
    });
    const printed = run(analyzerPython()!, [join(__dirname, 'connections.py'), ...folders]);
    const portsAt = new Map(folders.map((place, index) => [place, worlds[index]!.world.ports]));
    const answers = new Map<string, boolean>();
    for (const line of printed.trim().split('\n')) {
      const [place, from, to, open] = JSON.parse(line) as [string, string, string, boolean[]];
      portsAt
        .get(place)!
        .forEach(([protocol, port], index) =>
          answers.set(`${place} ${from} -> ${to} ${protocol} ${port}`, open[index]!),
        );
    }
    return worlds.map(({ cases }, index) =>
      cases.map(({ text }) => {
        const answer = answers.get(`${folders[index]} ${text}`);
        expect({ text, answer }).toEqual({ text, answer: expect.any(Boolean) });
        return answer!;
      }),
    );
  });

const trafficPeer = ({ pod, address }: Case['from']) => ({
  IP: address,
  ...(pod && {
    Internal: { Namespace: pod.namespace, NamespaceLabels: pod.namespaceLabels, PodLabels: pod.labels },
  }),
});

/** It wants to be given the types that the API server would fill in. */
function withTypes(policy: any): any {
  const { policyTypes = [], egress = [] } = policy.spec;
  const types = policyTypes.length > 0 ? policyTypes : egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  return { ...policy, spec: { ...policy.spec, policyTypes: types } };
}

/** The analyzer refuses rules for a direction that the types leave out, which Kubernetes ignores, and types in another order. */
function withoutIgnored(policy: any): any {
  const { policyTypes, ingress, egress, ...spec } = policy.spec;
  const isIgnored = (type: string) => policyTypes?.length > 0 && !policyTypes.includes(type);
  return {
    ...policy,
    spec: {
      ...spec,
      ...(policyTypes?.length > 0 && { policyTypes: [...policyTypes].sort().reverse() }),
      ...(ingress && !isIgnored('Ingress') && { ingress }),
      ...(egress && !isIgnored('Egress') && { egress }),
    },
  };
}

/** The world as objects of a cluster. */
function objectsOf({ namespaces, pods, policies }: World): object[] {
  return [
    ...Object.entries(namespaces).map(([name, labels]) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels },
    })),
    ...pods.map(({ namespace, name, labels, address, ports }) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, labels },
      spec: {
        containers: [
          {
            name,
            image: name,
            ports: ports.map(port => ({ name: port.name, containerPort: port.port, protocol: port.protocol })),
          },
        ],
      },
      status: { podIP: address, podIPs: [{ ip: address }] },
    })),
    ...policies.map(withoutIgnored),
  ];
}

/** The interpreter that the analyzer is installed for. */
function analyzerPython(): string | undefined {
  const program = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map(folder => join(folder, 'nca'))
    .find(file => existsSync(file));
  return program === undefined ? undefined : join(realpathSync(program), '..', 'python');
}

export function run(program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: BUFFER });
  if (status !== 0) {
    throw new Error(`${program} ended with ${status}: ${stderr.slice(-2000)}`);
  }
  return stdout;
}

function inFolder<Result>(use: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'oracle-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
