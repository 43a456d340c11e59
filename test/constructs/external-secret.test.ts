import {
  Database,
  ExternalObjectStore,
  ExternalSecret,
  MlflowServer,
  Peer,
  Workload,
  type ExternalSecretProps,
  type SecretKeys,
} from '../../lib';
import { chartIn, expectGolden, expectRefusal, find } from '../support';

const store = { kind: 'ClusterSecretStore', name: 'vault' } as const;
const password = { key: 'fraud/postgres', property: 'password' };

function secret(props: Partial<ExternalSecretProps>, chart = chartIn('fraud'), id = 'db') {
  const made = new ExternalSecret(chart, id, { store, ...props });
  return { made, chart, object: find(chart, `ExternalSecret/${id}`) };
}

describe('ExternalSecret', () => {
  it('renders as reviewed', () => {
    const { chart } = secret({
      data: { 'flask-secret-key': { key: 'fraud/mlflow', property: 'flask' } },
      files: { 'pg_service.conf': '[mlflow]\nhost=db.example.com\npassword={{ .password }}\n' },
      values: { password },
    });
    expectGolden(chart, 'external-secret');
  });

  it('takes all the props', () => {
    const allProps: Required<ExternalSecretProps> = {
      store: { kind: 'SecretStore', name: 'aws' },
      data: { reader: { key: 'reader', property: 'file', version: '7' } },
      files: { writer: 'password: {{ .password | quote }}' },
      values: { password },
      refreshInterval: '15m',
    };
    const { made, object } = secret(allProps);
    expect(made).toMatchObject({ name: 'db', namespace: 'fraud' });
    expect(object.spec).toMatchObject({
      secretStoreRef: { kind: 'SecretStore', name: 'aws' },
      refreshInterval: '15m',
      target: {
        name: 'db',
        template: { data: { reader: '{{ index . "reader" }}', writer: 'password: {{ .password | quote }}' } },
      },
      data: [
        { secretKey: 'reader', remoteRef: { key: 'reader', property: 'file', version: '7' } },
        { secretKey: 'password', remoteRef: password },
      ],
    });
  });

  it('asks every hour, has no template for plain keys, and goes before all that starts pods', () => {
    const { object } = secret({ data: { a: { key: 'a' } } });
    expect(object.spec.refreshInterval).toBe('1h0m0s');
    expect(object.spec.target).toEqual({ name: 'db', creationPolicy: 'Owner', deletionPolicy: 'Retain' });
    expect(object.metadata.annotations).toEqual({ 'argocd.argoproj.io/sync-wave': '-2' });
  });

  it('is there before a migration that runs before the sync, and outlives each of its own hooks', () => {
    const { chart, made } = secret({ files: { 'pg_service.conf': 'password={{ .password }}' }, values: { password } });
    new MlflowServer(chart, 'mlflow', {
      image: 'ghcr.io/mlflow/mlflow:v3.17.2-full',
      artifacts: new ExternalObjectStore(chart, 'store', {
        endpoint: 'https://s3.example.com',
        peer: Peer.pods({ namespace: 's3' }),
        credentials: { name: 's3' },
      }).bucket('models'),
      database: Database.postgres({ connection: made, peer: Peer.pods({ namespace: 'db', ports: [5432] }) }),
    });
    const { metadata, spec } = find(chart, 'ExternalSecret/db');
    const job = find(chart, 'Job/mlflow-migration').metadata.annotations;
    expect(metadata.annotations['argocd.argoproj.io/hook']).toBe(job['argocd.argoproj.io/hook']);
    expect(Number(metadata.annotations['argocd.argoproj.io/sync-wave'])).toBeLessThan(
      Number(job['argocd.argoproj.io/sync-wave']),
    );
    expect(spec.target.creationPolicy).toBe('Orphan');
  });

  describe('knows what its consumers need', () => {
    const s3: SecretKeys = { credentials: { how: 'a file with keys', example: '' }, ca: { how: 'PEM', example: '' } };

    it('and lets them be if it has that', () => {
      const { made, chart } = secret({ data: { credentials: { key: 'a' }, ca: { key: 'b' }, more: { key: 'c' } } });
      expect(() => made.mustHave(chart, s3)).not.toThrow();
    });

    it('and refuses to lack some, saying how each is made', () => {
      const { made, chart } = secret({ data: { other: { key: 'a' } } });
      expectRefusal(
        () => made.mustHave(chart, s3),
        '[fraud/db] the Secret "db" lacks "credentials", "ca", needed by fraud; ' +
          'add to data or files:\n  credentials: a file with keys\n  ca: PEM',
      );
    });

    it('and refuses a consumer of another namespace', () => {
      const { made } = secret({ data: { credentials: { key: 'a' }, ca: { key: 'b' } } });
      expectRefusal(
        () => made.mustHave(chartIn('search'), s3),
        '[search] the Secret "db" is in namespace "fraud": pods of "search" cannot mount it; ' +
          'declare one in "search" too',
      );
    });

    const wrong = { data: { wrong: { key: 'a' } } };
    const lacks = (id: string, key: string, consumer: string, how: string) =>
      `[fraud/${id}] the Secret "${id}" lacks ${key}, needed by ${consumer}; add to data or files:\n${how}`;
    const peer = Peer.pods({ namespace: 'x', ports: [1] });

    test('such as an object store', () => {
      const { made, chart } = secret(wrong, undefined, 's3');
      const props = { endpoint: 'https://s3.example.com', peer, credentials: made };
      const trainer = new Workload(chart, 'trainer', { program: 'trainer' });
      expectRefusal(
        () => new ExternalObjectStore(chart, 'store', props).bucket('models').grantRead(trainer),
        lacks(
          's3',
          '"credentials"',
          'fraud/trainer',
          '  credentials: the keys that the object store gave out, in the form of ~/.aws/credentials',
        ),
      );
    });

    const mlflow = (connection: Database, auth: ExternalSecret, chart = chartIn('fraud')) =>
      new MlflowServer(chart, 'mlflow', {
        image: 'ghcr.io/mlflow/mlflow:v3.17.2-full',
        auth,
        artifacts: new ExternalObjectStore(chart, 'store', {
          endpoint: 'https://s3.example.com',
          peer,
          credentials: { name: 's3' },
        }).bucket('models'),
        database: connection,
      });

    test('such as a database', () => {
      const { made, chart } = secret(wrong);
      expectRefusal(
        () => mlflow(Database.postgres({ connection: made, peer }), made, chart),
        lacks(
          'db',
          '"pg_service.conf"',
          'fraud/mlflow/server',
          '  pg_service.conf: a connection service file of libpq with a section [mlflow]: ' +
            'address, user and password of the database',
        ),
      );
      const again = secret(wrong);
      expectRefusal(
        () => mlflow(Database.postgres({ connection: again.made, peer, form: 'fields' }), again.made, again.chart),
        lacks(
          'db',
          '"host", "port", "dbname", "user", "password"',
          'fraud/mlflow/server',
          '  host: host name of the PostgreSQL\n  port: its port, usually 5432\n  dbname: name of the database\n' +
            '  user: user who owns the tables\n  password: password of that user',
        ),
      );
    });

    test('such as an MLflow server and its clients', () => {
      const auth = secret(wrong, undefined, 'auth');
      expectRefusal(
        () => mlflow(Database.sqlite(), auth.made, auth.chart),
        lacks(
          'auth',
          '"basic_auth.ini", "flask-secret-key"',
          'fraud/mlflow',
          "  basic_auth.ini: MLflow's authentication settings with the administrator's password: " +
            '12 or more characters, none of them %\n' +
            '  flask-secret-key: at least 32 random characters that sign sessions: openssl rand -hex 32',
        ),
      );
      const { made, chart } = secret(
        { data: { 'basic_auth.ini': { key: 'a' }, 'flask-secret-key': { key: 'b' }, reader: { key: 'c' } } },
        undefined,
        'auth',
      );
      const server = mlflow(Database.sqlite(), made, chart);
      const trainer = new Workload(chart, 'trainer', { program: 'trainer' });
      expect(() => server.grantRead(trainer)).not.toThrow();
      expectRefusal(
        () => server.grantReadWrite(trainer),
        lacks(
          'auth',
          '"writer"',
          'fraud/trainer',
          '  writer: name and password of MLflow\'s user "writer", in the form of ~/.mlflow/credentials',
        ),
      );
    });
  });

  const a = { key: 'a' };
  const LITERAL = 'put it into the store, name it in values and write {{ .name }} in its place';
  const literal = (line: number) =>
    `line ${line} of the file "f" seems to hold a secret, which would stand in the manifest; ${LITERAL}`;
  test.each<[Partial<ExternalSecretProps>, string]>([
    [{}, 'the Secret would be empty; name at least one key in data or files'],
    [{ data: {}, values: { a } }, 'the Secret would be empty; name at least one key in data or files'],
    [
      { data: { 'a/b': a } },
      '"a/b" cannot be a key of a Secret; use letters, digits, "-", "_" and ".", at most 253 of them',
    ],
    [
      { data: { a }, store: { kind: 'SecretStore', name: 'My Vault' } },
      '"My Vault" cannot name a SecretStore; use lower-case letters, digits, "-" and "."',
    ],
    [
      { data: { a }, refreshInterval: 'hourly' },
      'refreshInterval must be a duration, got "hourly"; write for example "1h0m0s", or "0s" to read the store once',
    ],
    [
      { data: { a }, refreshInterval: '60' },
      'refreshInterval must be a duration, got "60"; write for example "1h0m0s", or "0s" to read the store once',
    ],
    [{ data: { f: a }, files: { f: 'x' } }, 'the key "f" is in data and in files; keep one of them'],
    [{ data: { a: { key: '' } } }, '"a" names no entry of the store; write { key: \'fraud/mlflow\' }'],
    [
      { files: { f: '{{ .a }}' }, values: { a, b: a } },
      'no file uses the value "b"; write {{ .b }} in one, or remove it',
    ],
    [{ data: { a }, values: { b: a } }, 'no file uses the value "b"; write {{ .b }} in one, or remove it'],
    [
      { files: { f: '{{ .abc }}' }, values: { ab: a } },
      'no file uses the value "ab"; write {{ .ab }} in one, or remove it',
    ],
    [
      { files: { f: '{{ .a-b }}' }, values: { 'a-b': a } },
      '"a-b" cannot name a value; use letters, digits and "_", and a name of its own',
    ],
    [
      { data: { a }, files: { f: '{{ .a }}' }, values: { a } },
      '"a" cannot name a value: data has it; use letters, digits and "_", and a name of its own',
    ],
    [
      { files: { f: 'x={{ .a }} y={{- .b }}' }, values: { a } },
      'the file "f" uses {{ .b }}, which no value is called; add "b" to values, or use one of: a',
    ],
    [{ files: { f: '{{ .b }}' } }, 'the file "f" uses {{ .b }}, which no value is called; add "b" to values'],
    [{ files: { f: '[mlflow]\npassword=hunter2' } }, literal(2)],
    [{ files: { f: 'host={{ .a }} password=hunter2' }, values: { a } }, literal(1)],
    [{ files: { password: 'hunter2' } }, literal(1).replace('"f"', '"password"')],
    [{ files: { f: 'admin_password = hunter2\n' } }, literal(1)],
    [{ files: { f: '[default]\n\n  aws_secret_access_key: abc' } }, literal(3)],
    [{ files: { f: '{ "x": 1,\n  "token": "abc" }' } }, literal(2)],
    [{ files: { f: 'url = postgresql://mlflow:hunter2@db/mlflow' } }, literal(1)],
  ])('refuses %j', (props, message) => {
    expectRefusal(() => secret(props), `[fraud/db] ${message}`);
  });

  test.each([
    'password={{ .a }}\n',
    'password =\n',
    'url = postgresql://mlflow:{{ .a }}@db/mlflow',
    'url = https://db.example.com:5432/x',
    'the password is in {{ .a }}',
    '[mlflow]\ndefault_permission = NO_PERMISSIONS\nadmin_username = admin\nadmin_password = {{ .a }}\n' +
      'authorization_function = mlflow.server.auth:authenticate_request_basic_auth\n',
    'passwords={{ .a }} # rotated',
  ])('takes the file %j', f => {
    const files = { f, g: '{{ .a }}' };
    expect(() => secret({ files, values: { a } })).not.toThrow();
  });
});
