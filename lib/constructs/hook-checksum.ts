import { ApiObject, Lazy, type Chart } from 'cdk8s';
import { checksum } from '../core/checksum';
import { contentOf } from './kube-object';

/**
 * Annotations for one object of a chart, with a checksum of the chart's hooks if it has any.
 *
 * Argo CD compares hooks with nothing, so a commit that changes hooks alone would start no sync. It does compare this.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
 */
export function withHookChecksum(chart: Chart, annotations: Readonly<Record<string, string>>): Record<string, string> {
  // Known when the tree is complete; without hooks the annotation is left out.
  return { ...annotations, 'checksum/hooks': Lazy.any({ produce: () => checksumOf(chart) }) as string };
}

function checksumOf(chart: Chart): string | undefined {
  const hooks = chart.node
    .findAll()
    .filter((construct): construct is ApiObject => ApiObject.isApiObject(construct))
    .filter(({ metadata }) => annotationOf(metadata) !== undefined)
    .map(contentOf);
  return hooks.length > 0 ? checksum(JSON.stringify(hooks)) : undefined;
}

/** cdk8s gives annotations away only resolved, all of them at once. */
function annotationOf(metadata: ApiObject['metadata']): unknown {
  const { annotations } = metadata as unknown as { readonly annotations?: Record<string, unknown> };
  return annotations?.['argocd.argoproj.io/hook'];
}
