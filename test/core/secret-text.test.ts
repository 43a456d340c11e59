import { holdsLogin, namesSecret, secretArgument, secretLine } from '../../lib/core/secret-text';

test.each([
  'password',
  'DB_PASSWORD',
  'keyPassphrase',
  'clientSecret',
  'AWS_SECRET_ACCESS_KEY',
  'aws_access_key',
  'OPENAI_API_KEY',
  'apikey',
  'private-key',
  'connectionString',
  'connection',
  'HF_TOKEN',
  'personalAccessToken',
  'flask-secret-key',
  'passwords',
])('%s is the name of a secret', name => expect(namesSecret(name)).toBe(true));

test.each([
  'DB_PASSWORD_FILE',
  'PASSWORDLESS',
  'passwordFromEnv',
  'AUTH_PROXY_SECRET_HEADER',
  'PAD_TOKEN',
  'INPUT_TOKENS',
  'maxNewTokens',
  'KEEP_CONNECTION',
  'secretName',
])('%s is not', name => expect(namesSecret(name)).toBe(false));

test.each<[string, boolean]>([
  ['amqp://user:password@queue.fraud.svc:5672/vhost', true],
  ['redis://:password@cache', true],
  ['amqp://user@queue', false],
  ['http://prometheus.monitoring.svc:9090', false],
  ['postgresql://mlflow:{{ .password }}@db/mlflow', false],
  ['amqp://$(USER):$(PASSWORD)@queue', false],
])('%s has a password in a URL: %s', (text, expected) => expect(holdsLogin(text)).toBe(expected));

test.each<[string, number | undefined]>([
  ['[mlflow]\npassword=hunter2', 2],
  ['host=db password=hunter2 user=mlflow', 1],
  ['user={{ .user }} password=hunter2', 1],
  ['{ "user": "a", "token": "abc" }', 1],
  ['a\nb\nurl = amqp://user:password@queue', 3],
  ['password =\nuser = mlflow', undefined],
  ['password = {{ .password }}', undefined],
  ['"password": "{{ .password }}"', undefined],
  ['the password is in the vault', undefined],
])('of %j line %s holds a secret', (text, line) => expect(secretLine(text)).toBe(line));

test.each<[string[], string | undefined]>([
  [['--model', 'churn', '--api-key', 'abc'], '--api-key'],
  [['--model', '--password=hunter2'], '--password=hunter2'],
  [['--queue=amqp://user:password@queue'], '--queue=amqp://user:password@queue'],
  [['sh', '-c', 'exec serve --token=abc'], 'exec serve --token=abc'],
  [['--api-key', '$(API_KEY)'], undefined],
  [['--api-key=$(API_KEY)', '--model=$(MODEL_URI)'], undefined],
  [['--no-password', '--verbose'], undefined],
  [['--token-file', '/etc/api/token'], undefined],
])('of the arguments %j %s holds or brings a secret', (args, expected) => expect(secretArgument(args)).toBe(expected));
