import { spawnSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SharedRepository } from '../../promotion/shared-repository';

const PROJECT = join(__dirname, '../../..');
const LIBRARY = JSON.stringify(join(PROJECT, 'lib'));
const MAIN = `
import { ApiAuth, ModelApi, ModelRuntime, ModelSource, ExternalObjectStore, Peer, Platform, SecretSource } from ${LIBRARY};

const platform = new Platform({ name: 'ml' });
for (const environment of platform.environments({ staging: {}, production: {} })) {
  for (const name of ['fraud', 'search']) {
    environment.team(name, { quota: { cpu: '8', memory: '24Gi' } }, team => {
      const store = new ExternalObjectStore(team, 'store', {
        endpoint: 'http://s3.storage.svc:7070',
        peer: Peer.pods({ namespace: 'storage', labels: { app: 's3' }, ports: [7070] }),
        credentials: SecretSource.existing('s3'),
      });
      new ModelApi(team, 'churn', {
        model: team.pinned('churn'),
        source: ModelSource.objectStore(store.bucket('models')),
        runtime: ModelRuntime.container({ image: 'registry.example.com/churn:1.0.0' }),
        auth: ApiAuth.apiKeys(SecretSource.existing('churn-clients'), { clients: ['web'] }),
      });
    });
  }
}
export default platform;
`;
const PINS = '# who may leave\nmodels:\n  churn:\n    version: 1\n';

/** A platform of two teams in two environments, in a repository with its manifests. */
export function platformRepository(rules: string): SharedRepository {
  const repository = new SharedRepository();
  symlinkSync(join(PROJECT, 'node_modules'), join(repository.work, 'node_modules'));
  const units = ['staging/fraud', 'staging/search', 'production/fraud', 'production/search'];
  const pins = Object.fromEntries(units.map(unit => [`environments/${unit}.yaml`, PINS]));
  repository.edit({ 'main.ts': MAIN, 'promotion.yaml': rules, '.gitignore': 'node_modules\n', ...pins }, 'declare');
  repository.git(repository.work, 'rm', '--quiet', '--cached', '--ignore-unmatch', 'node_modules');
  const { status, stderr } = mlops(repository, ['synth']);
  if (status !== 0) {
    throw new Error(stderr);
  }
  repository.push('synthesize');
  return repository;
}

/** Runs the command in the work tree of the person. */
export function mlops(repository: SharedRepository, args: readonly string[], variables: Record<string, string> = {}) {
  const tsx = pathToFileURL(require.resolve('tsx')).href;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', tsx, join(PROJECT, 'lib/cli/mlops.ts'), ...args],
    {
      cwd: repository.work,
      encoding: 'utf8',
      env: { ...process.env, XDG_CACHE_HOME: join(repository.root, 'cache'), CDK8S_OUTDIR: undefined, ...variables },
    },
  );
  return { status, stdout, stderr };
}
