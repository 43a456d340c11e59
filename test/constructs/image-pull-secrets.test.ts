import type { Chart } from 'cdk8s';
import {
  KserveModel,
  Minio,
  MlflowServer,
  MlflowUsers,
  ModelApi,
  ModelRuntime,
  Peer,
  PostgresCluster,
  SealedSecret,
  SecretSource,
  TeamNamespace,
  Workload,
  type TeamNamespaceProps,
} from '../../lib';
import { seal } from '../sealed';
import { chartIn, expectRefusal } from '../support';
import { postgres } from './mlflow-parts';

const registry = SecretSource.existing('registry');
const quota = { cpu: '40', memory: '90Gi', storage: '1Ti' };
const runtime = ModelRuntime.container({ image: 'registry.example.com/churn:1.4.2' });
const model = { name: 'churn', version: 1 };

/** Something of every kind that has pods. */
function everything(chart: Chart): void {
  const store = new Minio(chart, 'store', {
    size: '10Gi',
    image: 'registry.example.com/silo:2026.9.1',
    clientImage: 'registry.example.com/mc:2026.9.1',
  });
  const server = new MlflowServer(chart, 'mlflow', {
    image: 'registry.example.com/mlflow:v3.17.2',
    artifacts: store.bucket('fraud'),
    database: postgres(),
    workspaces: true,
  });
  new MlflowUsers(chart, 'users', { server });
  new ModelApi(chart, 'churn', { model, runtime });
  new KserveModel(chart, 'score', { model, runtime });
  new PostgresCluster(chart, 'database', {
    image: 'registry.example.com/postgresql:17.6',
    apiServer: Peer.pods({ namespace: 'kube-system', ports: [6443] }),
  });
}

/** What each object with pods says of the Secrets for its images. */
function pulls(chart: Chart): Record<string, unknown> {
  const pods = chart
    .toJson()
    .map(({ kind, metadata, spec }) => [`${kind}/${metadata.name}`, spec?.predictor ?? spec?.template?.spec ?? spec])
    .filter(([name]) => /^(Cluster|Deployment|InferenceService|Job|StatefulSet)\//.test(name));
  return Object.fromEntries(pods.map(([name, spec]) => [name, spec.imagePullSecrets]));
}

describe('Secrets for images', () => {
  const team = (chart: Chart, props: Partial<TeamNamespaceProps>) =>
    new TeamNamespace(chart, 'team', { quota, ...props });

  it('are those of the namespace for all of its pods', () => {
    const chart = chartIn('fraud');
    team(chart, { imagePullSecrets: [registry] });
    everything(chart);
    const all = pulls(chart);
    expect(Object.keys(all).sort()).toEqual([
      'Cluster/database',
      'Deployment/churn',
      'Deployment/mlflow',
      'InferenceService/score',
      'Job/mlflow-migration',
      'Job/store-buckets',
      'Job/users',
      'StatefulSet/store',
    ]);
    for (const [name, secrets] of Object.entries(all)) {
      expect([name, secrets]).toEqual([name, [{ name: 'registry' }]]);
    }
  });

  it('are refused for pods that are declared already', () => {
    const chart = chartIn('fraud');
    new ModelApi(chart, 'churn', { model, runtime });
    expectRefusal(
      () => team(chart, { imagePullSecrets: [registry] }),
      '[fraud/team] imagePullSecrets come after fraud/churn/server, whose pods would lack them; ' +
        'declare the namespace before its workloads',
    );
  });

  it('leave no trace unless asked for', () => {
    const chart = chartIn('fraud');
    team(chart, {});
    everything(chart);
    expect(JSON.stringify(chart.toJson())).not.toContain('imagePullSecrets');
  });

  it('are those of a workload and those of the namespace, each once', () => {
    const chart = chartIn('fraud');
    team(chart, { imagePullSecrets: [registry] });
    const workload = new Workload(chart, 'trainer', {
      program: 'trainer',
      imagePullSecrets: [SecretSource.existing('vendor'), registry],
    });
    expect(workload.podTemplate({ containers: [] }).spec!.imagePullSecrets).toEqual([
      { name: 'vendor' },
      { name: 'registry' },
    ]);
  });

  it('are not those of another chart', () => {
    const chart = chartIn('fraud');
    team(chart, { imagePullSecrets: [registry] });
    const other = new Workload(chartIn('search'), 'trainer', { program: 'trainer' });
    expect(other.podTemplate({ containers: [] }).spec!.imagePullSecrets).toBeUndefined();
  });

  it('are refused where Kubernetes would not read them', () => {
    const chart = chartIn('fraud');
    const sealed = new SealedSecret(chart, 'registry', {
      encryptedData: { '.dockerconfigjson': seal('{}') },
    });
    const problem =
      'imagePullSecrets may not hold "registry", which is made with the type Opaque: Kubernetes takes no credentials ' +
      'for images from that; make one by "kubectl create secret docker-registry", and name it: ' +
      'SecretSource.existing("registry")';
    expectRefusal(
      () => new Workload(chart, 'trainer', { program: 'trainer', imagePullSecrets: [sealed] }),
      `[fraud/trainer] ${problem}`,
    );
    expectRefusal(() => team(chart, { imagePullSecrets: [sealed] }), `[fraud/team] ${problem}`);
    expectRefusal(
      () => new ModelApi(chart, 'churn', { model, runtime, imagePullSecrets: [sealed] }),
      `[fraud/churn/server] ${problem}`,
    );
  });
});
