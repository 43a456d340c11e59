import { ApiObject, type Chart } from 'cdk8s';

const ARGO_CD = 'argocd.argoproj.io/hook';
/** What Helm calls the moments at which Argo CD runs hooks. */
const MOMENTS: Readonly<Record<string, string>> = {
  PreSync: 'pre-install,pre-upgrade',
  Sync: 'post-install,post-upgrade',
};

/**
 * Makes Argo CD's hooks Helm's too, so that a Job that is run anew may change between two versions of a chart. Argo CD
 * looks at its own annotations alone, where an object has both.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#helm-hooks
 */
export function addHelmHooks(chart: Chart): void {
  for (const object of chart.node.findAll().filter(construct => ApiObject.isApiObject(construct))) {
    // Not what its body says: an annotation can be added to an object that another construct made.
    const moment = MOMENTS[object.metadata.toJson()?.annotations?.[ARGO_CD]];
    if (moment !== undefined) {
      object.metadata.addAnnotation('helm.sh/hook', moment);
      object.metadata.addAnnotation('helm.sh/hook-delete-policy', 'before-hook-creation');
      // Helm makes hooks of one weight in the order of their kinds: accounts, policies and files before Jobs.
      object.metadata.addAnnotation('helm.sh/hook-weight', '0');
    }
  }
}
