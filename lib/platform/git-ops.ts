import { Chart, type App } from 'cdk8s';
import { ArgoApplication } from '../constructs/argo-application';
import { ArgoProject, IN_CLUSTER } from '../constructs/argo-project';
import { PlatformError } from '../core/platform-error';
import type { Environment } from './environment';
import { EXTENSION, type Unit } from './unit';

export interface GitOpsProps {
  /** URL of the Git repository that holds the output folder, as Argo CD clones it. */
  readonly repoUrl: string;
  /**
   * Branch, tag or commit that Argo CD follows.
   *
   * @default HEAD
   */
  readonly revision?: string;
  /**
   * Path of the output folder in the repository.
   *
   * @default - `outdir` of the platform if that is relative, else `dist`
   */
  readonly path?: string;
  /**
   * Namespace in which Argo CD runs.
   *
   * @default argocd
   */
  readonly namespace?: string;
}

/** Folder of the Argo CD objects, so no environment can have its name. */
export const GIT_OPS_FOLDER = 'argocd';

/** Folder of the guards, which are in no namespace. No environment can have its name either. */
export const GUARDS_FOLDER = 'guards';

/** Kinds that guards consist of. */
const GUARD_KINDS = [
  { group: 'admissionregistration.k8s.io', kind: 'ValidatingAdmissionPolicy' },
  { group: 'admissionregistration.k8s.io', kind: 'ValidatingAdmissionPolicyBinding' },
  { group: 'policy.networking.k8s.io', kind: 'ClusterNetworkPolicy' },
];

/** Name of the guards of an environment, with which their names begin: several environments can share a cluster. */
export const guardsName = (platform: string, environment: string): string => `${platform}-${environment}-guards`;

/** Name of the application that keeps the Argo CD objects of an environment. */
export const rootApplication = (platform: string, environment: string): string => `${platform}-${environment}`;

/** Name of the application that keeps what the platform deploys for a team. */
export const teamApplication = (environment: string, team: string): string => `${environment}-${team}`;

/** Namespace in which Argo CD runs. */
export const argoNamespace = ({ namespace = 'argocd' }: GitOpsProps): string => namespace;

/**
 * The Argo CD objects of an environment: an application for each team, in a project that may deploy to its
 * namespace and nowhere else; a project for what each team deploys itself; and the application that keeps all of
 * these, including itself, equal to Git.
 *
 * Apply the file once by hand, from then on Argo CD does.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/operator-manual/cluster-bootstrapping/
 */
export function gitOpsUnit(platform: string, environment: Environment, props: GitOpsProps): Unit {
  const { repoUrl, revision, path = 'dist' } = props;
  const namespace = argoNamespace(props);
  return {
    name: `${GIT_OPS_FOLDER}/${environment.name}`,
    folder: GIT_OPS_FOLDER,
    define: app => define(app),
  };

  function define(app: App): Chart {
    const chart = new Chart(app, environment.name, {
      namespace,
      labels: { 'app.kubernetes.io/part-of': platform, 'app.kubernetes.io/managed-by': 'cdk8s-mlops' },
    });
    const { teams, server, name } = environment;
    if (teams.length === 0) {
      throw new PlatformError(
        chart,
        `environment "${name}" has no team`,
        `declare one with environment.team(), or remove the environment`,
      );
    }
    const own = new ArgoProject(chart, `${platform}-${name}-root`, {
      description: `Argo CD objects of ${name}`,
      repositories: [repoUrl],
      namespaces: [namespace],
      server: IN_CLUSTER,
      deniedKinds: [],
      allowedKinds: ['AppProject', 'Application'].map(kind => ({ group: 'argoproj.io', kind })),
    });
    new ArgoApplication(chart, rootApplication(platform, name), {
      project: own,
      repoUrl,
      revision,
      path: `${path}/${GIT_OPS_FOLDER}`,
      include: `${name}${EXTENSION}`,
      namespace,
      createNamespace: false,
    });
    if (environment.guards.length > 0) {
      const guards = guardsName(platform, name);
      const project = new ArgoProject(chart, `${guards}-platform`, {
        description: `Guards of ${name}`,
        repositories: [repoUrl],
        namespaces: [namespace],
        server,
        clusterKinds: GUARD_KINDS.map(kind => ({ ...kind, name: `${guards}-*` })),
        deniedKinds: [{ group: '*', kind: '*' }],
      });
      new ArgoApplication(chart, guards, {
        project,
        repoUrl,
        revision,
        path: `${path}/${GUARDS_FOLDER}`,
        include: `${name}${EXTENSION}`,
        namespace,
        createNamespace: false,
        // Behind the teams: it refuses what their applications do not track yet.
        wave: 1,
      });
    }
    for (const team of teams) {
      // A project for each team: one for all would forbid the namespace of a team that leaves before Argo CD has removed
      // what is in it.
      const project = new ArgoProject(chart, `${name}-${team.name}-platform`, {
        description: `What the platform deploys for team ${team.name} of ${name}`,
        repositories: [repoUrl],
        namespaces: [team.namespace],
        server,
        clusterKinds: [{ group: '', kind: 'Namespace', name: team.namespace }],
        deniedKinds: [],
      });
      new ArgoApplication(chart, teamApplication(name, team.name), {
        project,
        repoUrl,
        revision,
        path: `${path}/${name}`,
        include: `${team.name}${EXTENSION}`,
        namespace: team.namespace,
      });
      if (team.repositories.length > 0) {
        new ArgoProject(chart, `${name}-${team.name}-own`, {
          description: `What team ${team.name} deploys itself in ${name}`,
          repositories: team.repositories,
          namespaces: [team.namespace],
          server,
        });
      }
    }
    return chart;
  }
}
