import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Applications } from '../../argocd/applications';
import { GitServer } from '../../judges/promotion/git-server';
import { hasMlflow, Mlflow } from '../../judges/promotion/mlflow';
import { SharedRepository } from '../../promotion/shared-repository';
import { mkdirSync, writeFileSync } from 'node:fs';
import { Checks, equal, Stop } from '../checks';
import { caller, clientsSecret, secret } from '../credentials';
import { diagnose } from '../diagnosis';
import { namespace } from '../fixtures';
import { Kubectl } from '../kubectl';
import { applies } from './applies';
import { Command } from './command';
import { platformFiles } from './platform';
import { promotes } from './promotes';
import { APPLICATION, type Story } from './story';

const MINUTES = 12;
const PROJECT = join(__dirname, '../../..');
const CALLERS = 'promotion-test';
const TEAMS = ['fraud-staging', 'fraud-production'];
const TOKEN = 'a-token-of-the-test';

const image = (variable: string): string => {
  const name = process.env[variable];
  if (!name) {
    throw new Error(`set ${variable} to an image that the cluster can pull; the README beside this file says which`);
  }
  return name;
};

/** Tells the story on the cluster of KUBECONFIG, where Argo CD runs; returns whether every check passed. */
async function main(): Promise<boolean> {
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort()).once('SIGTERM', () => interrupt.abort());
  const signal = AbortSignal.any([interrupt.signal, AbortSignal.timeout(MINUTES * 60_000)]);
  const images = { busybox: image('BUSYBOX_IMAGE'), envoy: image('ENVOY_IMAGE') };
  if (!hasMlflow()) {
    throw new Error('mlflow is not installed; the README beside this file says what the test needs');
  }
  const kubectl = new Kubectl(signal);
  const checks = new Checks(signal);
  const applications = new Applications(kubectl);
  const taken = await applications.names();
  if (taken.length > 0) {
    throw new Error(`the cluster has the Argo CD applications ${taken.join(', ')}, and the test would remove them`);
  }
  const mlflow = new Mlflow();
  const repository = new SharedRepository();
  const git = await GitServer.start(repository.root, `Basic ${Buffer.from(`git:${TOKEN}`).toString('base64')}`);
  repository.git(repository.bare, 'config', 'http.receivepack', 'true');
  const url = `${git.url}/platform.git`;
  const mlops = new Command(
    repository.work,
    { ...process.env, XDG_CACHE_HOME: join(repository.root, 'cache'), CDK8S_OUTDIR: undefined },
    [`--repository=${url}`, `--credentials=${mlflow.credentials}`],
    signal,
  );
  const answer = (environment: string) => {
    const header = ['--header', `x-api-key: ${caller.key}`];
    const call = ['curl', '--silent', '--max-time', '5', ...header, `http://churn.fraud-${environment}.svc/index.html`];
    return kubectl
      .attempt(['exec', `--namespace=${CALLERS}`, 'caller', '--', ...call])
      .then(({ stdout }) => stdout.trim());
  };
  const story: Story = { kubectl, checks, applications, mlflow, repository, mlops, answer };

  try {
    await checks.need('two versions are registered, and the platform is a Git repository', async () => {
      await mlflow.start();
      mkdirSync(join(mlflow.credentials, 'git'));
      writeFileSync(join(mlflow.credentials, 'git/token'), TOKEN);
      await mlflow.register('churn');
      await mlflow.register('churn');
      await mlflow.alias('churn', 'champion', 1);
      await mlflow.alias('churn', 'candidate', 1);
      symlinkSync(join(PROJECT, 'node_modules'), join(repository.work, 'node_modules'));
      const files = platformFiles({ repository: url, mlflow: mlflow.url, callers: CALLERS, ...images });
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(join(repository.work, file, '..'), { recursive: true });
        writeFileSync(join(repository.work, file), text);
      }
      const { status, stderr } = await mlops.bare('synth');
      equal(`exit code (${stderr})`, status, 0);
      repository.push('a platform');
    });
    await checks.need('Argo CD deploys production from it, and version 1 answers', () =>
      begin(story, url, images.busybox),
    );
    await promotes(story);
    await applies(story);
  } catch (error) {
    if (!(error instanceof Stop)) {
      throw error;
    }
    console.log(error.message);
    for (const team of TEAMS) {
      await diagnose(new Kubectl(), team);
    }
  } finally {
    await clean();
    git.stop();
    mlflow.stop();
    await repository.remove();
  }
  return checks.sum();
}

async function begin(
  { kubectl, repository, applications, answer }: Story,
  url: string,
  busybox: string,
): Promise<void> {
  await kubectl.create(...[CALLERS, ...TEAMS].map(namespace));
  await kubectl.create(...TEAMS.map(team => clientsSecret(team, 'churn')));
  const login = secret('argocd', CALLERS, { type: 'git', url, username: 'git', password: TOKEN });
  const labels = { 'argocd.argoproj.io/secret-type': 'repository' };
  await kubectl.apply({ ...login, metadata: { ...login.metadata, labels } });
  await kubectl.apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'caller', namespace: CALLERS },
    spec: { containers: [{ name: 'caller', image: busybox, command: ['sleep', '3600'] }] },
  } as never);
  await kubectl.run(['apply', '--server-side', '--filename=-'], {
    input: repository.read('dist/argocd/production.k8s.yaml'),
  });
  await applications.settled([APPLICATION], repository.tip(), 180);
  equal('answer', await answer('production'), 'churn 1');
}

/** Takes back what the test made; not stopped by what stopped the test. */
async function clean(): Promise<void> {
  const kubectl = new Kubectl();
  // Without their finalizers Applications go at once; the root first, which would make the other again.
  for (const name of ['ml-production', APPLICATION]) {
    const place = ['--namespace=argocd', 'application', name];
    await kubectl.attempt(['patch', ...place, '--type=merge', '--patch={"metadata":{"finalizers":null}}']);
    await kubectl.attempt(['delete', '--ignore-not-found', ...place]);
  }
  await kubectl.attempt(['delete', '--namespace=argocd', 'appprojects', '--selector=app.kubernetes.io/part-of=ml']);
  await kubectl.attempt(['delete', '--namespace=argocd', '--ignore-not-found', 'secret', CALLERS]);
  const args = ['delete', 'namespace', '--ignore-not-found', '--wait', '--timeout=90s', CALLERS, ...TEAMS];
  const { failed, stderr } = await kubectl.attempt(args, { seconds: 100 });
  if (failed) {
    console.error(`not everything was removed: ${stderr.trim()}`);
  }
}

main().then(
  passed => (process.exitCode = passed ? 0 : 1),
  error => {
    console.error((error as Error).message);
    process.exitCode = 1;
  },
);
