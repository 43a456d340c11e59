import { Construct } from 'constructs';
import type { Job } from 'kubernetes-types/batch/v1';
import { IN_SYNC, SyncWave } from '../core/sync-wave';
import { KubeObject } from './kube-object';
import type { ObjectStore } from './object-store';
import type { SecretSource } from './secret-source';
import { mountRoot } from './store-secrets';
import { Workload } from './workload';

export interface BucketJobProps {
  /** Name of the Job. */
  readonly name: string;
  readonly store: ObjectStore;
  /** Image with a POSIX shell and what the script calls. */
  readonly image: string;
  readonly script: string;
  /** Arguments of the script, asked for when everything is declared. */
  readonly args: () => string[];
  readonly root: SecretSource;
}

const RESOURCES = {
  requests: { cpu: '50m', memory: '256Mi', 'ephemeral-storage': '64Mi' },
  limits: { cpu: '500m', memory: '256Mi', 'ephemeral-storage': '128Mi' },
};

/**
 * Makes what was declared of a store, and nothing else, as its administrator. It waits for the store, and may run again,
 * and twice at once, without harm.
 */
export class BucketJob extends Construct {
  public readonly workload: Workload;
  public readonly job: KubeObject<Job>;

  constructor(scope: Construct, id: string, props: BucketJobProps) {
    super(scope, id);
    const { name, store, image, script, args } = props;
    this.workload = new Workload(this, 'workload', { name, program: 'buckets' });
    this.workload.allowTo(store);
    this.workload.addEnvironment({ name: 'STORE_URL', value: store.endpoint });
    mountRoot(this.workload, props.root);
    const container = this.workload.container({
      name: 'buckets',
      image,
      command: ['sh', '-c', script, 'buckets'],
      resources: RESOURCES,
    });
    this.job = new KubeObject<Job>(this, 'job', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name, labels: this.workload.labels, annotations: { ...SyncWave.STORES, ...IN_SYNC } },
      spec: {
        activeDeadlineSeconds: 900,
        backoffLimit: 3,
        template: this.workload.podTemplate({
          containers: [
            {
              ...container,
              get args() {
                return args();
              },
            },
          ],
          restartPolicy: 'Never',
        }),
      },
    });
  }
}
