import { IN_CLUSTER } from '../constructs/argo-project';
import { PlatformError } from '../core/platform-error';
import type { Environment } from './environment';
import { argoNamespace, rootApplication, teamApplication, type GitOpsProps } from './git-ops';

/**
 * Finds the teams that would share a namespace, or the name of an Argo CD application, with another team or with the
 * platform itself.
 */
export function conflicts(
  platform: string,
  environments: readonly Environment[],
  gitOps: GitOpsProps | undefined,
): PlatformError[] {
  const errors: PlatformError[] = [];
  const owners = new Map<string, string>();
  const claim = (thing: string, place: string, remedy: string) => {
    const owner = owners.get(thing);
    if (owner === undefined) {
      owners.set(thing, place);
    } else {
      errors.push(new PlatformError(place, `${thing} belongs to ${owner}`, remedy));
    }
  };
  if (gitOps) {
    owners.set(namespace(argoNamespace(gitOps), IN_CLUSTER), 'Argo CD');
    environments.forEach(({ name }) => owners.set(application(rootApplication(platform, name)), `environment ${name}`));
  }
  for (const environment of environments) {
    for (const team of environment.teams) {
      const place = `${environment.name}/${team.name}`;
      claim(
        namespace(team.namespace, environment.server),
        place,
        'name another namespace, or another server for the environment',
      );
      if (gitOps) {
        claim(application(teamApplication(environment.name, team.name)), place, 'give the team another name');
      }
    }
  }
  return errors;
}

const namespace = (name: string, server: string): string => `namespace "${name}" of ${new URL(server).origin}`;

const application = (name: string): string => `the Argo CD application "${name}"`;
