import type { Manifest } from '../../lib';
import { equal } from '../cluster/checks';
import { volumesFor } from './fake-nodes';
import { live, nameOf } from './objects';
import type { Story } from './story';

const HOOK = 'argocd.argoproj.io/hook';
const WAVE = 'argocd.argoproj.io/sync-wave';
const SECONDS = 180;

/** From a repository to a running platform, by one `kubectl apply`. */
export async function syncs({ kubectl, checks, applications, repository }: Story): Promise<void> {
  await checks.need('dist/ is what main.ts says, and nothing but the address of the repository changes', async () => {
    await repository.synth();
    equal('lines that changed', await repository.diff('dist'), []);
    repository.edit('main.ts', /repoUrl: '.*?'/, `repoUrl: '${repository.url}'`);
    await repository.synth();
    const changed = await repository.diff('dist');
    equal('something changed', changed.length > 0, true);
    const others = changed.filter(line => !/^[-+] +(repoURL: |- )(https|file):\/\/\S+$/.test(line));
    equal('other lines that changed', others, []);
  });
  const commit = await repository.push('our address');
  const teams = ['fraud', 'search', 'pricing'].flatMap(team => [`staging/${team}`, `production/${team}`]);
  const objectsOf = (team: string) => repository.objects(`dist/${team}.k8s.yaml`);
  await kubectl.apply(...volumesFor(teams.flatMap(objectsOf)));

  await checks.need('the Argo CD objects are applied once: every Application becomes Synced and Healthy', async () => {
    const files = ['dist/argocd/staging.k8s.yaml', 'dist/argocd/production.k8s.yaml'];
    const declared = files.flatMap(file => repository.objects(file)).filter(({ kind }) => kind === 'Application');
    for (const file of files) {
      await kubectl.run(['apply', '--server-side', '--filename=-'], { input: repository.read(file) });
    }
    const names = declared.map(({ metadata }) => metadata!.name!);
    await applications.settled(names, commit, SECONDS);
    return names.join(', ');
  });

  for (const team of teams) {
    const objects = objectsOf(team);
    const found = await live(kubectl, objects);
    const namespace = `--namespace=${found.find(({ kind }) => kind === 'Namespace').metadata.name}`;

    await checks.check(`${team}: the namespace, the hooks, then wave after wave`, async () => {
      equal('objects that exist', found.map(nameOf).sort(), objects.map(nameOf).sort());
      const steps = inSteps(found);
      equal('there is more than one step', steps.length > 1, true);
      steps.slice(1).forEach((step, index) => {
        const late = steps[index]!.objects.filter(before =>
          step.objects.some(after => madeAt(after) <= madeAt(before)),
        );
        equal(`of "${steps[index]!.name}", made after something of "${step.name}"`, late.map(nameOf), []);
      });
      return steps.map(({ name, objects: { length } }) => `${name}: ${length}`).join(', ');
    });

    await checks.check(`${team}: what isolates and limits the team is there before its first pod`, async () => {
      const guards = ['NetworkPolicy', 'ResourceQuota', 'LimitRange', 'Role', 'RoleBinding'];
      const last = Math.max(...found.filter(one => guards.includes(one.kind) && !isHook(one)).map(madeAt));
      const { items } = await kubectl.get(namespace, 'pods', '--selector=!batch.kubernetes.io/job-name');
      equal('pods were found', items.length > 0, true);
      equal('pods that came before', (items as any[]).filter(pod => madeAt(pod) < last).map(nameOf), []);
    });

    const migration = found.find(one => one.kind === 'Job' && isPreSync(one));
    if (migration !== undefined) {
      await checks.check(`${team}: the migration is done before anything but its own hooks is made`, async () => {
        const done = Date.parse(migration.status.completionTime);
        equal('it has an end', Number.isNaN(done), false);
        const early = found.filter(one => !isHook(one) && !isGivenByKubernetes(one) && madeAt(one) <= done);
        equal('made before', early.map(nameOf), []);
      });
    }

    const deployments = found.filter(({ kind }) => kind === 'Deployment');
    const mlflow = deployments.find(({ metadata }) => metadata.name === 'mlflow');
    if (mlflow === undefined) {
      continue;
    }
    await checks.check(`${team}: the tracking server is available before the endpoints are made`, async () => {
      const { lastTransitionTime } = mlflow.status.conditions.find(({ type }: any) => type === 'Available');
      const endpoints = deployments.filter(one => one !== mlflow);
      equal('there are endpoints', endpoints.length > 0, true);
      const early = endpoints.filter(one => madeAt(one) < Date.parse(lastTransitionTime));
      equal('endpoints made before', early.map(nameOf), []);
    });
  }
}

const madeAt = ({ metadata }: any): number => Date.parse(metadata.creationTimestamp);
const isHook = ({ metadata }: Manifest): boolean => metadata?.annotations?.[HOOK] !== undefined;
/** Others run among the objects of their wave. */
const isPreSync = ({ metadata }: Manifest): boolean => metadata?.annotations?.[HOOK] === 'PreSync';
/** Argo CD only adds to these: they come into being with the namespace, or are it. */
const isGivenByKubernetes = ({ kind, metadata }: Manifest): boolean =>
  kind === 'Namespace' || (kind === 'ServiceAccount' && metadata?.name === 'default');

/** The order that the manifests ask for. */
function inSteps(objects: readonly Manifest[]): { name: string; objects: Manifest[] }[] {
  const steps = new Map<string, { place: number[]; name: string; objects: Manifest[] }>();
  for (const object of objects.filter(one => one.kind === 'Namespace' || !isGivenByKubernetes(one))) {
    const wave = Number(object.metadata?.annotations?.[WAVE] ?? 0);
    const kind = object.kind === 'Namespace' ? 0 : isPreSync(object) ? 1 : 2;
    const name = ['namespace', `hooks of ${wave}`, `wave ${wave}`][kind]!;
    const step = steps.get(name) ?? { place: [kind, wave], name, objects: [] };
    steps.set(name, { ...step, objects: [...step.objects, object] });
  }
  return [...steps.values()].sort((a, b) => a.place[0]! - b.place[0]! || a.place[1]! - b.place[1]!);
}
