import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import {
  ExternalObjectStore,
  KedaTrigger,
  KserveModel,
  KserveRuntime,
  ModelApi,
  ModelCache,
  ModelRuntime,
  ModelSource,
  Peer,
  SecretSource,
  TeamNamespace,
} from '../../lib';

/** The version that each endpoint serves: change one number, synthesize, commit. */
const VERSIONS = { cats: 4, dogs: 2 };

/** One image that serves several models, in each of the ways in which pods can be scaled and placed. */
export function manyModels(outdir: string, versions = VERSIONS): App {
  const app = new App({ outdir });
  const team = new Chart(app, 'vision', { namespace: 'vision' });
  new TeamNamespace(team, 'team', { quota: { cpu: '32', memory: '128Gi', gpus: 3, storage: '500Gi' } });
  const store = new ExternalObjectStore(team, 'store', {
    endpoint: 'http://s3.storage.svc:7070',
    peer: Peer.pods({ namespace: 'storage', labels: { app: 's3' }, ports: [7070] }),
    credentials: SecretSource.existing('s3'),
  });

  const gateway = Peer.pods({ namespace: 'gateway' });
  const source = ModelSource.objectStore(store.bucket('models'));
  const runtime = ModelRuntime.container({
    image: 'registry.example.com/vision/serving:2.3.0',
    args: ['--name=$(MODEL_NAME)', '--version=$(MODEL_VERSION)', '--model=$(MODEL_URI)'],
    probes: { startup: '/loaded', readiness: '/ready', liveness: '/health' },
  });
  for (const [name, version] of Object.entries(versions)) {
    const served = new ModelApi(team, name, { model: { name, version }, runtime, source });
    served.allowFrom(gateway);
  }

  new ModelApi(team, 'night-shift', {
    model: { name: 'birds', version: 1 },
    runtime,
    source,
    keda: {
      scaleToZero: true,
      max: 4,
      triggers: [
        KedaTrigger.prometheus({
          server: 'http://prometheus.monitoring.svc:9090',
          query: 'sum(camera_images_waiting{team="vision"})',
          threshold: 50,
        }),
      ],
    },
  });

  new ModelApi(team, 'captions', {
    model: { name: 'captions', version: 3 },
    runtime,
    source,
    gpus: 1,
    cache: ModelCache.perPod('40Gi'),
    placement: {
      nodeSelector: { 'node.example.com/class': 'gpu' },
      tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
      priorityClass: 'online',
    },
  });

  new KserveModel(team, 'plates', {
    model: { name: 'plates', version: 7 },
    runtime: KserveRuntime.named({ format: 'mlflow', credentials: SecretSource.existing('kserve-s3') }),
    source,
    autoscaling: { max: 4 },
  });
  return app;
}

if (require.main === module) {
  manyModels(join(__dirname, 'dist')).synth();
}
