import type { ContainerPort, Namespace, Pod, PodTemplateSpec, Service } from 'kubernetes-types/core/v1';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../../lib';

/** A pod of the test: the labels are of what it stands for, the program is the test's own. */
export interface Actor {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** What its containers declare; it listens on more. */
  readonly ports: readonly ContainerPort[];
}

/** A namespace of which nobody declared anything, with labels that somebody chose who would like to be let in. */
export const FOREIGN = 'enforcement-foreign';
/** Where the test sees that a change of policies has taken effect. */
export const CANARY = 'enforcement-canary';
const FOREIGN_LABELS = {
  'app.kubernetes.io/managed-by': 'cdk8s-mlops',
  'app.kubernetes.io/part-of': 'fraud',
  'example.com/name': 'gateway',
  name: 'gateway',
};
/** Namespaces that the policies name and the platform does not declare. */
const MEDIATORS = ['gateway', 'storage', 'databases'];

/** Labels that any tenant may write: those of the peers that policies name. */
const MIMIC = { app: 'postgres', 'k8s-app': 'kube-dns', 'app.kubernetes.io/part-of': 'search' };
const INSTANCE = 'app.kubernetes.io/instance';

const PROGRAM = readFileSync(join(__dirname, 'pods', 'answer.py'), 'utf8');
/** A port that nobody declares. */
export const UNDECLARED = 12345;
export const TEAMS = ['fraud-staging', 'pricing-staging', 'search-staging', 'credit-staging'];

/**
 * A pod for each workload, and in each team's namespace a wild one, which carries the labels of another team's workload
 * and of what its own policies name elsewhere.
 */
export function actorsOf(objects: readonly Manifest[]): Actor[] {
  const workloads = objects.flatMap(actorOf);
  const wild = TEAMS.map((namespace, index): Actor => {
    const next = TEAMS[(index + 1) % TEAMS.length]!;
    const own = workloads.filter(one => one.namespace === namespace).map(({ name }) => name);
    const stolen = workloads.find(one => one.namespace === next && !own.includes(one.name))!;
    return { namespace, name: 'wild', labels: { ...MIMIC, ...stolen.labels }, ports: [] };
  });
  const helper = (namespace: string, name: string, labels: Record<string, string>): Actor => ({
    namespace,
    name,
    labels,
    ports: [],
  });
  return [
    ...workloads,
    ...wild,
    helper('gateway', 'envoy', { app: 'envoy' }),
    helper('gateway', 'other', { app: 'other' }),
    helper('storage', 's3', { app: 's3' }),
    helper('storage', 'other', { app: 'other' }),
    helper('databases', 'postgres', { app: 'postgres' }),
    helper(FOREIGN, 'plain', { app: 'plain' }),
    helper(FOREIGN, 'mimic', { ...MIMIC, app: 'envoy', [INSTANCE]: 'churn' }),
  ];
}

/** The namespaces, those of the teams as they were declared. */
export function namespacesOf(objects: readonly Manifest[]): Namespace[] {
  const others = [...MEDIATORS, FOREIGN, CANARY].map(name => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: name === FOREIGN ? FOREIGN_LABELS : {} },
  }));
  return [...objects.filter(({ kind }) => kind === 'Namespace'), ...others] as Namespace[];
}

/** Their Services that have an address; beside each port one of the same number for UDP, which none of them has. */
export function servicesOf(objects: readonly Manifest[]): Service[] {
  const services = objects.filter(
    ({ kind, spec }: any) => kind === 'Service' && spec.clusterIP !== 'None',
  ) as Service[];
  return services.map(({ apiVersion, kind, metadata, spec }) => {
    const ports = spec!.ports!.flatMap(port => [port, { ...port, name: `${port.name}-udp`, protocol: 'UDP' as const }]);
    return { apiVersion, kind, metadata, spec: { ...spec, ports } };
  });
}

/** The pod of an actor, which Pod Security "restricted" admits. */
export function podOf({ namespace, name, labels, ports }: Actor, listens: readonly number[], image: string): Pod {
  const command = ['python3', '-c', PROGRAM, `${namespace}/${name}`, '0.0.0.0', ...listens.map(String)];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { ...labels } },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'answer',
          image,
          imagePullPolicy: 'IfNotPresent',
          command,
          ports: [...ports],
          startupProbe: { tcpSocket: { port: UNDECLARED }, periodSeconds: 1, failureThreshold: 60 },
          resources: { requests: { cpu: '5m', memory: '16Mi' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    },
  };
}

function actorOf({ metadata, spec }: any): Actor[] {
  const template: PodTemplateSpec | undefined = spec?.jobTemplate?.spec.template ?? spec?.template;
  if (template?.spec === undefined) {
    return [];
  }
  const containers = [...(template.spec.initContainers ?? []), ...template.spec.containers];
  return [
    {
      namespace: metadata.namespace,
      name: metadata.name,
      labels: template.metadata!.labels!,
      ports: containers.flatMap(({ ports = [] }) => ports),
    },
  ];
}
