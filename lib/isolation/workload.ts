import type { Field } from './field';
import { type Labels, readLabels } from './label-selector';
import { type NamedPort, readProtocol } from './ports';

/** Pods that are made from one template. */
export interface Workload {
  readonly namespace: string;
  /** As `Deployment/churn`. */
  readonly name: string;
  readonly source: string;
  readonly labels: Labels;
  readonly ports: readonly NamedPort[];
  /** Whether they use the network of their node, where no NetworkPolicy reaches them. */
  readonly hostNetwork: boolean;
}

/** Where Kubernetes' own kinds have their pods. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  'v1 Pod': [],
  'v1 ReplicationController': ['spec', 'template'],
  'apps/v1 Deployment': ['spec', 'template'],
  'apps/v1 StatefulSet': ['spec', 'template'],
  'apps/v1 DaemonSet': ['spec', 'template'],
  'apps/v1 ReplicaSet': ['spec', 'template'],
  'batch/v1 Job': ['spec', 'template'],
  'batch/v1 CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
};
/**
 * Groups of Kubernetes' own kinds, one by one: others have names like theirs, as that of Spark. A kind of theirs that is
 * not in the list above makes no pods.
 */
const OWN_GROUPS = new RegExp(
  '^(v1$|(apps|batch|autoscaling|policy)/|(admissionregistration|apiextensions|apiregistration|authentication|' +
    'authorization|certificates|coordination|discovery|events|flowcontrol\\.apiserver|networking|node|' +
    'rbac\\.authorization|resource|scheduling|storage|storagemigration)\\.k8s\\.io/)',
);
/** Gatekeeper's: fields of pods in them are what it refuses. */
const CONSTRAINTS = /^constraints\.gatekeeper\.sh\//;
/** How deep a custom resource may have pods: deeper than any has them, and than JSON that only wears out the stack. */
const DEPTH = 100;

/** Whether an object of this kind, from `apps/v1 Deployment` to any custom resource, may make pods. */
export const mayHavePods = (type: string): boolean =>
  Object.hasOwn(TEMPLATES, type) || !(OWN_GROUPS.test(type) || CONSTRAINTS.test(type));

/** Whether a kind of this `apiVersion` is Kubernetes' own. */
export const isOwnGroup = (apiVersion: string): boolean => OWN_GROUPS.test(apiVersion);

/** What an object says of the pods that it makes. */
export interface PodTemplate {
  /** Where their labels are. */
  readonly metadata: Field;
  readonly spec: Field;
}

/**
 * The pod templates of an object: one, several for a custom resource with a template for each role, or none.
 *
 * In a custom resource, every map with `spec.containers` below its `spec` is a template. Operators add labels of their
 * own to such pods. Some name fields of pods without a template around them, of which one matters: `hostNetwork`.
 */
export function podTemplates(object: Field): PodTemplate[] {
  const type = `${String(object.map['apiVersion'])} ${String(object.map['kind'])}`;
  const path = TEMPLATES[type];
  if (path !== undefined) {
    return [templateAt(path.reduce((field, step) => field.at(step), object))];
  }
  // Most resources have no template anywhere, which is told faster without places.
  const { spec } = object.map;
  return mayHavePods(type) && hasTemplate(spec, DEPTH) ? templatesIn(object.at('spec'), DEPTH) : [];
}

/** The workload that a template makes. */
export function readWorkload(namespace: string, name: string, { metadata, spec }: PodTemplate): Workload {
  return {
    namespace,
    name,
    source: spec.source,
    labels: readLabels(metadata.at('labels')),
    // Only single connections need them: a proof lets every pod name its ports as it likes.
    get ports() {
      const containers = ['containers', 'initContainers'].flatMap(list => spec.at(list).list);
      return containers.flatMap(container => container.at('ports').list.flatMap(readNamedPort));
    },
    hostNetwork: spec.at('hostNetwork').value === true,
  };
}

function readNamedPort(port: Field): NamedPort[] {
  const name = port.at('name');
  return name.isAbsent
    ? []
    : [
        {
          name: name.text,
          port: port.at('containerPort').value as number,
          protocol: readProtocol(port.at('protocol')),
        },
      ];
}

function hasTemplate(value: unknown, depth: number): boolean {
  if (depth === 0 || typeof value !== 'object' || value === null) {
    return false;
  }
  if (isTemplate(value) || isOnHostNetwork(value)) {
    return true;
  }
  for (const key in value) {
    if (hasTemplate((value as Record<string, unknown>)[key], depth - 1)) {
      return true;
    }
  }
  return false;
}

function templatesIn(field: Field, depth: number): PodTemplate[] {
  const { value } = field;
  if (depth === 0 || typeof value !== 'object' || value === null) {
    return [];
  }
  if (Array.isArray(value)) {
    return field.list.flatMap(item => templatesIn(item, depth - 1));
  }
  if (isOnHostNetwork(value)) {
    return [{ metadata: field.at('metadata'), spec: field }];
  }
  const [own, others] = isTemplate(value) ? [[templateAt(field)], beside(field)] : [[], Object.keys(field.map)];
  return [...own, ...others.flatMap(key => templatesIn(field.at(key), depth - 1))];
}

/** What lies beside a template in its map. */
const beside = (field: Field): string[] => Object.keys(field.map).filter(key => key !== 'metadata' && key !== 'spec');

const templateAt = (field: Field): PodTemplate => ({ metadata: field.at('metadata'), spec: field.at('spec') });

const isOnHostNetwork = (value: object): boolean => (value as { hostNetwork?: unknown }).hostNetwork === true;

const isTemplate = (value: object): boolean => {
  const { spec } = value as { spec?: unknown };
  return isMap(spec) && Array.isArray(spec['containers']);
};

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
