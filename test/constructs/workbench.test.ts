import { App, Chart } from 'cdk8s';
import {
  Database,
  ExternalObjectStore,
  MlflowServer,
  Peer,
  SecretSource,
  TeamNamespace,
  Workbench,
  Workload,
  type TeamNamespaceProps,
  type WorkbenchProps,
} from '../../lib';
import { chartIn, expectGolden, expectRefusal, find, lateProblems, objectsOf } from '../support';

function bench(props: WorkbenchProps = {}) {
  const chart = chartIn('vision');
  const store = new ExternalObjectStore(chart, 'store', {
    endpoint: 'http://s3.storage.svc:7070',
    peer: Peer.pods({ namespace: 'storage', ports: [7070] }),
    credentials: SecretSource.existing('s3'),
  });
  const mlflow = new MlflowServer(chart, 'mlflow', {
    image: 'mlflow:3.17.2',
    artifacts: store.bucket('models'),
    database: Database.sqlite(),
  });
  return { chart, store, mlflow, workbench: new Workbench(chart, 'workbench', props) };
}

describe('Workbench', () => {
  it('renders as reviewed', () => {
    const chart = chartIn('vision');
    const workbench = new Workbench(chart, 'workbench', { podDefault: true });
    workbench.allowFrom(Peer.pods({ namespace: 'istio-system' }));
    expectGolden(chart, 'workbench');
  });

  it('takes all the props', () => {
    const allProps: Required<WorkbenchProps> = {
      size: '1Ti',
      storageClass: 'nfs',
      accessMode: 'ReadWriteOnce',
      home: '/home/rstudio',
      fsGroup: 1000,
      ports: [8787],
      podDefault: true,
    };
    const { chart, workbench } = bench(allProps);
    expect(find(chart, 'PersistentVolumeClaim/workbench').spec).toEqual({
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'nfs',
      resources: { requests: { storage: '1Ti' } },
    });
    expect(workbench.ports).toEqual([8787]);
    expect(workbench.attachment.volumeMounts).toEqual([{ name: 'team', mountPath: '/home/rstudio/team' }]);
    expect(workbench.podDefault!.name).toBe('workbench');
    expect(workbench.attachment.securityContext).toEqual({ fsGroup: 1000 });
  });

  it('has 20Gi that several nodes share, Jupyter’s home and port, and nothing of Kubeflow’s', () => {
    const { chart, workbench } = bench();
    expect(find(chart, 'PersistentVolumeClaim/workbench').spec).toEqual({
      accessModes: ['ReadWriteMany'],
      resources: { requests: { storage: '20Gi' } },
    });
    expect(workbench.ports).toEqual([8888]);
    expect(workbench.attachment.volumeMounts).toEqual([{ name: 'team', mountPath: '/home/jovyan/team' }]);
    expect(objectsOf(chart)).not.toContain('PodDefault/workbench');
  });

  it('gives the volume to the group of Kubeflow, JupyterHub and Jupyter’s images, whoever starts the pod', () => {
    const { chart, workbench } = bench({ podDefault: true });
    expect(workbench.attachment.securityContext).toEqual({ fsGroup: 100 });
    const { securityContext } = workbench.workload.podTemplate({ containers: [] }).spec!;
    expect(securityContext).toMatchObject({ fsGroup: 100, runAsUser: 10001, runAsNonRoot: true });
    // Its schema has no such field.
    expect(find(chart, 'PodDefault/workbench').spec).not.toHaveProperty('securityContext');
  });

  it('opens the path to the tracking server at both ends, for pods with its one label', () => {
    const { chart, mlflow, workbench } = bench();
    workbench.allowTo(mlflow);
    const { podSelector, egress, ingress } = find(chart, 'NetworkPolicy/workbench').spec;
    expect(podSelector.matchLabels).toEqual(workbench.attachment.labels);
    expect(egress[1].to).toEqual(mlflow.networkPeers());
    expect(ingress).toBeUndefined();
    expect(find(chart, 'NetworkPolicy/mlflow').spec.ingress[0].from).toEqual(workbench.networkPeers());
  });

  it('lets in who may open notebooks, on their port', () => {
    const { chart, workbench } = bench();
    workbench.allowFrom(Peer.pods({ namespace: 'istio-system' }));
    expect(find(chart, 'NetworkPolicy/workbench').spec.ingress[0].ports).toEqual([{ port: 8888, protocol: 'TCP' }]);
  });

  it('hands out what was granted, also afterwards, below the home of the notebooks', () => {
    const { chart, store, mlflow, workbench } = bench({ podDefault: true });
    mlflow.grantReadWrite(workbench.workload);
    store.bucket('data').grantRead(workbench.workload);
    const { attachment } = workbench;
    expect(attachment.envFrom).toEqual([{ configMapRef: { name: 'workbench' } }]);
    expect(attachment.volumes.map(({ name }) => name)).toEqual(['team', 'mlflow-credentials', 's3']);
    expect(attachment.volumeMounts).toContainEqual({
      name: 'mlflow-credentials',
      mountPath: '/home/jovyan/.mlflow',
      readOnly: true,
    });
    expect(find(chart, 'ConfigMap/workbench').data).toMatchObject({
      MLFLOW_TRACKING_URI: mlflow.trackingUri,
      AWS_SHARED_CREDENTIALS_FILE: '/etc/s3/credentials',
    });
    const { spec } = find(chart, 'PodDefault/workbench');
    expect(spec.selector).toEqual({ matchLabels: { workbench: 'true' } });
    expect(spec.labels).toEqual(workbench.networkPeers()[0]!.podSelector!.matchLabels);
    expect({ volumes: spec.volumes, volumeMounts: spec.volumeMounts }).toEqual({
      volumes: attachment.volumes,
      volumeMounts: attachment.volumeMounts,
    });
  });

  it('leaves home, temporary files and HOME to the notebooks’ own images', () => {
    const { chart, mlflow, workbench } = bench();
    mlflow.grantRead(workbench.workload);
    expect(find(chart, 'ConfigMap/workbench').data).not.toHaveProperty('HOME');
    expect(workbench.attachment.volumes.map(({ name }) => name)).not.toEqual(expect.arrayContaining(['home', 'tmp']));
    expect(workbench.attachment).toHaveProperty('env', undefined);
  });

  it('hands out by reference what no ConfigMap may hold', () => {
    const { chart, workbench } = bench();
    const token = { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'token', key: 'token' } } };
    workbench.workload.addEnvironment(token);
    expect(workbench.attachment.env).toEqual([token]);
    expect(find(chart, 'ConfigMap/workbench').data ?? {}).not.toHaveProperty('TOKEN');
  });

  test.each<[WorkbenchProps, string]>([
    [
      { size: 'big' },
      '[vision/workbench] size must be a quantity, got "big"; ' +
        'write a number with a unit of Kubernetes, such as "500m", "4" or "16Gi"',
    ],
    [
      { fsGroup: 0 },
      '[vision/workbench/notebooks] fsGroup must be a whole number of at least 1, got 0; write 1 or a greater one',
    ],
    [
      { home: 'home/jovyan' },
      '[vision/workbench/notebooks] home must be an absolute path, got "home/jovyan"; write "/home/jovyan"',
    ],
  ])('refuses %j', (props, message) => {
    expectRefusal(() => bench(props), message);
  });
});

describe('the home of a workload', () => {
  it('is where it is told to be, with its variable and its volume', () => {
    const chart = chartIn('vision');
    const workload = new Workload(chart, 'trainer', { program: 'trainer', home: '/home/ana' });
    expect(workload.home).toBe('/home/ana');
    const { env, volumeMounts } = workload.container({ name: 'train', image: 'train:1' });
    expect(env).toEqual([{ name: 'HOME', value: '/home/ana' }]);
    expect(volumeMounts![0]).toEqual({ name: 'home', mountPath: '/home/ana' });
  });
});

describe('the adoption of a namespace', () => {
  const adopted = (adopt: TeamNamespaceProps['adopt'], quota = { cpu: '8', memory: '64Gi' }) => {
    const chart = new Chart(new App(), 'vision', {
      namespace: 'vision',
      labels: { 'app.kubernetes.io/part-of': 'vision' },
    });
    return { chart, team: new TeamNamespace(chart, 'team', { adopt, owners: ['vision-leads'], quota }) };
  };

  it('has the same guards as a namespace of ours, and no Namespace object', () => {
    const guards = objectsOf(adopted(true).chart);
    expect(['Namespace/vision', ...guards]).toEqual(objectsOf(adopted(false).chart));
    expect(guards).toEqual(
      expect.arrayContaining(['ResourceQuota/team', 'LimitRange/containers', 'NetworkPolicy/default-deny']),
    );
    expect(adopted(true).team.namespace).toBeUndefined();
    expect(objectsOf(adopted({}).chart)).toEqual(guards);
  });

  it('still holds the team’s workloads to its quota', () => {
    const { chart } = adopted(true, { cpu: '100m', memory: '64Gi' });
    new Workbench(chart, 'workbench', { size: '200Gi' });
    expect(lateProblems(chart)).toEqual([
      'the workloads need 200Gi of requests.storage while they roll out, the quota is 100Gi; ' +
        'raise the quota or lower what they ask for, most of it PersistentVolumeClaim workbench with 200Gi',
    ]);
  });

  test.each(['baseline', 'restricted'] as const)('sets the labels of "%s" and nothing else, if asked to', level => {
    const { metadata, spec } = find(adopted({ podSecurity: level }).chart, 'Namespace/vision');
    expect(spec).toBeUndefined();
    expect(metadata).toEqual({
      name: 'vision',
      labels: {
        'pod-security.kubernetes.io/enforce': level,
        'pod-security.kubernetes.io/enforce-version': 'v1.33',
        'pod-security.kubernetes.io/audit': level,
        'pod-security.kubernetes.io/audit-version': 'v1.33',
        'pod-security.kubernetes.io/warn': level,
        'pod-security.kubernetes.io/warn-version': 'v1.33',
      },
      annotations: {
        'argocd.argoproj.io/sync-wave': '-3',
        'argocd.argoproj.io/sync-options': 'ServerSideApply=true,Prune=false,Delete=false',
      },
    });
  });
});
