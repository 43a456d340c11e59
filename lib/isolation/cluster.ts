import { PlatformError, PlatformErrors } from '../core/platform-error';
import { Field, type Origin } from './field';
import { type Labels, readLabels } from './label-selector';
import { type Policy, readNetworkPolicy } from './network-policy';
import { isOwnGroup, mayHavePods, podTemplates, readWorkload, type Workload } from './workload';

/** A Kubernetes object as it was parsed, and where it is from. */
export interface SourcedObject extends Origin {
  readonly object: unknown;
}

/** What is declared in one namespace. */
export interface Namespace {
  readonly name: string;
  /** Of its Namespace object, with its name; undefined if there is none among the objects. */
  labels?: Labels;
  readonly policies: Policy[];
  readonly workloads: Workload[];
}

/** A policy of another API, which may let through what a NetworkPolicy does not. */
export interface UnreadPolicy {
  /** As `CiliumNetworkPolicy/web`. */
  readonly name: string;
  readonly source: string;
  /** Undefined if it is for all namespaces. */
  readonly namespace: string | undefined;
}

/** What objects mean for the paths between pods. */
export interface Cluster {
  readonly namespaces: ReadonlyMap<string, Namespace>;
  readonly unread: readonly UnreadPolicy[];
}

/** Label of every namespace with its name, which the API server sets. */
export const NAME_LABEL = 'kubernetes.io/metadata.name';

/** Gone from Kubernetes, which would refuse it. */
const FORMER_GROUP = 'extensions/';
const EVERYWHERE = /^(Cluster|Admin|BaselineAdmin|Global|CiliumClusterwide)/;

/**
 * Reads objects; those that make no path, close none and run nothing are passed over.
 *
 * @param defaultNamespace of objects that name none, as for kubectl
 * @param declared what other parts of the cluster declare, and where; takes up what this one does
 * @throws PlatformErrors, for every object that is none, policy that the API server refuses, and one that is there twice
 */
export function readCluster(
  objects: Iterable<SourcedObject>,
  defaultNamespace = 'default',
  declared = new Map<string, string>(),
): Cluster {
  const reader = new ClusterReader(defaultNamespace, declared);
  const mistakes: PlatformError[] = [];
  for (const sourced of objects) {
    if (!isPassedOver(sourced.object)) {
      try {
        reader.add(new Field(sourced, '', sourced.object));
      } catch (error) {
        if (!(error instanceof PlatformError)) {
          throw error;
        }
        mistakes.push(error);
      }
    }
  }
  if (mistakes.length > 0) {
    throw new PlatformErrors(mistakes);
  }
  return reader;
}

/** Whether an object evidently concerns no path: most do not, and are not worth a second look. */
export function isPassedOver(object: unknown): boolean {
  const { apiVersion, kind, items } = (object ?? {}) as Record<string, unknown>;
  return (
    typeof apiVersion === 'string' &&
    typeof kind === 'string' &&
    items === undefined &&
    kind !== 'Namespace' &&
    !kind.endsWith('Policy') &&
    !mayHavePods(`${apiVersion} ${kind}`)
  );
}

class ClusterReader implements Cluster {
  public readonly namespaces = new Map<string, Namespace>();
  public readonly unread: UnreadPolicy[] = [];

  constructor(
    private readonly defaultNamespace: string,
    private readonly sources: Map<string, string>,
  ) {}

  public add(object: Field): void {
    if (object.isAbsent) {
      return;
    }
    const kind = object.at('kind').text;
    const type = `${object.at('apiVersion').text} ${kind}`;
    // Whatever its kind, as for kubectl.
    if (Array.isArray(object.map['items'])) {
      const items = object.at('items').list;
      items.forEach(({ path, value }) => this.add(new Field({ source: `${object.source}: ${path}` }, '', value)));
    } else if (type === 'v1 Namespace') {
      this.addNamespace(object);
    } else if (isOtherPolicy(kind, object.at('apiVersion').text)) {
      const namespace = EVERYWHERE.test(kind) ? undefined : this.namespace(this.namespaceOf(object)).name;
      this.unread.push({ name: `${kind}/${nameOf(object)}`, source: object.source, namespace });
    } else if (kind === 'NetworkPolicy') {
      this.addPolicy(object);
    } else {
      this.addWorkloads(object, type);
    }
  }

  private addNamespace(object: Field): void {
    const name = nameOf(object);
    this.claim(object, `Namespace ${name}`);
    const labels = readLabels(object.at('metadata').at('labels'));
    this.namespace(name).labels = { ...labels, [NAME_LABEL]: name };
  }

  private addPolicy(object: Field): void {
    const apiVersion = object.at('apiVersion');
    if (apiVersion.value !== 'networking.k8s.io/v1') {
      throw apiVersion.refuse(`${apiVersion.text} has no NetworkPolicy`, 'write "networking.k8s.io/v1"');
    }
    const [namespace, name] = [this.namespaceOf(object), nameOf(object)];
    this.claim(object, `NetworkPolicy ${namespace}/${name}`);
    this.namespace(namespace).policies.push(readNetworkPolicy(namespace, name, object));
  }

  private addWorkloads(object: Field, type: string): void {
    const kind = object.at('kind').text;
    const templates = podTemplates(object);
    if (templates.length > 0) {
      const [namespace, name] = [this.namespaceOf(object), nameOf(object)];
      this.claim(object, `${type} ${namespace}/${name}`);
      const { workloads } = this.namespace(namespace);
      workloads.push(...templates.map(template => readWorkload(namespace, `${kind}/${name}`, template)));
    }
  }

  private namespace(name: string): Namespace {
    const known = this.namespaces.get(name);
    if (known) {
      return known;
    }
    const made: Namespace = { name, policies: [], workloads: [] };
    this.namespaces.set(name, made);
    return made;
  }

  private namespaceOf(object: Field): string {
    const namespace = object.at('metadata').at('namespace');
    return namespace.isAbsent ? this.defaultNamespace : namespace.text;
  }

  private claim(object: Field, key: string): void {
    // The API server makes up another name for each.
    if (object.at('metadata').at('name').isAbsent) {
      return;
    }
    const twin = this.sources.get(key);
    if (twin !== undefined) {
      throw object.refuse(`${key} is declared by ${twin} already`, 'remove one of them, or give it another name');
    }
    this.sources.set(key, object.source);
  }
}

const isOtherPolicy = (kind: string, apiVersion: string): boolean =>
  kind.endsWith('NetworkPolicy') && !isOwnGroup(apiVersion) && !apiVersion.startsWith(FORMER_GROUP);

function nameOf(object: Field): string {
  const metadata = object.at('metadata');
  const name = metadata.at('name').isAbsent ? metadata.at('generateName') : metadata.at('name');
  if (name.isAbsent) {
    throw object.refuse('the object has no name', 'write metadata.name');
  }
  return name.text;
}
