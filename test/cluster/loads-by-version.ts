import type { Pod } from 'kubernetes-types/core/v1';
import { parse } from 'yaml';
import credit, { restApi } from '../../examples/rest-api/main';
import { KubeObject, Workload, type ExternalObjectStore, type Manifest, type MlflowServer, type Team } from '../../lib';
import { parsed, writtenFiles } from '../example';
import { equal, match } from './checks';
import { caller, logins, mlflowCredentials, withKey } from './credentials';
import { adapted, expectReady, leave, runProgram } from './examples';
import { gateway, namespace as namespaceObject } from './fixtures';
import type { TestImages } from './images';
import { fillBucket } from './storage';
import { send, type Story } from './story';
import { sync } from './sync';

const NAMESPACE = 'credit-staging';
const SERVICES = -1;

/** The example `rest-api`: Secrets from templates, a model by name and version from MLflow, its files from the bucket. */
export async function loadsByVersion({ kubectl, checks, images }: Story): Promise<void> {
  const { api, trainer } = objectsOf(images);
  const server = { namespace: NAMESPACE, pod: 'deployment/mlflow' };

  await checks.need('the templates of Secrets are refused as they are, and taken once they are filled in', async () => {
    await kubectl.create(namespaceObject(NAMESPACE));
    for (const template of templates()) {
      const { failed, stderr } = await kubectl.attempt(['apply', '--server-side', '--filename=-'], { input: template });
      equal('the template as it is was refused', failed, true);
      match('the reason', stderr, /remove this line when every <placeholder> is replaced/);
      await kubectl.apply(filled(template));
    }
  });

  await checks.need('MLflow starts with them, and its administrator makes the users', async () => {
    await sync(kubectl, api, SERVICES);
    const users = [logins.reader, logins.writer].map(({ user, password }) => ({
      url: 'http://localhost:5000/api/2.0/mlflow/users/create',
      ...logins.admin,
      body: { username: user, password },
    }));
    const answers = await send(kubectl, server, ...users);
    answers.forEach(({ status, body }) => equal(`status of "${body}"`, status, 200));
  });

  await checks.need('a training registers two versions, with their files in the bucket itself', async () => {
    await fillBucket(kubectl, 'credit-models');
    await sync(kubectl, trainer);
    await runProgram(kubectl, { namespace: NAMESPACE, pod: 'trainer' }, 'rest-api/train.py', '0.1', '0.2');
    const search = 'http://localhost:5000/api/2.0/mlflow/experiments/get-by-name?experiment_name=risk';
    const [found] = await send(kubectl, server, { url: search, ...logins.reader });
    equal('where the files are', JSON.parse(found!.body).experiment.artifact_location, 's3://credit-models/risk');
  });

  await checks.need('the API becomes Ready under "restricted"', async () => {
    await sync(kubectl, api);
    return expectReady(kubectl, NAMESPACE, 4);
  });

  await checks.check('it serves version 1 by name, though there is a version 2', async () => {
    const url = `http://risk.${NAMESPACE}.svc`;
    const [answer] = await send(kubectl, gateway, { url: `${url}/score`, headers: withKey, body: [{ months: 30 }] });
    equal('answer', JSON.parse(answer!.body), { model: 'risk', version: 1, scores: [3] });
    return answer!.body;
  });

  await checks.check('it has the keys in files and in no variable', async () => {
    const shell = ['exec', `--namespace=${NAMESPACE}`, 'deployment/risk', '--', 'sh', '-c'];
    match('the files', await kubectl.run([...shell, 'cat /etc/s3/credentials ~/.mlflow/credentials']), hidden());
    const variables = await kubectl.run([...shell, 'env']);
    match('the variables', variables, /^AWS_SHARED_CREDENTIALS_FILE=\/etc\/s3\/credentials$/m);
    equal('a key among the variables', hidden().test(variables), false);
  });

  await leave(kubectl, NAMESPACE);
}

const hidden = () => new RegExp(`${logins.s3.password}|${logins.reader.password}`);

const templates = (): string[] =>
  Object.entries(writtenFiles('rest-api', restApi))
    .filter(([file]) => file.startsWith('secrets/'))
    .map(([, text]) => text);

/** What a person makes of a template; the training's login is added where the example leaves it to the user. */
function filled(template: string): Manifest {
  const values: Record<string, string> = {
    '<access key>': logins.s3.user,
    '<secret key>': logins.s3.password,
    '<password of the administrator>': logins.admin.password,
    '<password of reader>': logins.reader.password,
    '<key>': caller.key,
    '<client>': caller.client,
    '<random characters>': logins.admin.password + logins.reader.password,
  };
  const text = Object.entries(values).reduce((filling, [place, value]) => filling.replaceAll(place, value), template);
  const { data: guard, ...secret } = parse(text);
  equal('the line to remove', typeof guard, 'string');
  equal('a placeholder is left', /<[^>]+>/.test(JSON.stringify(secret)), false);
  if (secret.metadata.name === 'mlflow-auth') {
    secret.stringData.writer = mlflowCredentials(logins.writer);
  }
  return secret;
}

/** The example's objects, and a pod in which its training can run. */
function objectsOf(images: TestImages): { readonly api: Manifest[]; readonly trainer: Manifest[] } {
  const app = credit.build('staging/credit');
  const team = app.node.findChild('credit') as Team;
  const mlflow = team.node.findChild('mlflow') as MlflowServer;
  const store = team.node.findChild('store') as ExternalObjectStore;
  const trainer = new Workload(team, 'trainer', { program: 'trainer' });
  mlflow.grantReadWrite(trainer);
  trainer.allowTo(mlflow);
  store.bucket('credit-models').grantReadWrite(trainer);
  trainer.allowTo(store);
  const resources = { limits: { cpu: '1', memory: '1Gi' } };
  const container = trainer.container({ name: 'shell', image: images.mlflow, command: ['sleep', '86400'], resources });
  new KubeObject<Pod>(team, 'shell', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'trainer', labels: trainer.labels },
    spec: { ...trainer.podTemplate({ containers: [container], terminationGracePeriodSeconds: 1 }).spec! },
  });
  const objects = adapted(parsed(app.synthYaml()), images, ({ name }, { metadata }) =>
    metadata?.name === 'risk'
      ? { image: images.apis, command: ['python3', '-m', 'rest_api'] }
      : { name, image: images.mlflow },
  );
  const ofTrainer = ({ metadata }: Manifest) => metadata?.name === 'trainer';
  return { api: objects.filter(object => !ofTrainer(object)), trainer: objects.filter(ofTrainer) };
}
