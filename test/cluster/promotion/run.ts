import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { Applications } from '../../argocd/applications';
import { GitServer } from '../../judges/promotion/git-server';
import { hasMlflow, Mlflow } from '../../judges/promotion/mlflow';
import { sshdProgram } from '../../judges/promotion/ssh-server';
import { SharedRepository } from '../../promotion/shared-repository';
import { Checks, equal, Stop } from '../checks';
import { caller, clientsSecret, secret } from '../credentials';
import { diagnose } from '../diagnosis';
import { namespace } from '../fixtures';
import { Kubectl } from '../kubectl';
import { applies } from './applies';
import { Command } from './command';
import { CONTROLLER, controls } from './controls';
import { platformFiles } from './platform';
import { promotes } from './promotes';
import { APPLICATION, type Story } from './story';

const MINUTES = 12;
const CALLERS = 'promotion-test';
const TEAMS = ['fraud-staging', 'fraud-production'];
const TOKEN = 'a-token-of-the-test';
const PART_OF = '--selector=app.kubernetes.io/part-of=ml';
const NO_FINALIZERS = '--patch={"metadata":{"finalizers":null}}';

const setting = (variable: string): string => {
  const value = process.env[variable];
  if (!value) {
    throw new Error(`set ${variable}; the README beside this file says to what`);
  }
  return value;
};

/** Tells the story on the cluster of KUBECONFIG, where Argo CD runs; returns whether every check passed. */
async function main(): Promise<boolean> {
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort()).once('SIGTERM', () => interrupt.abort());
  const signal = AbortSignal.any([interrupt.signal, AbortSignal.timeout(MINUTES * 60_000)]);
  const images = { busybox: setting('BUSYBOX_IMAGE'), envoy: setting('ENVOY_IMAGE') };
  const controller = setting('CONTROLLER_IMAGE');
  const modules = setting('MODULES');
  const address = setting('HOST_ADDRESS');
  if (!hasMlflow() || sshdProgram() === undefined) {
    throw new Error('mlflow or sshd is not installed; the README beside this file says what the test needs');
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
      await mlflow.start(address);
      mkdirSync(join(mlflow.credentials, 'git'));
      writeFileSync(join(mlflow.credentials, 'git/token'), TOKEN);
      await mlflow.register('churn');
      await mlflow.register('churn');
      await mlflow.alias('churn', 'champion', 1);
      await mlflow.alias('churn', 'candidate', 1);
      symlinkSync(modules, join(repository.work, 'node_modules'));
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
    await controls(story, controller, address);
  } catch (error) {
    if (!(error instanceof Stop)) {
      throw error;
    }
    console.log(error.message);
    for (const name of [...TEAMS, CONTROLLER]) {
      await diagnose(new Kubectl(), name);
    }
  } finally {
    await clean();
    git.stop();
    await mlflow.stop();
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
  const objects = parseAllDocuments(repository.read('dist/argocd/production.k8s.yaml'));
  await kubectl.apply(...objects.map(document => document.toJS()));
  await applications.settled([APPLICATION], repository.tip(), 180);
  equal('answer', await answer('production'), 'churn 1');
}

/** Takes back what the test made; not stopped by what stopped the test. */
async function clean(): Promise<void> {
  const kubectl = new Kubectl();
  // Without their finalizers they go at once; the root first, which would make the others again.
  const projects = await kubectl.attempt(['get', '--namespace=argocd', 'appprojects', PART_OF, '--output=name']);
  const names = ['application/ml-production', `application/${APPLICATION}`, ...projects.stdout.split('\n')];
  for (const name of names.filter(one => one !== '')) {
    await kubectl.attempt(['patch', '--namespace=argocd', name, '--type=merge', NO_FINALIZERS]);
    await kubectl.attempt(['delete', '--namespace=argocd', '--ignore-not-found', name]);
  }
  await kubectl.attempt(['delete', '--namespace=argocd', '--ignore-not-found', 'secret', CALLERS]);
  const args = ['delete', 'namespace', '--ignore-not-found', '--wait', '--timeout=150s', CALLERS, CONTROLLER, ...TEAMS];
  const { failed, stderr } = await kubectl.attempt(args, { seconds: 160 });
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
