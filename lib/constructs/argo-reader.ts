import type { Construct } from 'constructs';
import { DNS_LABEL_RULE, isDnsLabel } from '../core/dns-label';
import { PlatformError } from '../core/platform-error';
import { objectReader, type ObjectReader } from './object-reader';
import type { Workload } from './workload';

/** Lets the pods of a workload read Argo CD's applications one by one, and nothing else. */
export function argoReader(scope: Construct, workload: Workload, namespace: string): ObjectReader {
  if (!isDnsLabel(namespace)) {
    throw new PlatformError(scope, `"${namespace}" cannot name Argo CD's namespace`, `use ${DNS_LABEL_RULE}`);
  }
  return objectReader(scope, 'argo', workload, namespace, {
    apiGroups: ['argoproj.io'],
    resources: ['applications'],
    verbs: ['get'],
  });
}
