import type { Chart } from 'cdk8s';
import { z } from 'zod';
import { ExternalMlflow } from '../constructs/external-mlflow';
import { ModelSource } from '../constructs/model-source';
import { peerOf, peersValue } from './network-values';
import { DNS_NAME, HOST } from './patterns';
import { secretOf, secretValues } from './secret-values';
import { bucketOf, storeClientValues } from './store-client-values';

const path = (what: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,60}(\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,60}){0,6}$/)
    .default('model')
    .describe(what);

/** Values for where pods get the model from. */
export const modelSourceValues = z
  .strictObject({
    kind: z
      .enum(['image', 'registry', 'objectStore', 'volume'])
      .default('image')
      .describe('Where the pods get the model from: the image, an MLflow registry, a bucket or a volume'),
    registry: z
      .strictObject({
        host: z.string().regex(HOST).default('mlflow').describe('Host name of the MLflow server'),
        port: z.int().min(1024).max(65535).default(5000).describe('Port of the MLflow server'),
        secret: secretValues(
          'Secret whose key `reader` is a file in the form of `~/.mlflow/credentials`',
          'registry',
          'ml/mlflow-auth',
        ),
        peers: peersValue('Where the server is on the network'),
      })
      .prefault({})
      .describe('MLflow server, for the kind `registry`'),
    objectStore: storeClientValues('Bucket, for the kind `objectStore`', 'models'),
    objectPath: path('Where in the bucket the model is'),
    volume: z
      .strictObject({
        claimName: z.string().regex(DNS_NAME).default('models').describe('Name of the PersistentVolumeClaim'),
        path: path('Where on the volume the model is'),
      })
      .prefault({})
      .describe('Volume that holds the model, for the kind `volume`'),
  })
  .prefault({})
  .describe('Where the pods get the model from');

/** @param name name of the release, with which the names of Secrets begin that are not given */
export function modelSourceOf(
  chart: Chart,
  name: string,
  values: z.output<typeof modelSourceValues>,
): ModelSource {
  const { kind, registry, objectStore, objectPath, volume } = values;
  switch (kind) {
    case 'image':
      return ModelSource.image();
    case 'registry':
      return ModelSource.registry(
        new ExternalMlflow({
          trackingUri: `http://${registry.host}:${registry.port}`,
          auth: secretOf(chart, `${name}-registry`, ['reader'], registry.secret),
          peer: peerOf(registry.peers, chart.namespace!, [registry.port]),
        }),
      );
    case 'objectStore':
      return ModelSource.objectStore(bucketOf(chart, name, objectStore), objectPath);
    case 'volume':
      return ModelSource.volume(volume.claimName, volume.path);
  }
}
