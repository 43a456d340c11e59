import { App } from 'cdk8s';
import {
  ClusterNetwork,
  Database,
  Exposure,
  ExternalObjectStore,
  MlflowMigration,
  MlflowServer,
  ModelApi,
  ModelRuntime,
  Monitoring,
  Peer,
  PostgresCluster,
  SecretSource,
  Workload,
  type MlflowMigrationProps,
  type MlflowServerProps,
  type PostgresPool,
  type PostgresProps,
  type SqliteProps,
} from '../../lib';
import { admitsHost } from '../../lib/core/allowed-hosts';
import { chartIn, expectGolden, expectRefusal, find, objectsOf } from '../support';

const image = 'ghcr.io/mlflow/mlflow:v3.17.2-full';
const store = (chart = chartIn('fraud'), id = 'store') =>
  new ExternalObjectStore(chart, id, {
    endpoint: 'http://s3.storage.svc:7070',
    peer: Peer.pods({ namespace: 'storage', labels: { app: 's3' }, ports: [7070] }),
    credentials: SecretSource.existing('s3'),
  });
const postgres = Database.postgres({
  connection: SecretSource.existing('mlflow-postgres'),
  peer: Peer.pods({ namespace: 'databases', labels: { app: 'postgres' }, ports: [5432] }),
});

/** The names of the Service, with and without port. */
const NAMES = ['mlflow', 'mlflow.fraud', 'mlflow.fraud.svc', 'mlflow.fraud.svc.cluster.local']
  .flatMap(name => [name, `${name}:5000`])
  .concat('localhost:5000');

function server(props: Partial<MlflowServerProps> = {}, chart = chartIn('fraud'), id = 'mlflow') {
  const mlflow = new MlflowServer(chart, id, {
    database: Database.sqlite(),
    image,
    ...props,
    artifacts: props.artifacts ?? store(chart).bucket('fraud'),
  });
  const deployment = find(chart, `Deployment/${id}`);
  const pod = deployment.spec.template.spec;
  return { chart, mlflow, deployment, pod, container: pod.containers[0] };
}

const argument = ({ args }: any, name: string): string | undefined =>
  args.find((text: string) => text.startsWith(`--${name}=`))?.slice(name.length + 3);

describe('MlflowServer', () => {
  it('renders as reviewed on SQLite', () => {
    expectGolden(server().chart, 'mlflow-server-sqlite');
  });

  it('renders as reviewed on PostgreSQL', () => {
    expectGolden(
      server({ database: postgres, replicas: 2, hosts: ['mlflow.example.com'] }).chart,
      'mlflow-server-postgres',
    );
  });

  it('takes all the props', () => {
    const chart = chartIn('fraud');
    const allowed = [...NAMES, '*.ml.example.com', 'ml.example.com', 'ml.example.com:443'];
    const allProps: Required<MlflowServerProps> = {
      artifacts: store(chart).bucket('models'),
      database: postgres,
      image: 'registry.example.com/ml/tracking:7',
      version: '3.18.1',
      auth: SecretSource.existing('tracking-auth'),
      authProxy: { peer: Peer.pods({ namespace: 'oauth2-proxy' }), secret: SecretSource.existing('tracking-proxy') },
      exposure: Exposure.internal(),
      hosts: ['ml.example.com'],
      allowedHosts: allowed,
      replicas: 3,
      workers: 4,
      metrics: true,
      workspaces: true,
      placement: { nodeSelector: { pool: 'ml' }, affinity: { nodeAffinity: {} }, priorityClass: 'online' },
      resources: { requests: { cpu: '2' }, limits: { memory: '2Gi' } },
    };
    const mlflow = new MlflowServer(chart, 'mlflow', allProps);
    const { spec } = find(chart, 'Deployment/mlflow');
    const [container] = spec.template.spec.containers;
    expect(mlflow.allowedHosts).toEqual(allowed);
    expect(spec.replicas).toBe(3);
    expect(spec.template.spec).toMatchObject({
      nodeSelector: { pool: 'ml' },
      affinity: { nodeAffinity: {} },
      priorityClassName: 'online',
    });
    expect(container).toMatchObject({ image: 'registry.example.com/ml/tracking:7', command: ['mlflow'] });
    expect(container.args).toEqual([
      'server',
      '--host=0.0.0.0',
      '--port=5000',
      '--workers=4',
      '--app-name=basic-auth',
      '--backend-store-uri=postgresql+psycopg2:///?service=mlflow',
      '--artifacts-destination=s3://models',
      `--allowed-hosts=${allowed.join(',')}`,
      '--cors-allowed-origins=https://ml.example.com',
      '--expose-prometheus=/tmp/metrics',
      '--enable-workspaces',
    ]);
    expect(container.resources).toEqual({
      requests: { cpu: '2', memory: '1Gi', 'ephemeral-storage': '256Mi' },
      limits: { cpu: '2', memory: '2Gi', 'ephemeral-storage': '4Gi' },
    });
    expect(container.env).toContainEqual({
      name: 'MLFLOW_FLASK_SERVER_SECRET_KEY',
      valueFrom: { secretKeyRef: { name: 'tracking-auth', key: 'flask-secret-key' } },
    });
  });

  it('has defaults for the rest', () => {
    const { deployment, container } = server();
    expect(deployment.spec.replicas).toBe(1);
    expect(argument(container, 'workers')).toBe('2');
    expect(argument(container, 'cors-allowed-origins')).toBeUndefined();
    expect(container.resources).toEqual({
      requests: { cpu: '250m', memory: '1Gi', 'ephemeral-storage': '256Mi' },
      limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '4Gi' },
    });
  });

  it('says where it is', () => {
    const { mlflow } = server();
    expect(mlflow).toMatchObject({ name: 'mlflow', trackingUri: 'http://mlflow.fraud.svc:5000', ports: [5000] });
    expect(mlflow.databaseUri).toBe('sqlite:////var/lib/mlflow/mlflow.db');
    expect(server({ database: postgres }).mlflow.databaseUri).toBe('postgresql+psycopg2:///?service=mlflow');
  });

  it('gives the objects away as fields', () => {
    const { mlflow } = server();
    expect([mlflow.deployment, mlflow.service, mlflow.volumeClaim].map(object => object!.name)).toEqual(
      Array(3).fill('mlflow'),
    );
    expect(mlflow.migration).toBeUndefined();
    const onPostgres = server({ database: postgres }).mlflow;
    expect(onPostgres.volumeClaim).toBeUndefined();
    expect(onPostgres.migration!.job.name).toBe('mlflow-migration');
  });

  it('has a Service that selects its pods', () => {
    const { chart, deployment } = server();
    const { selector, ports } = find(chart, 'Service/mlflow').spec;
    expect(deployment.spec.selector.matchLabels).toEqual(selector);
    expect(deployment.spec.template.metadata.labels).toMatchObject(selector);
    expect(ports).toEqual([{ name: 'http', port: 5000, targetPort: 5000, protocol: 'TCP' }]);
  });

  it('always authenticates, from a file', () => {
    const { container, pod } = server();
    expect(argument(container, 'app-name')).toBe('basic-auth');
    expect(container.env).toContainEqual({ name: 'MLFLOW_AUTH_CONFIG_PATH', value: '/etc/mlflow/auth/basic_auth.ini' });
    expect(container.volumeMounts).toContainEqual({ name: 'auth', mountPath: '/etc/mlflow/auth', readOnly: true });
    expect(pod.volumes).toContainEqual({
      name: 'auth',
      secret: { secretName: 'mlflow-auth', items: [{ key: 'basic_auth.ini', path: 'basic_auth.ini' }] },
    });
  });

  it('has no secret in a variable, but for the key that MLflow reads from there alone', () => {
    for (const database of [Database.sqlite(), postgres]) {
      const { chart } = server({ database });
      const containers = chart
        .toJson()
        .flatMap(({ spec }) => spec?.template?.spec ?? [])
        .flatMap(({ initContainers = [], containers }) => [...initContainers, ...containers]);
      const secrets = containers.flatMap(({ env, envFrom = [] }) => [
        ...envFrom,
        ...env.filter((one: any) => one.valueFrom),
      ]);
      expect(new Set(secrets.map(({ name }) => name))).toEqual(new Set(['MLFLOW_FLASK_SERVER_SECRET_KEY']));
    }
  });

  it('reports to nobody and runs no jobs', () => {
    const { env } = server().container;
    expect(env).toContainEqual({ name: 'MLFLOW_DISABLE_TELEMETRY', value: 'true' });
    expect(env).toContainEqual({ name: 'MLFLOW_SERVER_ENABLE_JOB_EXECUTION', value: 'false' });
  });

  it('cannot write to its image, in any container', () => {
    for (const database of [Database.sqlite(), postgres]) {
      const { chart, pod } = server({ database });
      const hook = objectsOf(chart).includes('Job/mlflow-migration')
        ? find(chart, 'Job/mlflow-migration').spec.template.spec
        : { containers: [] };
      for (const one of [
        ...(pod.initContainers ?? []),
        ...pod.containers,
        ...(hook.initContainers ?? []),
        ...hook.containers,
      ]) {
        expect(one.securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false });
      }
    }
  });

  it('has time to start, and is asked with a Host header that it accepts', () => {
    const { container, mlflow } = server();
    for (const probe of [container.startupProbe, container.readinessProbe]) {
      const { path, port, httpHeaders } = probe.httpGet;
      expect({ path, port }).toEqual({ path: '/health', port: 5000 });
      expect(httpHeaders).toEqual([{ name: 'Host', value: 'localhost:5000' }]);
      expect(admitsHost(mlflow.allowedHosts, httpHeaders[0].value)).toBe(true);
    }
    expect(container.startupProbe).toMatchObject({ periodSeconds: 5, failureThreshold: 60 });
    expect(container.livenessProbe.tcpSocket).toEqual({ port: 5000 });
  });

  it('never runs two versions at once', () => {
    expect(server().deployment.spec.strategy).toEqual({ type: 'Recreate' });
    expect(server({ database: postgres, replicas: 2 }).deployment.spec.strategy).toEqual({ type: 'Recreate' });
  });

  it('keeps one of several pods through the maintenance of a node', () => {
    const { chart, mlflow, pod } = server({ database: postgres, replicas: 2 });
    expect(mlflow.disruptionBudget!.name).toBe('mlflow');
    expect(find(chart, 'PodDisruptionBudget/mlflow').spec.maxUnavailable).toBe(1);
    const [{ podAffinityTerm }] = pod.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution;
    expect(podAffinityTerm.topologyKey).toBe('kubernetes.io/hostname');
    const alone = server({ database: postgres });
    expect(alone.mlflow.disruptionBudget).toBeUndefined();
    expect(alone.pod.affinity).toBeUndefined();
  });

  it('comes before the models that load from it', () => {
    expect(server().deployment.metadata.annotations).toEqual({ 'argocd.argoproj.io/sync-wave': '-1' });
  });
});

describe('the hosts that MlflowServer answers to', () => {
  it('are all its names, each with and without port', () => {
    const { container, mlflow } = server({ hosts: ['ml.example.com'] });
    expect(argument(container, 'allowed-hosts')).toBe(mlflow.allowedHosts.join(','));
    expect(mlflow.allowedHosts).toEqual([
      'mlflow',
      'mlflow:5000',
      'mlflow.fraud',
      'mlflow.fraud:5000',
      'mlflow.fraud.svc',
      'mlflow.fraud.svc:5000',
      'mlflow.fraud.svc.cluster.local',
      'mlflow.fraud.svc.cluster.local:5000',
      'ml.example.com',
      'ml.example.com:443',
      'localhost:5000',
    ]);
  });

  it('end in the domain of the cluster network', () => {
    const app = new App();
    new ClusterNetwork(app, { domain: 'ml.internal' });
    const { mlflow } = server({}, chartIn('fraud', app));
    expect(mlflow.allowedHosts).toContain('mlflow.fraud.svc.ml.internal:5000');
  });

  test.each(['*', '**', '*:*', '*.*:5000', '*.com', 'mlflow*', '?*', '[a-z]*', ''])(
    'may not be all there are: %j',
    entry => {
      expectRefusal(
        () => server({ allowedHosts: [...NAMES, entry] }),
        `[fraud/mlflow] allowedHosts may not be "${entry}": any site could then call the server through a browser; ` +
          'leave allowedHosts out, it is computed',
      );
    },
  );

  it('may not miss a name by which it is called', () => {
    expectRefusal(
      () => server({ hosts: ['ml.example.com'], allowedHosts: [...NAMES, 'ml.example.com:443'] }),
      '[fraud/mlflow] allowedHosts misses ml.example.com: the server would answer 403 there; ' +
        'add them, or leave allowedHosts out',
    );
    expectRefusal(
      () => server({ allowedHosts: NAMES.filter(name => name !== 'localhost:5000') }),
      '[fraud/mlflow] allowedHosts misses localhost:5000: the server would answer 403 there; ' +
        'add them, or leave allowedHosts out',
    );
  });

  test.each(['https://ml.example.com', 'ml.example.com:443', '*.example.com', 'ML.example.com', ''])(
    'may not have the route %j',
    host => {
      expectRefusal(
        () => server({ hosts: ['ml.example.com', host] }),
        `[fraud/mlflow] "${host}" is no host name; write the name alone, without scheme, port or "*"`,
      );
    },
  );
});

describe('the database of MlflowServer', () => {
  it('is a file on a volume of its own, with all the props', () => {
    const allProps: Required<SqliteProps> = { size: '20Gi', storageClass: 'fast', file: 'tracking.db' };
    const { chart, mlflow, pod, container } = server({ database: Database.sqlite(allProps) });
    expect(mlflow.databaseUri).toBe('sqlite:////var/lib/mlflow/tracking.db');
    expect(argument(container, 'backend-store-uri')).toBe(mlflow.databaseUri);
    expect(find(chart, 'PersistentVolumeClaim/mlflow').spec).toEqual({
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'fast',
      resources: { requests: { storage: '20Gi' } },
    });
    expect(pod.volumes).toContainEqual({ name: 'data', persistentVolumeClaim: { claimName: 'mlflow' } });
    expect(container.volumeMounts).toContainEqual({ name: 'data', mountPath: '/var/lib/mlflow' });
  });

  it('has 5Gi of the default class unless told otherwise', () => {
    expect(find(server().chart, 'PersistentVolumeClaim/mlflow').spec).toEqual({
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '5Gi' } },
    });
  });

  it('is migrated by init containers if it is a file, and by no Job', () => {
    const { chart, pod } = server();
    expect(pod.initContainers.map(({ name, command, args }: any) => [name, ...command, ...args].join(' '))).toEqual([
      'migrate-tracking mlflow db upgrade sqlite:////var/lib/mlflow/mlflow.db',
      'migrate-auth python3 -m mlflow.server.auth db upgrade --url=sqlite:////var/lib/mlflow/mlflow.db',
    ]);
    expect(pod.initContainers[0].volumeMounts).toContainEqual({ name: 'data', mountPath: '/var/lib/mlflow' });
    expect(objectsOf(chart).filter(name => name.startsWith('Job/'))).toEqual([]);
  });

  it('is made by a Job before the sync if it is a PostgreSQL, and migrated by the pods that come after the old ones', () => {
    const { chart, deployment, pod } = server({ database: postgres, replicas: 2 });
    const job = find(chart, 'Job/mlflow-migration');
    const step = ({ image, command, args }: any) => [image, ...command, ...args].join(' ');
    const uri = 'postgresql+psycopg2:///?service=mlflow';
    expect(job.spec.template.spec.containers.map(step)).toEqual([
      `${image} python3 /opt/mlops/migrate.py prepare ${uri}`,
    ]);
    expect(pod.initContainers.map(step)).toEqual([`${image} python3 /opt/mlops/migrate.py upgrade ${uri}`]);
    expect(deployment.spec.strategy).toEqual({ type: 'Recreate' });
    expect(job.spec).toMatchObject({ backoffLimit: 3, activeDeadlineSeconds: 900 });
    expect(job.spec.template.spec.restartPolicy).toBe('Never');
    for (const name of ['mlflow', 'mlflow-migration']) {
      expect(find(chart, `ConfigMap/${name}`).data['migrate.py']).toContain('pg_advisory_lock');
    }
    for (const kind of ['Job', 'ServiceAccount', 'NetworkPolicy', 'ConfigMap']) {
      expect(find(chart, `${kind}/mlflow-migration`).metadata.annotations).toMatchObject({
        'argocd.argoproj.io/hook': 'PreSync',
        'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
      });
    }
    const wave = (kind: string) =>
      Number(find(chart, `${kind}/mlflow-migration`).metadata.annotations['argocd.argoproj.io/sync-wave']);
    for (const kind of ['NetworkPolicy', 'ServiceAccount', 'ConfigMap']) {
      expect(wave(kind)).toBeLessThan(wave('Job'));
    }
  });

  it('has no Job before the sync that makes the database itself', () => {
    const { chart, mlflow, pod } = server({ database: { ...postgres, sameSync: true } as typeof postgres });
    expect(mlflow.migration).toBeUndefined();
    expect(objectsOf(chart).filter(name => name.includes('migration'))).toEqual([]);
    expect(pod.initContainers[0].args[0]).toBe('upgrade');
  });

  it('is reached by the server and by its migration, with the credentials in a file', () => {
    const allProps: Required<PostgresProps> = {
      connection: SecretSource.existing('tracking-db'),
      peer: Peer.pods({ namespace: 'databases', ports: [6432] }),
      form: 'service-file',
      tls: { mode: 'verify-full', ca: SecretSource.existing('database-ca') },
      pool: { size: 3, overflow: 4 },
    };
    const { chart } = server({ database: Database.postgres(allProps) });
    for (const [name, kind] of [
      ['mlflow', 'Deployment'],
      ['mlflow-migration', 'Job'],
    ]) {
      const pod = find(chart, `${kind}/${name}`).spec.template.spec;
      expect(pod.volumes).toContainEqual({
        name: 'postgres',
        secret: { secretName: 'tracking-db', items: [{ key: 'pg_service.conf', path: 'pg_service.conf' }] },
      });
      expect(pod.volumes).toContainEqual({
        name: 'postgres-ca',
        secret: { secretName: 'database-ca', items: [{ key: 'ca.crt', path: 'ca.crt' }] },
      });
      const { env } = pod.containers[0];
      expect(env).toContainEqual({ name: 'PGSERVICEFILE', value: '/etc/postgres/pg_service.conf' });
      expect(env).toContainEqual({ name: 'PGSSLMODE', value: 'verify-full' });
      expect(env).toContainEqual({ name: 'PGSSLROOTCERT', value: '/etc/postgres-ca/ca.crt' });
      expect(env.filter((one: any) => one.name.startsWith('MLFLOW_SQLALCHEMYSTORE'))).toEqual(
        kind === 'Job'
          ? []
          : [
              { name: 'MLFLOW_SQLALCHEMYSTORE_POOL_SIZE', value: '3' },
              { name: 'MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW', value: '4' },
            ],
      );
      expect(find(chart, `NetworkPolicy/${name}`).spec.egress).toContainEqual({
        to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'databases' } } }],
        ports: [{ port: 6432, protocol: 'TCP' }],
      });
    }
  });

  it('demands no TLS and sizes no pool unless told so', () => {
    const names = server({ database: postgres }).container.env.map(({ name }: any) => name);
    expect(names.filter((name: string) => /^PGSSL|POOL|OVERFLOW/.test(name))).toEqual([]);
  });

  it('can be reached by the fields that operators make, which an init container joins in a file of its own', () => {
    const { chart, pod } = server({ database: { ...postgres, form: 'fields' } as typeof postgres });
    for (const spec of [pod, find(chart, 'Job/mlflow-migration').spec.template.spec]) {
      expect(spec.initContainers[0]).toMatchObject({
        name: 'postgres-connection',
        args: ['/etc/postgres-fields', '/etc/postgres/pg_service.conf'],
      });
      const keys = ['host', 'port', 'dbname', 'user', 'password'];
      expect(spec.volumes).toContainEqual({
        name: 'postgres-fields',
        secret: { secretName: 'mlflow-postgres', items: keys.map(key => ({ key, path: key })) },
      });
      expect(spec.volumes).toContainEqual({ name: 'postgres', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } });
    }
  });

  test.each<[string, Partial<PostgresProps>, string]>([
    [
      'that checks certificates by nothing',
      { form: 'fields', tls: { mode: 'verify-ca' } },
      'tls.mode "verify-ca" checks the server\'s certificate, but no authority is given; ' +
        "set tls.ca to the Secret with the key ca.crt, or name it in a service file's sslrootcert",
    ],
    [
      'with no connection in its pool',
      { pool: { size: 0, overflow: 1 } },
      'pool.size must be a whole number of at least 1, got 0; write 1 or a greater one',
    ],
    [
      'with half a connection beyond its pool',
      { pool: { size: 1, overflow: 0.5 } },
      'pool.overflow must be a whole number of at least 1, got 0.5; write 1 or a greater one',
    ],
  ])('may not be a PostgreSQL %s', (_, props, message) => {
    expectRefusal(
      () => server({ database: { ...postgres, ...props } as typeof postgres }),
      `[fraud/mlflow/server] ${message}`,
    );
  });

  it('can be migrated alone', () => {
    const chart = chartIn('fraud');
    const connection = SecretSource.existing('db');
    const peer = Peer.pods({ namespace: 'databases', ports: [5432] });
    const database = { connection, peer };
    const allProps: Required<MlflowMigrationProps> = { name: 'upgrade', image, database };
    new MlflowMigration(chart, 'migration', allProps);
    expect(objectsOf(chart).sort()).toEqual([
      'ConfigMap/upgrade',
      'Job/upgrade',
      'NetworkPolicy/upgrade',
      'ServiceAccount/upgrade',
    ]);
    expect(find(chart, 'Job/upgrade').spec.template.spec.containers[0].args[0]).toBe('prepare');
  });

  test.each([
    ':memory:',
    '',
    'file::memory:?cache=shared',
    'mlflow.db?mode=memory',
    '../mlflow.db',
    '/tmp/mlflow.db',
    '.hidden',
  ])('may not be %j', file => {
    expectRefusal(
      () => server({ database: Database.sqlite({ file }) }),
      `[fraud/mlflow] the database must be a file on the volume, got "${file}"; ` +
        'write a file name such as "mlflow.db"; a database in memory would be lost with the pod',
    );
  });

  it('may not have a size that is none', () => {
    expectRefusal(
      () => server({ database: Database.sqlite({ size: 'big' }) }),
      '[fraud/mlflow] database.size must be a quantity, got "big"; ' +
        'write a number with a unit of Kubernetes, such as "500m", "4" or "16Gi"',
    );
  });

  it('may not be a file if there is more than one pod', () => {
    expectRefusal(
      () => server({ replicas: 2 }),
      '[fraud/mlflow] SQLite allows one replica, got 2; use Database.postgres() or replicas: 1',
    );
  });
});

describe('the containers of MlflowServer', () => {
  const namesOf = (container: any) => [
    container.env.map(({ name }: any) => name),
    container.volumeMounts.map(({ name }: any) => name),
  ];

  it('get no credentials that they have no use for, but for the server', () => {
    const { pod } = server({ database: { ...postgres, form: 'fields' } as typeof postgres, metrics: true });
    const [connection, migrate] = pod.initContainers;
    expect(namesOf(connection)).toEqual([['HOME'], ['home', 'tmp', 'postgres-fields', 'postgres']]);
    expect(namesOf(migrate)).toEqual([
      ['HOME', 'MLFLOW_DISABLE_TELEMETRY', 'PGSERVICEFILE'],
      ['home', 'tmp', 'scripts', 'postgres'],
    ]);
    expect(namesOf(pod.containers[1])).toEqual([['HOME'], ['home', 'tmp']]);
    const [, serverMounts] = namesOf(pod.containers[0]);
    expect(serverMounts).toEqual(expect.arrayContaining(['s3', 'auth', 'postgres']));
  });

  it('get the volume of the database to migrate a file, and nothing else', () => {
    const [tracking, auth] = server().pod.initContainers;
    const wanted = [
      ['HOME', 'MLFLOW_DISABLE_TELEMETRY'],
      ['home', 'tmp', 'data'],
    ];
    expect([namesOf(tracking), namesOf(auth)]).toEqual([wanted, wanted]);
  });

  it('load no pickles, and serve on if counting takes long', () => {
    const { pod, container } = server({ metrics: true });
    expect(container.env).toContainEqual({ name: 'MLFLOW_ALLOW_PICKLE_DESERIALIZATION', value: 'false' });
    // Prometheus' client answers this path without adding anything up.
    expect(pod.containers[1].readinessProbe.httpGet.path).toBe('/favicon.ico');
  });
});

describe('the load of MlflowServer', () => {
  it('is as many workers as its memory holds', () => {
    expect(argument(server({ workers: 6 }).container, 'workers')).toBe('6');
    expect(() => server({ workers: 32, resources: { limits: { memory: '5Gi' } } })).not.toThrow();
    expectRefusal(
      () => server({ workers: 32 }),
      '[fraud/mlflow] 32 workers take 150Mi each, but limits.memory is 1Gi; ' +
        'set resources: { limits: { memory: "…" } }, or workers to 6 at most',
    );
  });

  it('is as many connections as a PostgresCluster takes', () => {
    const on = (props: Partial<MlflowServerProps>, pool?: PostgresPool) => () => {
      const chart = chartIn('fraud');
      const apiServer = Peer.pods({ namespace: 'kube-system', ports: [6443] });
      const database = new PostgresCluster(chart, 'db', { image: 'postgresql:17.6', apiServer, pool });
      server({ ...props, database }, chart);
    };
    expect(on({})).not.toThrow();
    expect(on({ replicas: 2 }, { size: 5, overflow: 5 })).not.toThrow();
    expect(() => server({ replicas: 9, database: postgres })).not.toThrow();
    expectRefusal(
      on({ replicas: 2 }),
      '[fraud/mlflow] 2 replicas of 2 workers may open 120 connections, the database takes 90; ' +
        'set pool of the database so that size + overflow is 11 at most, or run fewer workers',
    );
  });

  it('is alone on its database and in its bucket', () => {
    const { chart } = server({ database: postgres });
    const bucket = (name: string) => store(chart, `store-${name}`).bucket(name);
    expectRefusal(
      () => server({ artifacts: bucket('other'), database: postgres }, chart, 'second'),
      '[fraud/second] the database of Secret "mlflow-postgres" is that of fraud/mlflow already; ' +
        'give each server a database of its own, or use one server with workspaces',
    );
    expectRefusal(
      () => server({ artifacts: bucket('fraud') }, chart, 'third'),
      '[fraud/third] the bucket "fraud" is that of fraud/mlflow already; ' +
        'give each server a bucket of its own: a backup holds and restores the whole bucket',
    );
  });
});

describe('the metrics of MlflowServer', () => {
  test.each([undefined, false])('are off with %s', metrics => {
    const { mlflow, pod, container } = server({ metrics });
    expect(mlflow.metrics).toBeUndefined();
    expect(argument(container, 'expose-prometheus')).toBeUndefined();
    expect(pod.containers).toHaveLength(1);
  });

  it('are told by a container beside the server, which shares a writable folder with it', () => {
    const { mlflow, pod, container } = server({ metrics: true });
    const [, beside] = pod.containers;
    expect(mlflow.metrics).toMatchObject({ path: '/metrics', port: 9090 });
    expect(argument(container, 'expose-prometheus')).toBe('/tmp/metrics');
    expect(beside.args).toEqual(['/tmp/metrics', '9090']);
    expect(beside.ports).toEqual([{ name: 'metrics', containerPort: 9090, protocol: 'TCP' }]);
    for (const one of [container, beside]) {
      expect(one.volumeMounts).toContainEqual({ name: 'tmp', mountPath: '/tmp' });
    }
  });

  it('open no path by themselves, and for Prometheus none but to them', () => {
    const { chart, mlflow } = server({ metrics: true });
    expect(find(chart, 'NetworkPolicy/mlflow').spec.ingress).toBeUndefined();
    new Monitoring(chart, 'monitoring', { prometheus: Peer.pods({ namespace: 'monitoring' }) }).scrape(mlflow);
    const [rule, more] = find(chart, 'NetworkPolicy/mlflow').spec.ingress;
    expect(rule.ports).toEqual([{ port: 9090, protocol: 'TCP' }]);
    expect(more).toBeUndefined();
  });
});

describe('who may use MlflowServer', () => {
  it('is nobody until they are named; the server itself may call its store and its database', () => {
    const { chart } = server({ database: postgres });
    const { ingress, egress } = find(chart, 'NetworkPolicy/mlflow').spec;
    expect(ingress).toBeUndefined();
    expect(egress.slice(1).map(({ ports }: any) => ports[0].port)).toEqual([7070, 5432]);
  });

  it('is let in by allowFrom(), at both ends if the caller is a construct of ours', () => {
    const { chart, mlflow } = server();
    const trainer = new Workload(chart, 'trainer', { program: 'trainer' });
    const runtime = ModelRuntime.container({ image: 'churn:1' });
    const api = new ModelApi(chart, 'churn', { model: { name: 'churn', version: 1 }, runtime });
    mlflow.allowFrom(trainer);
    mlflow.allowFrom(api);
    const callers = find(chart, 'NetworkPolicy/mlflow').spec.ingress.map(
      ({ from }: any) => from[0].podSelector.matchLabels,
    );
    expect(callers).toEqual([trainer.selector, api.workload.selector]);
    for (const caller of ['trainer', 'churn']) {
      const [, path] = find(chart, `NetworkPolicy/${caller}`).spec.egress;
      expect(path.to[0].podSelector.matchLabels).toEqual(mlflow.workload.selector);
      expect(path.ports).toEqual([{ port: 5000, protocol: 'TCP' }]);
    }
  });

  it('can be opened from the caller’s side too', () => {
    const { chart, mlflow } = server();
    const trainer = new Workload(chart, 'trainer', { program: 'trainer' });
    trainer.allowTo(mlflow);
    expect(find(chart, 'NetworkPolicy/mlflow').spec.ingress[0].from).toEqual(trainer.networkPeers());
    expect(find(chart, 'NetworkPolicy/trainer').spec.egress[1].to).toEqual(mlflow.networkPeers());
  });

  test.each(['reader', 'writer'])('has the credentials of a %s as a file', key => {
    const { chart, mlflow } = server();
    const trainer = new Workload(chart, 'trainer', { program: 'trainer' });
    if (key === 'reader') {
      mlflow.grantRead(trainer);
    } else {
      mlflow.grantReadWrite(trainer);
    }
    const { env, volumeMounts } = trainer.container({ name: 'main', image: 'trainer:1' });
    expect(env).toContainEqual({ name: 'MLFLOW_TRACKING_URI', value: 'http://mlflow.fraud.svc:5000' });
    expect(env).toContainEqual({ name: 'MLFLOW_DISABLE_TELEMETRY', value: 'true' });
    expect(env).toContainEqual({ name: 'MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD', value: 'false' });
    expect(env).toContainEqual({ name: 'MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD', value: 'false' });
    expect(volumeMounts).toContainEqual({ name: 'mlflow-credentials', mountPath: '/home/app/.mlflow', readOnly: true });
    expect(trainer.podTemplate({ containers: [] }).spec!.volumes).toContainEqual({
      name: 'mlflow-credentials',
      secret: { secretName: 'mlflow-auth', items: [{ key, path: 'credentials' }] },
    });
    expect(find(chart, 'NetworkPolicy/mlflow').spec.ingress).toBeUndefined();
  });

  it('is a reader or a writer, not both', () => {
    const { chart, mlflow } = server();
    const trainer = new Workload(chart, 'trainer', { program: 'trainer' });
    mlflow.grantRead(trainer);
    expectRefusal(
      () => mlflow.grantReadWrite(trainer),
      '[fraud/trainer] the volume "mlflow-credentials" is taken: ' +
        'the workload was granted two different things of one kind; grant it one of them',
    );
  });
});

describe('MlflowServer refuses', () => {
  const advisory =
    'CVE-2026-115886 (requests forged through scorer endpoints) is fixed in 3.17.0, ' +
    'CVE-2026-2635 (a default admin password) in 3.16.1';

  test.each<[string, Partial<MlflowServerProps>, string]>([
    [
      'an image that is not pinned',
      { image: 'ghcr.io/mlflow/mlflow' },
      'image must be pinned, got "ghcr.io/mlflow/mlflow"; ' +
        'use a version tag or a digest, for example "ghcr.io/mlflow/mlflow:v3.17.2-full"',
    ],
    [
      'an MLflow that is too old, by its tag',
      { image: 'ghcr.io/mlflow/mlflow:v3.16.9' },
      `MLflow 3.16.9 is older than 3.17.0: ${advisory}; use a newer image`,
    ],
    [
      'an MLflow that is too old, as stated',
      { image: 'tracking:stable', version: '2.22.0' },
      `MLflow 2.22.0 is older than 3.17.0: ${advisory}; use a newer image`,
    ],
    [
      'a version that is not the one of the tag',
      { image: 'ghcr.io/mlflow/mlflow:v2.9.0', version: '3.17.2' },
      'version 3.17.2 is not that of image "ghcr.io/mlflow/mlflow:v2.9.0"; leave version out, it is read from the tag',
    ],
    [
      'an MLflow of unknown age',
      { image: 'tracking:stable' },
      'the MLflow version of image "tracking:stable" is unknown; state it: version: "3.17.2"',
    ],
    [
      'an MLflow whose stated version is none',
      { image: 'tracking:stable', version: '3.17' },
      'the MLflow version of image "tracking:stable" is unknown; state it: version: "3.17.2"',
    ],
    ['no pods', { replicas: 0 }, 'replicas must be a whole number of at least 1, got 0; write 1 or a greater one'],
    [
      'half a worker',
      { workers: 1.5 },
      'workers must be a whole number of at least 1, got 1.5; write 1 or a greater one',
    ],
    [
      'a request above its limit',
      { resources: { requests: { memory: '2Gi' }, limits: { memory: '1Gi' } } },
      'requests.memory (2Gi) is above limits.memory (1Gi); lower the request or raise the limit',
    ],
  ])('%s', (_, props, message) => {
    expectRefusal(() => server(props), `[fraud/mlflow] ${message}`);
  });

  it('a name that leaves no room for its migration, or that no Service can have', () => {
    const id = 'x'.repeat(54);
    expect(() => server({}, undefined, 'x'.repeat(53))).not.toThrow();
    expectRefusal(
      () => server({}, undefined, id),
      `[fraud/${id}] the name "${id}" must have at most 53 characters, got 54; choose another id: ` +
        'at most 53 lower-case letters, digits and "-", starting and ending with a letter or digit',
    );
    expectRefusal(
      () => server({}, undefined, '3flow'),
      '[fraud/3flow] "3flow" cannot name a Service; choose another id that begins with a letter',
    );
  });
});
