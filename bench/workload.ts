import { Construct } from 'constructs';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Complete,
  Database,
  ExternalObjectStore,
  KubeObject,
  type Manifest,
  MlflowServer,
  ModelApi,
  ModelRuntime,
  ModelSource,
  Peer,
  Platform,
  SecretSource,
  type Team,
} from '../lib';

type Body = Complete<Manifest> & Readonly<Record<string, unknown>>;

/** `engine`: objects with literal bodies. `vocabulary`: the constructs that users say. */
export type Workload = 'engine' | 'vocabulary';

/** Objects of one team, in both workloads. */
export const OBJECTS_PER_TEAM = 106;
const TEAM_NAMESPACE_OBJECTS = 10;
const ENGINE_MODELS = 10;
const VOCABULARY_MODELS = 16;
/** As many of them have an autoscaler as it takes to get the same number of objects. */
const AUTOSCALED = 11;
const QUOTA = { cpu: '4000', memory: '16Ti', storage: '10Ti', objects: { pods: 4000 } };

export const ENVIRONMENT = 'production';
export const teamName = (index: number): string => `team-${String(index).padStart(4, '0')}`;

/** A platform of one environment with that many teams, pinned by the files below `pins`. */
export function platformOf(workload: Workload, teams: number, outdir: string, pins: string): Platform {
  const platform = new Platform({ name: 'ml', outdir, pins });
  const network = { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], nodes: ['10.250.0.0/24'] };
  const [environment] = platform.environments({ [ENVIRONMENT]: { domain: 'ml.example.com', network } });
  for (let index = 0; index < teams; index++) {
    const name = teamName(index);
    const namespace = `${name}-ml`;
    environment!.team(name, { namespace, owners: ['ml-leads'], members: ['ml'], quota: QUOTA }, team =>
      workload === 'engine' ? declareObjects(team, namespace) : declareConstructs(team),
    );
  }
  return platform;
}

/** Pins every model of every team to version 1, as far as the workload has pins. */
export function writePins(workload: Workload, teams: number, pins: string): void {
  mkdirSync(join(pins, ENVIRONMENT), { recursive: true });
  for (let index = 0; index < teams && workload === 'vocabulary'; index++) {
    writePin(index, 1, pins);
  }
}

/** Pins the first model of one team to a version, its other models to version 1. */
export function writePin(team: number, version: number, pins: string): void {
  const models = Array.from(
    { length: VOCABULARY_MODELS },
    (_, index) => `  ${modelName(index)}:\n    version: ${index === 0 ? version : 1}\n`,
  );
  writeFileSync(join(pins, ENVIRONMENT, `${teamName(team)}.yaml`), `models:\n${models.join('')}`);
}

/**
 * Makes the objects of a team as plain data, without any construct: what plain cdk8s and the floor start from.
 *
 * The few that TeamNamespace makes differ between teams in names alone, so they are made from those of the first team.
 * A vocabulary has no literals, so all of its objects are; `timed` says whether making them costs what literals cost.
 */
export function plainObjects(workload: Workload, pins: string): { timed: boolean; of: (index: number) => Body[] } {
  const first = platformOf(workload, 1, 'dist', pins).build(`${ENVIRONMENT}/${teamName(0)}`);
  const objects = first.node.findAll().filter((construct): construct is KubeObject => construct instanceof KubeObject);
  const text = JSON.stringify(objects.map(object => object.toJson()));
  const again = (index: number): Body[] => JSON.parse(text.replaceAll(teamName(0), teamName(index)));
  if (workload === 'vocabulary') {
    return { timed: false, of: again };
  }
  const [namespace, ...shared] = again(0).slice(0, TEAM_NAMESPACE_OBJECTS) as [Body, ...Body[]];
  return {
    timed: true,
    of: index => {
      const name = `${teamName(index)}-ml`;
      const labels = { ...namespace.metadata.labels, 'app.kubernetes.io/part-of': teamName(index) };
      const own = { 'app.kubernetes.io/managed-by': 'cdk8s-mlops', 'app.kubernetes.io/part-of': teamName(index) };
      return [
        { ...namespace, metadata: { ...namespace.metadata, name, labels } },
        ...shared.map(body => ({ ...body, metadata: { ...body.metadata, namespace: name, labels: own } })),
        ...serverObjects(teamName(index), name),
        ...Array.from({ length: ENGINE_MODELS }, (_, model) => modelObjects(teamName(index), name, model)).flat(),
      ];
    },
  };
}

function declareObjects(team: Team, namespace: string): void {
  const add = (scope: Construct, bodies: readonly Body[]) =>
    bodies.forEach((body, index) => new KubeObject(scope, `${body.kind}-${index}`, body));
  add(team, serverObjects(team.name, namespace));
  for (let index = 0; index < ENGINE_MODELS; index++) {
    add(new Construct(team, modelName(index)), modelObjects(team.name, namespace, index));
  }
}

function declareConstructs(team: Team): void {
  const gateway = Peer.pods({ namespace: 'gateway' });
  const store = new ExternalObjectStore(team, 'store', {
    endpoint: 'http://s3.storage.svc:7070',
    peer: Peer.pods({ namespace: 'storage', labels: { app: 's3' }, ports: [7070] }),
    credentials: SecretSource.existing('s3'),
  });
  const mlflow = new MlflowServer(team, 'mlflow', {
    image: 'ghcr.io/mlflow/mlflow:v3.17.2-full',
    artifacts: store.bucket(`${team.name}-models`),
    database: Database.sqlite(),
    hosts: [`mlflow.${team.name}.${team.environment.domain}`],
  });
  mlflow.allowFrom(gateway);
  for (let index = 0; index < VOCABULARY_MODELS; index++) {
    const api = new ModelApi(team, modelName(index), {
      model: team.pinned(modelName(index)),
      source: ModelSource.registry(mlflow),
      runtime: ModelRuntime.mlflow({ image: 'registry.example.com/ml/serving:3.17.2' }),
      ...(index < AUTOSCALED ? { autoscaling: { max: 10 } } : {}),
    });
    api.allowFrom(gateway);
  }
}

const modelName = (index: number): string => `model-${String(index).padStart(3, '0')}`;

const labelsOf = (team: string, program: string) => ({
  'app.kubernetes.io/name': program,
  'app.kubernetes.io/part-of': team,
  'app.kubernetes.io/managed-by': 'cdk8s-mlops',
});
const selectorOf = (program: string) => ({ 'app.kubernetes.io/name': program });
const tcp = (port: number) => [{ port, protocol: 'TCP' }];
const namespaceSelector = (name: string) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});

/** The objects of a program that keeps data; 4 of them. */
function program(kind: string, team: string, namespace: string, name: string, port: number, args: string[]): Body[] {
  const metadata = { name, namespace, labels: labelsOf(team, name) };
  const volume =
    kind === 'StatefulSet' || name === 'mlflow'
      ? { name: 'data', persistentVolumeClaim: { claimName: name } }
      : { name: 'data', emptyDir: { sizeLimit: '10Gi' } };
  const probe = { httpGet: { path: '/health', port }, periodSeconds: 15, failureThreshold: 3 };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: selectorOf(name), ports: [{ name: 'http', port: 80, targetPort: port, protocol: 'TCP' }] },
    },
    {
      apiVersion: 'apps/v1',
      kind,
      metadata,
      spec: {
        replicas: 1,
        selector: { matchLabels: selectorOf(name) },
        ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
        template: {
          metadata: { labels: labelsOf(team, name), annotations: { 'prometheus.io/port': `${port}` } },
          spec: {
            serviceAccountName: name,
            automountServiceAccountToken: false,
            securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
            containers: [
              {
                name,
                image: `registry.example.com/${team}/${name}:1.4.2`,
                args,
                env: [
                  { name: 'LOG_LEVEL', value: 'INFO' },
                  { name: 'S3_ENDPOINT', value: `http://store.${namespace}.svc:9000` },
                  { name: 'S3_KEY', valueFrom: { secretKeyRef: { name: `${name}-s3`, key: 'access-key' } } },
                  { name: 'S3_SECRET', valueFrom: { secretKeyRef: { name: `${name}-s3`, key: 'secret-key' } } },
                ],
                ports: [{ name: 'http', containerPort: port, protocol: 'TCP' }],
                resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '1', memory: '2Gi' } },
                readinessProbe: probe,
                livenessProbe: probe,
                securityContext: {
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ['ALL'] },
                },
                volumeMounts: [
                  { name: 'data', mountPath: '/data' },
                  { name: 'tmp', mountPath: '/tmp' },
                ],
              },
            ],
            volumes: [volume, { name: 'tmp', emptyDir: { sizeLimit: '1Gi' } }],
          },
        },
      },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(name) } },
    },
  ];
}

/** What a team has besides its namespace and models; 16 objects. */
function serverObjects(team: string, namespace: string): Body[] {
  const labels = labelsOf(team, 'tenant');
  const policy = (name: string, spec: object): Body => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace, labels },
    spec,
  });
  const ingress = (target: object, from: object, port: number) => ({
    podSelector: target,
    policyTypes: ['Ingress'],
    ingress: [{ from: [from], ports: tcp(port) }],
  });
  const claim = (name: string, storage: string): Body => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace, labels: labelsOf(team, name) },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, storageClassName: 'fast-ssd' },
  });
  return [
    policy('allow-gateway', ingress({ matchLabels: { expose: 'true' } }, namespaceSelector('gateway'), 8080)),
    policy('allow-monitoring', ingress({}, namespaceSelector('monitoring'), 9090)),
    policy('allow-store', ingress({ matchLabels: selectorOf('store') }, { podSelector: {} }, 9000)),
    policy('allow-mlflow', ingress({ matchLabels: selectorOf('mlflow') }, { podSelector: {} }, 5000)),
    policy('allow-registry', {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ to: [{ ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.16/28'] } }], ports: tcp(443) }],
    }),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'mlflow', namespace, labels },
      data: { 'logging.conf': '[loggers]\nkeys=root\n\n[handlers]\nkeys=console\n', LEVEL: 'INFO', STRICT: 'yes' },
    },
    ...program('Deployment', team, namespace, 'mlflow', 5000, ['mlflow', 'server', '--host=0.0.0.0', '--port=5000']),
    claim('mlflow', '20Gi'),
    ...program('StatefulSet', team, namespace, 'store', 9000, ['server', '/data', '--console-address=:9001']),
    claim('store', '100Gi'),
  ];
}

/** One served model; 8 objects. */
function modelObjects(team: string, namespace: string, index: number): Body[] {
  const name = modelName(index);
  const labels = labelsOf(team, name);
  const host = `${name}.${team}.ml.example.com`;
  const backendRefs = [{ name, port: 80 }];
  return [
    ...program('Deployment', team, namespace, name, 8080, [`--model=s3://models/${team}/${name}/1`]),
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name, namespace, labels, annotations: { 'example.com/model-version': '1' } },
      spec: {
        parentRefs: [{ name: 'public', namespace: 'gateway' }],
        hostnames: [host],
        rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs }],
      },
    },
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name, namespace, labels },
      spec: {
        minReplicas: 1,
        maxReplicas: 10,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
        ],
      },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, namespace, labels },
      spec: {
        podSelector: { matchLabels: selectorOf(name) },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: [namespaceSelector('gateway')], ports: tcp(8080) }],
        egress: [{ to: [{ podSelector: { matchLabels: selectorOf('store') } }], ports: tcp(9000) }],
      },
    },
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata: { name, namespace, labels },
      spec: {
        selector: { matchLabels: selectorOf(name) },
        endpoints: [{ port: 'http', path: '/metrics', interval: '30s' }],
      },
    },
  ];
}
