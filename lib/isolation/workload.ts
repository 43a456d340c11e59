import type { Field } from './field';
import { type Labels, readLabels } from './label-selector';
import { type NamedPort, readProtocol } from './ports';

/** What matters of pods that are made alike. */
export interface PodTemplate {
  readonly source: string;
  readonly labels: Labels;
  readonly ports: readonly NamedPort[];
  /** Whether they use the network of their node, where no NetworkPolicy reaches them. */
  readonly hostNetwork: boolean;
}

/** Pods that one object makes. */
export interface Workload extends PodTemplate {
  readonly namespace: string;
  /** As `Deployment/churn`. */
  readonly name: string;
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
/** Groups of Kubernetes' own kinds: one of theirs that is not in the list above makes no pods. */
const OWN_GROUPS = /^(v1$|(apps|batch|autoscaling|policy)\/|[a-z.]+\.k8s\.io\/)/;
/** How deep a custom resource may have a pod template. */
const DEPTH = 8;

/**
 * The workloads that an object makes: one, several for a custom resource with a template for each role, or none.
 *
 * In a custom resource, every map with `spec.containers` below its `spec` is a template. Operators add labels of their
 * own to such pods.
 */
export function readWorkloads(object: Field): PodTemplate[] {
  const kind = `${String(object.map['apiVersion'])} ${String(object.map['kind'])}`;
  const path = TEMPLATES[kind];
  if (path !== undefined) {
    return [readTemplate(path.reduce((field, step) => field.at(step), object))];
  }
  if (OWN_GROUPS.test(kind) || !isMap(object.map['spec'])) {
    return [];
  }
  return templatesIn(object.at('spec'), DEPTH).map(readTemplate);
}

function readTemplate(template: Field): PodTemplate {
  const spec = template.at('spec');
  const containers = ['containers', 'initContainers'].flatMap(list => spec.at(list).list);
  const ports = containers.flatMap(container => container.at('ports').list).filter(port => !port.at('name').isAbsent);
  return {
    source: template.source,
    labels: readLabels(template.at('metadata').at('labels')),
    ports: ports.map(port => ({
      name: port.at('name').text,
      port: port.at('containerPort').value as number,
      protocol: readProtocol(port.at('protocol')),
    })),
    hostNetwork: spec.at('hostNetwork').value === true,
  };
}

function templatesIn(field: Field, depth: number): Field[] {
  const { value } = field;
  if (depth === 0 || typeof value !== 'object' || value === null) {
    return [];
  }
  if (Array.isArray(value)) {
    return field.list.flatMap(item => templatesIn(item, depth - 1));
  }
  const { spec } = field.map;
  if (isMap(spec) && Array.isArray(spec['containers'])) {
    return [field];
  }
  return Object.keys(field.map).flatMap(key => templatesIn(field.at(key), depth - 1));
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
