import { Chart } from 'cdk8s';
import { IN_CLUSTER } from '../constructs/argo-project';
import { ClusterGuards } from '../constructs/cluster-guards';
import { ClusterNetwork } from '../constructs/cluster-network';
import { PlatformError } from '../core/platform-error';
import type { Environment } from './environment';
import { argoNamespace, GUARDS_FOLDER, guardsName, teamApplication, type GitOpsProps } from './git-ops';
import type { Unit } from './unit';

/**
 * The guards of an environment: a file of its own, since they belong to the cluster and to no team.
 *
 * @param all the environments of the platform; some may share the cluster
 */
export function guardsUnit(
  platform: string,
  environment: Environment,
  all: readonly Environment[],
  gitOps: GitOpsProps | undefined,
): Unit {
  const { name, guards, props } = environment;
  const neighbours = all.filter(
    other => other !== environment && other.server === environment.server && other.guards.length > 0,
  );
  const teamsOf = (one: Environment) =>
    one.teams.map(({ name: team, namespace }) => ({
      team,
      namespace,
      application: gitOps && teamApplication(one.name, team),
    }));
  return {
    name: `${GUARDS_FOLDER}/${name}`,
    folder: GUARDS_FOLDER,
    define: app => {
      new ClusterNetwork(app, props.network);
      const chart = new Chart(app, name, {
        labels: { 'app.kubernetes.io/part-of': platform, 'app.kubernetes.io/managed-by': 'cdk8s-mlops' },
      });
      const stranger = neighbours.find(other => whoOf(other) !== whoOf(environment));
      if (stranger !== undefined) {
        throw new PlatformError(
          chart,
          `the environments "${name}" and "${stranger.name}" share a cluster, and the deployers of one would be refused by the guards of the other`,
          'give both the same deployers and argoCdUser',
        );
      }
      new ClusterGuards(chart, guardsName(platform, name), {
        teams: teamsOf(environment),
        others: neighbours.flatMap(teamsOf),
        guards,
        deployers: props.deployers,
        argoCd: gitOps && (props.argoCdUser ?? argoCdUser(environment.server, gitOps)),
      });
      return chart;
    },
  };
}

const whoOf = ({ props }: Environment): string => JSON.stringify([props.deployers ?? [], props.argoCdUser]);

function argoCdUser(server: string, gitOps: GitOpsProps): string {
  const account =
    server === IN_CLUSTER ? `${argoNamespace(gitOps)}:argocd-application-controller` : 'kube-system:argocd-manager';
  return `system:serviceaccount:${account}`;
}
