import type { Construct } from 'constructs';
import { DNS_LABEL_RULE, isDnsLabel, isObjectName, OBJECT_NAME_RULE } from '../core/dns-label';
import { PlatformError } from '../core/platform-error';
import { objectReader, type ObjectReader } from './object-reader';
import type { Workload } from './workload';

/** Lets the pods of a workload read these Deployments one by one, and nothing else; by namespace. */
export function deploymentReaders(
  scope: Construct,
  workload: Workload,
  named: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, ObjectReader>> {
  if (Object.keys(named).length === 0) {
    throw new PlatformError(
      scope,
      'no Deployment is named',
      "name those of promotion.yaml: named: { 'fraud-production': ['churn'] }",
    );
  }
  return Object.fromEntries(
    Object.entries(named).map(([namespace, names]) => {
      if (!isDnsLabel(namespace)) {
        throw new PlatformError(scope, `"${namespace}" cannot name a namespace`, `use ${DNS_LABEL_RULE}`);
      }
      const wrong = names.find(name => !isObjectName(name));
      // A rule without names would be about all of them.
      if (names.length === 0 || wrong !== undefined) {
        throw new PlatformError(
          scope,
          wrong === undefined ? `no Deployment of ${namespace} is named` : `"${wrong}" cannot name a Deployment`,
          wrong === undefined ? 'name one, or leave the namespace out' : `use ${OBJECT_NAME_RULE}`,
        );
      }
      const rule = { apiGroups: ['apps'], resources: ['deployments'], resourceNames: [...names], verbs: ['get'] };
      return [namespace, objectReader(scope, `deployments-${namespace}`, workload, namespace, rule)];
    }),
  );
}
