import { notebooks } from '../../examples/notebooks/main';
import type { Container } from 'kubernetes-types/core/v1';
import type { Manifest } from '../../lib';
import { parsed, writtenFiles } from '../example';
import { equal } from './checks';
import { clientsSecret, logins, mlflowSecret, s3Secret, secret, withKey } from './credentials';
import { adapted, expectReady, leave, runProgram } from './examples';
import { gateway, namespace as namespaceObject } from './fixtures';
import type { TestImages } from './images';
import { send, type Story } from './story';
import { sync } from './sync';

/** In this wave come MLflow and its users; in the next one notebooks and endpoints. */
const SERVICES = -1;
const TEAMS = [
  { team: 'speech', namespace: 'speech-production', model: 'intent', version: 2, person: 'ana', pods: 6 },
  { team: 'demand', namespace: 'demand', model: 'sales', version: 1, person: 'cem', pods: 5 },
] as const;
const [speech, demand] = TEAMS;
const NOTEBOOK = /^notebook-/;
const QUESTION = { dataframe_split: { columns: ['x'], data: [[3]] } };

/** The example `notebooks`: two teams, each with notebooks, an MLflow, a store and a served model of its own. */
export async function keepsNotebooksApart({ kubectl, checks, images }: Story): Promise<void> {
  const files = writtenFiles('notebooks', notebooks);
  const objectsOf = (team: string) =>
    adapted(parsed(files[`dist/production/${team}.k8s.yaml`]!), images, (container, object) =>
      standIn(images, container, object),
    );
  const notebook = ({ namespace, person }: (typeof TEAMS)[number]) => ({
    namespace,
    pod: `deployment/notebook-${person}`,
  });
  const bothTeams = <Result>(act: (one: (typeof TEAMS)[number]) => Promise<Result>) => Promise.all(TEAMS.map(act));

  await checks.need('both teams get a store with a bucket, an MLflow and its users', () =>
    bothTeams(async ({ team, namespace, model }) => {
      await kubectl.create(ofTheProfile(namespace), ...secrets(namespace), clientsSecret(namespace, model));
      await sync(kubectl, objectsOf(team), SERVICES);
    }),
  );

  await checks.need('their notebooks start', () =>
    bothTeams(async ({ team }) => {
      const ofNotebooks = ({ kind, metadata }: Manifest) =>
        NOTEBOOK.test(metadata!.name!) || (kind === 'ConfigMap' && metadata!.name === 'workbench');
      await sync(kubectl, objectsOf(team).filter(ofNotebooks));
    }),
  );

  await checks.need('a notebook of each logs runs and registers versions, without any address or password', () =>
    bothTeams(async one => {
      for (let version = 1; version <= one.version; version++) {
        await runProgram(kubectl, notebook(one), 'notebooks/train.py', one.model, `${version}`);
      }
    }),
  );

  await checks.need(
    'the versions that are pinned for each team become Ready, with all else, under "restricted"',
    async () => {
      await bothTeams(({ team }) => sync(kubectl, objectsOf(team)));
      const names = await bothTeams(({ namespace, pods }) => expectReady(kubectl, namespace, pods));
      return names.join(', ');
    },
  );

  await checks.check(
    'each endpoint answers as the pinned version, to the gateway and to the notebooks of its team',
    () =>
      bothTeams(async one => {
        const request = {
          url: `http://${one.model}.${one.namespace}.svc/invocations`,
          headers: withKey,
          body: QUESTION,
        };
        for (const from of [gateway, notebook(one)]) {
          const [answer] = await send(kubectl, from, request);
          equal(`answer to ${from.pod}`, JSON.parse(answer!.body), {
            predictions: [{ version: one.version, y: 3 * one.version }],
          });
        }
      }),
  );

  await checks.check("a notebook reaches its team's MLflow and model, and no store", async () => {
    const { namespace, model } = speech;
    const own = {
      [`mlflow.${namespace}.svc`]: 5000,
      [`${model}.${namespace}.svc`]: 80,
      [`store.${namespace}.svc`]: 8333,
    };
    const found = await kubectl.python(notebook(speech), 'scan', ranges(own));
    equal('open ports', found, {
      [`mlflow.${namespace}.svc`]: [5000],
      [`${model}.${namespace}.svc`]: [80],
      [`store.${namespace}.svc`]: [],
    });
  });

  await checks.check("it reaches nothing of the other team's", async () => {
    const { items } = await kubectl.get(
      `--namespace=${demand.namespace}`,
      'pods',
      '--field-selector=status.phase=Running',
    );
    const pods = (items as any[]).map(({ status }) => [status.podIP, { first: 5000, last: 10100 }]);
    const services = ranges(
      Object.fromEntries(
        [
          ['mlflow', 5000],
          [demand.model, 80],
          ['store', 8333],
        ].map(([name, port]) => [`${name}.${demand.namespace}.svc`, port]),
      ),
    );
    const targets = { ...Object.fromEntries(pods), ...services };
    const found = await kubectl.python(notebook(speech), 'scan', targets, 120);
    equal('open ports', found, Object.fromEntries(Object.keys(targets).map(host => [host, []])));
    return `${pods.length} pods, ports 5000 to 10100, and ${Object.keys(services).length} Services`;
  });

  await leave(kubectl, ...TEAMS.map(({ namespace }) => namespace));
}

/** A namespace as its maker leaves it: for team `demand` that is Kubeflow, which the platform does not label. */
function ofTheProfile(name: string) {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  const { metadata, ...rest } = namespaceObject(name);
  return { ...rest, metadata: { ...metadata, labels } };
}

const secrets = (namespace: string) => [
  mlflowSecret(namespace, 'sqlite:////var/lib/mlflow/mlflow.db', 'NO_PERMISSIONS'),
  secret(namespace, 'store-root', { user: 'keeper', password: logins.admin.password }),
  s3Secret(namespace, 'store-mlflow', logins.s3),
];

const ranges = (ports: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(ports).map(([host, port]) => [host, { first: port, last: port }]));

/** SeaweedFS's server is another S3 server here, with its own init container and Job; a notebook is one without Jupyter. */
function standIn(images: TestImages, { name }: Container, { kind, metadata }: Manifest): Partial<Container> {
  if (kind === 'StatefulSet' && name === 'seaweedfs') {
    return { image: images.s3, command: ['sh', '-c', START_STORE], args: [] };
  }
  if (metadata!.name!.startsWith('store')) {
    return { image: images.s3 };
  }
  if (NOTEBOOK.test(metadata!.name!)) {
    return { image: images.mlflow, command: ['sleep', '86400'], readinessProbe: undefined, livenessProbe: undefined };
  }
  return { image: images.mlflow };
}

const START_STORE = `
set -eu
value() { sed -n "s/^$1=//p" /etc/store/users/store-mlflow/credentials; }
mkdir -p /data/objects /data/meta /data/users
export ROOT_ACCESS_KEY=$(sed q /etc/store/root/user) ROOT_SECRET_KEY=$(sed q /etc/store/root/password)
versitygw --port :8333 --health /healthz --iam-dir /data/users posix --sidecar=/data/meta /data/objects &
until versitygw admin --access "$ROOT_ACCESS_KEY" --secret "$ROOT_SECRET_KEY" --endpoint-url http://localhost:8333 \\
  create-user --access "$(value aws_access_key_id)" --secret "$(value aws_secret_access_key)" --role admin
do sleep 1; done
wait
`;
