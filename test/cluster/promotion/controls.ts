import { readFileSync } from 'node:fs';
import { App, Chart, JsonPatch } from 'cdk8s';
import { ClusterNetwork, Peer, PromotionController, SecretSource, TeamNamespace, type Manifest } from '../../../lib';
import { SshServer } from '../../judges/promotion/ssh-server';
import { equal, match, within } from '../checks';
import { secret } from '../credentials';
import { APPLICATION, MANIFEST, PIN, type Story } from './story';
import { tagSince } from './tag';

/** Where the controller runs. */
export const CONTROLLER = 'promotion-test-controller';

const NAMESPACE = `--namespace=${CONTROLLER}`;
const DEPLOYMENT = 'deployment/promotion';
const SELECTOR = '--selector=app.kubernetes.io/instance=promotion';
const ACCOUNT = `--as=system:serviceaccount:${CONTROLLER}:promotion`;
/** Argo CD looks at Git by itself, and the controller at Argo CD. */
const SECONDS = 120;
/** Long before the 60 seconds after which a pod is killed. */
const END_SECONDS = 20;

type Request = readonly [verb: string, kind: string, namespace: string];

const GRANTED: Request = ['get', 'applications.argoproj.io', 'argocd'];
/** What nobody gave to the controller, though it runs beside it or would help it. */
const DENIED: readonly Request[] = [
  ['create', 'applications.argoproj.io', 'argocd'],
  ['patch', 'applications.argoproj.io', 'argocd'],
  ['list', 'applications.argoproj.io', 'argocd'],
  ['get', 'secrets', 'argocd'],
  ['get', 'secrets', CONTROLLER],
  ['get', 'pods', CONTROLLER],
  ['patch', 'deployments.apps', 'fraud-production'],
  ['create', 'deployments.apps', CONTROLLER],
];

/** The controller as a Deployment: with a key for Git over ssh, in a namespace that is closed but for what it asks. */
export async function controls(story: Story, image: string, address: string): Promise<void> {
  const { answer, applications, checks, kubectl, mlflow, repository } = story;
  const ssh = new SshServer(repository.root);
  const [hostKey, userKey] = ['ssh-host', 'ssh-user'].map(name => ssh.key(name));
  const before = repository.subjects().length;
  const commits = () => repository.subjects().slice(before);
  const logs = () => kubectl.run(['logs', NAMESPACE, DEPLOYMENT, '--tail=-1']);
  const told = async (event: string, what = '') =>
    (await logs()).split('\n').some(line => line.includes(`"event":"${event}"`) && line.includes(what));
  const pods = async (): Promise<any[]> => (await kubectl.get(NAMESPACE, 'pods', SELECTOR)).items;
  const password = readFileSync(`${mlflow.credentials}/mlflow/password`, 'utf8').trim();

  try {
    await checks.need('the controller starts in a closed namespace that admits restricted pods alone', async () => {
      await ssh.start(hostKey!, userKey!, address);
      const url = `ssh://root@${address}:${ssh.port}${repository.bare}`;
      const apiServer = (await kubectl.get('endpoints', 'kubernetes', '--namespace=default')).subsets[0];
      const ports = { git: ssh.port, mlflow: Number(new URL(mlflow.url).port), api: apiServer.ports[0].port };
      const [team, rest] = objects(image, url, ports);
      await kubectl.apply(...team);
      await kubectl.apply(
        secret(CONTROLLER, 'git', {
          'ssh-key': readFileSync(userKey!, 'utf8'),
          known_hosts: readFileSync(ssh.knownHosts('ssh-known-by-pod', hostKey!), 'utf8'),
        }),
        secret(CONTROLLER, 'mlflow', { username: 'admin', password }),
        ...rest,
      );
      const wait = ['rollout', 'status', NAMESPACE, DEPLOYMENT, `--timeout=${SECONDS}s`];
      await kubectl.run(wait, { seconds: SECONDS + 10 });
      await within(SECONDS, 'it looked', () => told('looked'));
      equal('commits', commits(), []);
    });

    await checks.check('it may read an application of Argo CD, and has no other right', async () => {
      const may = async ([verb, kind, namespace]: Request) =>
        (await kubectl.attempt(['auth', 'can-i', verb, kind, `--namespace=${namespace}`, ACCOUNT])).stdout.trim();
      equal('get', await may(GRANTED), 'yes');
      const answers = await Promise.all(DENIED.map(may));
      equal('denied', answers, Array(DENIED.length).fill('no'));
    });

    await checks.check('no pod of another namespace reaches it', async () => {
      const call = ['curl', '--silent', '--max-time', '3', `http://promotion.${CONTROLLER}.svc:8080/metrics`];
      const { stderr } = await kubectl.attempt(['exec', '--namespace=promotion-test', 'caller', '--', ...call]);
      // Refused, or no answer in time.
      match('curl', stderr, /exit code (7|28)$/m);
    });

    await checks.need('an alias that moved becomes one commit of the controller’s pod', async () => {
      equal('version', await mlflow.register('churn'), 3);
      await mlflow.post('model-versions/set-tag', { name: 'churn', version: '3', key: 'validated', value: 'yes' });
      await mlflow.alias('churn', 'champion', 3);
      await within(60, 'a commit is pushed', async () => commits().length > 0);
      equal('commits', commits(), ['production/fraud: churn 1 -> 3']);
      equal('files', repository.changed(), [MANIFEST, PIN]);
      match('author', repository.git(repository.bare, 'log', '-1', '--format=%an <%ae>', 'main'), /^robot <r@example/);
    });

    await checks.need('Argo CD syncs it, the new version answers, and is tagged as deployed', async () => {
      const commit = repository.tip();
      await applications.settled([APPLICATION], commit, SECONDS);
      await within(SECONDS, 'churn 3 answers', async () => (await answer('production')) === 'churn 3');
      await within(SECONDS, 'deployed is told', () => told('deployed', commit));
      return tagSince(mlflow, 3, commit);
    });

    await checks.check('it logs no credentials', async () => {
      const text = await logs();
      equal(
        'secrets',
        [password, 'PRIVATE KEY'].filter(part => text.includes(part)),
        [],
      );
    });

    await checks.check('SIGTERM ends its pod, and the next one finds nothing to do', async () => {
      const [{ metadata }] = await pods();
      const start = Date.now();
      await kubectl.run(['delete', 'pod', NAMESPACE, metadata.name, `--timeout=${END_SECONDS}s`], {
        seconds: END_SECONDS + 5,
      });
      const ended = `ended in ${((Date.now() - start) / 1000).toFixed(1)} s`;
      await within(SECONDS, 'the next one looked', async () => {
        const ready = (await pods()).some(({ status }) => status.containerStatuses?.[0]?.ready);
        return ready && (await told('looked'));
      });
      equal('commits', commits().length, 1);
      return ended;
    });
  } finally {
    ssh.stop();
  }
}

/** The namespace with what closes it, and the controller; what this asks listens on the one node there is. */
function objects(
  image: string,
  url: string,
  ports: Record<'git' | 'mlflow' | 'api', number>,
): [Manifest[], Manifest[]] {
  const at = (port: number) => Peer.nodes({ ports: [port] });
  const app = new App();
  new ClusterNetwork(app, { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], nodes: ['10.250.0.0/24'] });
  const team = new Chart(app, 'team', { namespace: CONTROLLER });
  new TeamNamespace(team, 'team', { quota: { cpu: '2', memory: '2Gi' } });
  const chart = new Chart(app, 'controller', { namespace: CONTROLLER });
  const { deployment } = new PromotionController(chart, 'promotion', {
    image,
    repository: { url, credentials: SecretSource.existing('git'), peer: at(ports.git) },
    registries: { mlflow: { peer: at(ports.mlflow), credentials: SecretSource.existing('mlflow') } },
    author: { name: 'robot', email: 'r@example.com' },
    intervalSeconds: 2,
    argoCd: { namespace: 'argocd', apiServer: at(ports.api) },
  });
  // The images of the test need not be in a registry.
  deployment.addJsonPatch(JsonPatch.replace('/spec/template/spec/containers/0/imagePullPolicy', 'IfNotPresent'));
  return [team.toJson(), chart.toJson()];
}
