import { z } from 'zod';
import { ModelApi } from '../constructs/model-api';
import { HelmChart } from '../helm/helm-chart';
import { authOf, authValues } from './auth-values';
import { ABOUT, onArtifactHub } from './about';
import { decorationValues, keepsNameRule, NAME_RULE, nameValues } from './decoration-values';
import { exposureOf, exposureValues } from './exposure-values';
import { extraValues } from './extra-values';
import { finish } from './finish';
import { imageOf, imageValues } from './image-values';
import { MODEL_API_CI } from './model-api-ci';
import { MODEL_API_NOTES } from './model-api-notes';
import { MODEL_API_TEST } from './model-api-test';
import { modelSourceOf, modelSourceValues } from './model-source-values';
import { monitoringValues } from './monitoring-values';
import { dnsValues, peerOf, peersValue, useDns } from './network-values';
import { placementOf, placementValues } from './placement-values';
import { pullPolicyValue } from './pull-policy';
import { pullSecretsValue, usePullSecrets } from './pull-secrets';
import { diskValue, resourcesValue } from './resource-values';
import { runtimeOf, runtimeValues } from './runtime-values';
import { scalingOf, scalingValues, setMost } from './scaling-values';
import { serviceValues } from './service-values';
import { areUnique, uniqueRule } from './unique-names';

const values = z
  .strictObject({
  model: z
    .strictObject({
      name: z
        .string()
        .regex(/^[A-Za-z0-9]([A-Za-z0-9_-]{0,100}[A-Za-z0-9])?$/)
        .default('model')
        .describe('Name of the registered model'),
      version: z.int().min(1).max(999_999).default(1).describe('Version that is served'),
    })
    .prefault({})
    .describe('The model'),
  image: imageValues('Image of the program that serves the model', {
    registry: 'registry.example.com',
    repository: 'ml/serving',
    tag: '3.17.2',
  }),
  imagePullPolicy: pullPolicyValue,
  imagePullSecrets: pullSecretsValue,
  runtime: runtimeValues,
  source: modelSourceValues,
  ...scalingValues,
  resources: resourcesValue('250m CPU and 1Gi memory, limits of 1 CPU and 1Gi; GPUs too, such as `nvidia.com/gpu`'),
  disk: diskValue('2Gi', 'Room for what the model downloads'),
  startupMinutes: z.int().min(1).max(600).default(10).describe('Time that a pod has for loading the model'),
  ...extraValues,
  ...placementValues,
  auth: authValues,
  limits: z
    .strictObject({
      concurrency: z.int().min(1).max(10_000).default(16).describe('Requests that the model works on at one time'),
      waiting: z.int().min(1).max(10_000).default(8).describe('Requests that may wait; further ones get 503'),
      timeoutSeconds: z.int().min(1).max(3600).default(60).describe('Longest time of a request; then it gets 504'),
      requestMebibytes: z
        .int()
        .min(2)
        .max(255)
        .default(16)
        .describe('Largest body of a request; larger ones get 413. The proxy has sixteen times as much memory'),
      rate: z
        .strictObject({
          enabled: z.boolean().default(false).describe('Whether each client has a limit of its own'),
          perSecond: z.int().min(1).max(100_000).default(100).describe('Requests of a client in a second'),
          burst: z.int().min(1).max(100_000).default(100).describe('Requests that may come at once after a pause'),
        })
        .prefault({})
        .describe('Most requests of one client, at each pod; further ones get 429'),
    })
    .prefault({})
    .describe('How much each pod takes on'),
  proxy: z
    .strictObject({
      image: imageValues('Image of Envoy', {
        registry: 'docker.io',
        repository: 'envoyproxy/envoy',
        tag: 'distroless-v1.40.0',
      }),
      cpu: z
        .string()
        .regex(/^[1-9][0-9]{0,2}m$/)
        .default('100m')
        .describe('CPU that is set aside for it'),
    })
    .prefault({})
    .describe('The proxy in each pod'),
  service: serviceValues,
  exposure: exposureValues('model.example.com'),
  allowFrom: peersValue('Who may call from within the cluster', 'nobody'),
  allowTo: peersValue('What the model may call from within its pods, at port 443', 'nobody'),
  monitoring: monitoringValues,
  dns: dnsValues,
  ...nameValues,
  ...decorationValues,
})
  .refine(keepsNameRule, 'no object can have that name')
  .refine(({ imagePullSecrets, auth }) => areUnique(imagePullSecrets) && areUnique(auth.clients), 'a name stands twice')
  .refine(({ auth, exposure }) => auth.kind !== 'none' || exposure.kind === 'internal', 'who is not authenticated has no route')
  .meta({
    allOf: [
      NAME_RULE,
      uniqueRule('imagePullSecrets'),
      uniqueRule('auth', 'clients'),
      {
        if: { properties: { auth: { properties: { kind: { const: 'none' } } } } },
        then: { properties: { exposure: { properties: { kind: { const: 'internal' } } } } },
      },
    ],
  });

/** Serves a pinned version of a model, authenticated and limited. */
export const modelApiChart = new HelmChart({
  ...ABOUT,
  ...onArtifactHub('ai-machine-learning', 'docs/model-api.md', [
    { name: 'model', image: 'registry.example.com/ml/serving:3.17.2' },
    { name: 'envoy', image: 'docker.io/envoyproxy/envoy:distroless-v1.40.0' },
  ]),
  name: 'model-api',
  description: 'Serves a version of a model over HTTP: authenticated, limited, observable, rolled out without a failed request',
  keywords: ['mlflow', 'model-serving', 'inference', 'mlops'],
  prerequisites: [
    'An image that serves the model, or one with MLflow and a registry, a bucket or a volume that has the model',
    'The CRDs of the exposure that you choose; metrics-server for `autoscaling.kind: hpa`, KEDA for `keda`; the Prometheus operator for `monitoring`; the External Secrets operator for Secrets of the kind `external`',
  ],
  notes: MODEL_API_NOTES,
  tests: { 'connection.yaml': MODEL_API_TEST },
  ci: MODEL_API_CI,
  nameLength: 46,
  values,
  build(chart, { model, limits, proxy, ...given }, release) {
    useDns(chart, given.dns);
    usePullSecrets(chart, given.imagePullSecrets);
    const { timeoutSeconds } = limits;
    const api = new ModelApi(chart, release.fullname, {
      model,
      runtime: runtimeOf(given.runtime, imageOf(given.image), timeoutSeconds),
      source: modelSourceOf(chart, release.fullname, given.source),
      ...scalingOf(given),
      resources: { limits: { 'ephemeral-storage': given.disk } },
      startupSeconds: 60 * given.startupMinutes,
      drainSeconds: timeoutSeconds,
      placement: placementOf(given),
      auth: authOf(chart, release.fullname, given.auth),
      limits: {
        concurrency: limits.concurrency,
        waiting: limits.waiting,
        timeoutSeconds,
        requestSize: `${limits.requestMebibytes}Mi`,
        rate: limits.rate.enabled ? { perSecond: limits.rate.perSecond, burst: limits.rate.burst } : undefined,
      },
      proxy: {
        image: imageOf(proxy.image),
        resources: {
          requests: { cpu: proxy.cpu, memory: `${16 * limits.requestMebibytes}Mi` },
          limits: { memory: `${16 * limits.requestMebibytes}Mi` },
        },
      },
      exposure: exposureOf(given.exposure),
    });
    if (given.allowTo.length > 0) {
      api.allowTo(peerOf(given.allowTo, release.namespace, [443]));
    }
    setMost(api, given);
    finish(chart, api, 'model', given, release);
  },
});
