import type { Json } from '../../../lib/helm/values/value-node';

/** How objects find pods: the selectors of workloads, Services, policies and budgets. */
export const selectorsOf = (objects: readonly Json[]): string[] =>
  objects.flatMap(object => {
    const { selector, podSelector } = ((object as any).spec ?? {}) as { selector?: unknown; podSelector?: unknown };
    return [selector, podSelector].flatMap(each => (each === undefined ? [] : [JSON.stringify(each)]));
  });
