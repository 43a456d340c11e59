import type { ApplicationManifest, AppProjectManifest, GroupKind } from '../../lib';

export type Application = ApplicationManifest & { readonly metadata: { readonly name: string } };
export type Project = AppProjectManifest & { readonly metadata: { readonly name: string } };

interface Deployed {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/**
 * What Argo CD would refuse an application by the rules of its project.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/operator-manual/project-specification/
 */
export function deniedBy(
  projects: readonly Project[],
  application: Application,
  deployed: readonly Deployed[],
): string[] {
  const { project: name, source, destination } = application.spec;
  const project = projects.find(({ metadata }) => metadata.name === name);
  if (project === undefined) {
    return ['project'];
  }
  const { sourceRepos, destinations } = project.spec;
  const mayGoTo = (namespace: string | undefined) =>
    destinations.some(one => one.server === destination.server && one.namespace === namespace);
  const permits = (object: Deployed) =>
    object.metadata.namespace === undefined
      ? permitsCluster(project, object)
      : permitsNamespaced(project, object) && mayGoTo(object.metadata.namespace);
  return [
    ...(sourceRepos.includes(source.repoURL) ? [] : ['source']),
    ...(mayGoTo(destination.namespace) ? [] : ['destination']),
    ...deployed.filter(object => !permits(object)).map(({ kind, metadata }) => `${kind}/${metadata.name}`),
  ];
}

function permitsCluster({ spec }: Project, object: Deployed): boolean {
  return spec.clusterResourceWhitelist.some(
    item => isKind(item, object) && (item.name === undefined || matches(item.name, object.metadata.name)),
  );
}

function permitsNamespaced({ spec }: Project, object: Deployed): boolean {
  const { namespaceResourceBlacklist: black = [], namespaceResourceWhitelist: white } = spec;
  return !black.some(item => isKind(item, object)) && (white === undefined || white.some(item => isKind(item, object)));
}

function isKind(item: GroupKind, { apiVersion, kind }: Deployed): boolean {
  return matches(item.kind, kind) && matches(item.group, apiVersion.includes('/') ? apiVersion.split('/')[0]! : '');
}

/** Whether a name is what a pattern means, in which `*` stands for any characters. */
const matches = (pattern: string, name: string): boolean =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(name);
