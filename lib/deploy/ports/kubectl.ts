import { spawn, type ChildProcess } from 'node:child_process';
import {
  ClusterError,
  FIELD_MANAGER,
  idOf,
  nameOf,
  type Cluster,
  type ClusterFault,
  type KubeManifest,
} from '../cluster';

/** Which faults the words of kubectl and the API server tell, and what to do about each. */
const FAULTS: readonly (readonly [RegExp, ClusterFault, string])[] = [
  [
    /conflict with|Apply failed with \d+ conflict/,
    'conflict',
    'somebody else owns these fields: if that is Argo CD, leave --apply out and let a commit do it',
  ],
  [
    /Forbidden|forbidden|Unauthorized|must be logged in|client to provide credentials|not authorized/,
    'denied',
    'ask for the right, or use --context',
  ],
  [/no matches for kind/, 'refused', 'install the kind in the cluster first'],
  [
    /namespaces? "[^"]*" not found/,
    'refused',
    'apply the manifest of the unit first: kubectl apply --server-side --field-manager=mlops -f dist/<environment>/<team>.k8s.yaml',
  ],
  [
    /current-context is not set|cannot locate context|connection refused|no such host|i\/o timeout|Unable to connect|was refused|does not exist|couldn't get|EOF|x509/,
    'unreachable',
    'is it the right one? kubectl config get-contexts, --context',
  ],
];
const running = new Set<ChildProcess>();
const REQUEST_SECONDS = 30;
const REMOVAL_SECONDS = 120;

/** A cluster through the program kubectl, with whatever credentials that has. */
export class Kubectl implements Cluster {
  private constructor(
    public readonly name: string,
    private readonly context: readonly string[],
  ) {}

  /** @param context as kubectl knows it; the current one if it is left out */
  public static async open(context: string | undefined): Promise<Kubectl> {
    const name = context ?? (await run(['config', 'current-context'])).trim();
    return new Kubectl(name, context === undefined ? [] : [`--context=${context}`]);
  }

  /**
   * What tells the cluster from every other one, whatever people call it: one that is made anew is another one. Who may not
   * read that gets its address.
   */
  public async identity(): Promise<string> {
    try {
      const args = ['get', 'namespace', 'kube-system', '--output=jsonpath={.metadata.uid}'];
      return (await run([...this.context, ...args])).trim();
    } catch (error) {
      if (error instanceof ClusterError && error.fault === 'unreachable') {
        throw error;
      }
      const args = ['config', 'view', '--minify', '--output=jsonpath={.clusters[0].cluster.server}'];
      return (await run([...this.context, ...args])).trim();
    }
  }

  /** Ends what kubectl does now, for all clusters. */
  public static interrupt(): void {
    running.forEach(child => child.kill('SIGINT'));
  }

  public async read(objects: readonly KubeManifest[]): Promise<ReadonlyMap<string, KubeManifest>> {
    if (objects.length === 0) {
      return new Map();
    }
    const text = await this.call(
      ['get', '-f', '-', '-o', 'json', '--ignore-not-found', '--show-managed-fields'],
      objects,
    );
    const found = (text.trim() === '' ? [] : JSON.parse(text)) as KubeManifest & { items?: KubeManifest[] };
    const all = Array.isArray(found) ? found : (found.items ?? [found]);
    return new Map(all.map(object => [idOf(object), applicable(object)]));
  }

  public async apply(objects: readonly KubeManifest[], { dryRun = false, partial = false } = {}): Promise<void> {
    const flags = [...(dryRun ? ['--dry-run=server'] : []), ...(partial ? ['--validate=false'] : [])];
    const args = ['apply', '--server-side', `--field-manager=${FIELD_MANAGER}`, ...flags, '-f', '-'];
    await this.call(args, objects.map(withoutOwners));
  }

  public async remove(objects: readonly KubeManifest[], { dryRun = false } = {}): Promise<void> {
    const flags = dryRun ? ['--dry-run=server'] : ['--wait', `--timeout=${REMOVAL_SECONDS}s`];
    await this.call(['delete', '--ignore-not-found', ...flags, '-f', '-'], objects, REMOVAL_SECONDS + REQUEST_SECONDS);
  }

  public async ready(object: KubeManifest, seconds: number, tell: (line: string) => void): Promise<void> {
    const { kind, metadata } = object;
    const place = `${kind.toLowerCase()}/${metadata.name}`;
    const args = kind === 'InferenceService' ? ['wait', '--for=condition=Ready', place] : ['rollout', 'status', place];
    const namespace = metadata.namespace === undefined ? [] : [`--namespace=${metadata.namespace}`];
    try {
      await run([...this.context, ...args, ...namespace, `--timeout=${seconds}s`], { seconds: seconds + 5, tell });
    } catch (error) {
      if (error instanceof ClusterError && (error.fault === 'unreachable' || error.fault === 'denied')) {
        throw error;
      }
      throw new ClusterError(
        'unready',
        `${nameOf(object)} does not run after ${seconds} s: ${(error as Error).message}`,
      );
    }
  }

  private call(args: readonly string[], objects: readonly KubeManifest[], seconds = REQUEST_SECONDS): Promise<string> {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    return run([...this.context, ...args], { input, seconds });
  }
}

/** What the API server sets itself cannot be applied. */
function applicable(object: KubeManifest): KubeManifest {
  const { status: _status, ...rest } = object as KubeManifest & { status?: unknown };
  const { name, namespace, labels, annotations, managedFields } = object.metadata as KubeManifest['metadata'] & {
    labels?: object;
  };
  return {
    ...rest,
    metadata: { name, ...(namespace && { namespace }), labels, annotations, managedFields } as KubeManifest['metadata'],
  };
}

/** The API server takes none: it notes itself who owns what. */
function withoutOwners(object: KubeManifest): KubeManifest {
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return { ...object, metadata };
}

interface Call {
  readonly input?: string;
  readonly seconds?: number;
  /** Told each line that is printed. */
  readonly tell?: (line: string) => void;
}

function run(args: readonly string[], { input = '', seconds = REQUEST_SECONDS, tell }: Call = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('kubectl', args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: seconds * 1000 });
    running.add(child);
    let [stdout, stderr, line, last] = ['', '', '', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const lines = `${line}${text}`.split('\n');
      line = lines.pop()!;
      for (const one of lines.filter(text => text.trim() !== '' && text !== last)) {
        last = one;
        tell?.(one);
      }
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', error =>
      reject(new ClusterError('unreachable', `kubectl cannot be started: ${error.message}; install it`)),
    );
    child.on('close', (code, signal) => {
      running.delete(child);
      if (code === 0) {
        resolve(stdout);
      } else {
        reject(
          failed(
            stderr,
            code !== null
              ? `kubectl ended with ${code}`
              : signal === 'SIGINT'
                ? 'kubectl was interrupted'
                : `no answer within ${seconds} s`,
          ),
        );
      }
    });
    // It may end before it has read everything.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

function failed(stderr: string, otherwise: string): ClusterError {
  const said = [...new Set(stderr.trim().split('\n'))].slice(0, 6).join(' | ').slice(0, 1_000) || otherwise;
  const [, fault, remedy] = FAULTS.find(([pattern]) => pattern.test(stderr)) ?? [
    undefined,
    'refused' as const,
    undefined,
  ];
  // What would steer a terminal, or hide letters.
  const plain = said.replace(/[^\P{C}]|[\p{Zl}\p{Zp}]/gu, '�');
  return new ClusterError(fault, `the cluster: ${plain}${remedy === undefined ? '' : `; ${remedy}`}`);
}
