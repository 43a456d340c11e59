import { ApiObject, type Chart } from 'cdk8s';

/** What Helm calls the moments at which Argo CD runs hooks. */
const MOMENTS: Readonly<Record<string, string>> = {
  PreSync: 'pre-install,pre-upgrade',
  Sync: 'post-install,post-upgrade',
};

/**
 * Tells Helm what the annotations of all objects tell Argo CD: which are hooks, so that a Job that is run anew may
 * change between two versions of a chart, and which outlive their release. Argo CD looks at its own annotations alone,
 * where an object has both.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#helm-hooks
 * @see https://helm.sh/docs/howto/charts_tips_and_tricks/#tell-helm-not-to-uninstall-a-resource
 */
export function addHelmAnnotations(chart: Chart): void {
  for (const object of chart.node.findAll().filter(construct => ApiObject.isApiObject(construct))) {
    const told = annotationsOf(object);
    const moment = MOMENTS[told['argocd.argoproj.io/hook'] ?? ''];
    if (moment !== undefined) {
      object.metadata.addAnnotation('helm.sh/hook', moment);
      object.metadata.addAnnotation('helm.sh/hook-delete-policy', 'before-hook-creation');
      // Helm makes hooks of one weight in the order of their kinds, and kinds that it does not know last: a Job would
      // wait for an ExternalSecret that comes after it.
      object.metadata.addAnnotation('helm.sh/hook-weight', object.kind === 'Job' ? '0' : '-1');
    }
    if (told['argocd.argoproj.io/sync-options']?.includes('Delete=confirm')) {
      object.metadata.addAnnotation('helm.sh/resource-policy', 'keep');
    }
  }
}

/** Also those that were added after the object was made. */
const annotationsOf = (object: ApiObject): Readonly<Record<string, string>> =>
  (object.metadata.toJson() as { annotations?: Record<string, string> }).annotations ?? {};
