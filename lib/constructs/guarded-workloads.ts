import type { ApiObject } from 'cdk8s';
import { celEntry, celList, celTemplate, celText } from '../core/cel';
import { PlatformError } from '../core/platform-error';
import { RESERVED_PREFIX } from '../core/reserved-names';
import { AdmissionPolicy, rule } from './admission-policy';
import type { Guard } from './guard';
import { contentOf } from './kube-object';

export interface GuardedWorkloadsProps {
  /**
   * Operators that make pods of what the platform deploys, by the names of their users:
   * `system:serviceaccount:cnpg-system:cnpg-manager`. They do so for a team's own objects too.
   *
   * @default - the controllers of Kubernetes itself
   */
  readonly controllers?: readonly string[];
}

/** Resources that are pods or make them. */
export const POD_MAKERS: readonly (readonly [group: string, resources: readonly string[]])[] = [
  ['', ['pods', 'replicationcontrollers']],
  ['apps', ['deployments', 'statefulsets', 'daemonsets', 'replicasets']],
  ['batch', ['jobs', 'cronjobs']],
];

/** On a Namespace: labels by which its network policies tell pods apart, as `key=value`. */
const SELECTED = `${RESERVED_PREFIX}selected`;
const CONTROLLERS = [
  'cronjob',
  'daemon-set',
  'deployment',
  'generic-garbage-collector',
  'job',
  'replicaset',
  'replication',
  'statefulset',
].map(name => `system:serviceaccount:kube-system:${name.replace(/(?<!collector)$/, '-controller')}`);

export function guardedWorkloads({ controllers = [] }: GuardedWorkloadsProps): Guard {
  const wrong = controllers.find(name => !/^system:serviceaccount:[a-z0-9-]+:[a-z0-9.-]+$/.test(name));
  if (wrong !== undefined) {
    throw new PlatformError(
      'Guard.workloads',
      `"${wrong}" is no service account`,
      'write system:serviceaccount:<namespace>:<name>',
    );
  }
  return {
    name: 'workloads',
    facts: () => ({ annotations: { [SELECTED]: selectedLabels } }),
    define(scope, { teams, deployers }) {
      const makers = [...CONTROLLERS, 'system:kube-controller-manager', ...controllers];
      const labels = (object: string) =>
        `${object} == null ? {} : ${celTemplate(object)}.?metadata.?labels.orValue({})`;
      const taken = (map: string) => `${map}.exists(key, (key + "=" + ${map}[key]) in variables.selected)`;
      new AdmissionPolicy(scope, 'workloads', {
        rules: POD_MAKERS.map(([group, resources]) => rule(group, resources, ['CREATE', 'UPDATE'])),
        namespaces: teams.map(({ namespace }) => namespace),
        conditions: {
          'no-deployer': deployers.others,
          // They make of a workload what was admitted as a workload.
          'no-controller': `!(request.userInfo.username in ${celText(makers)})`,
        },
        variables: {
          selected: celList('namespaceObject', SELECTED),
          labels: labels('object'),
          oldLabels: labels('oldObject'),
          ...deployers.tracked('object', 'request.namespace'),
        },
        validations: [
          {
            expression: `variables.tracked || !(${taken('variables.labels')} || ${taken('variables.oldLabels')})`,
            messageExpression:
              '"pods with one of the labels " + ' +
              `${celEntry('namespaceObject', 'annotations', SELECTED)} + ` +
              '" have the network paths of a workload that the platform deploys, and " + request.userInfo.username + ' +
              '" deploys for no platform; give the pods labels of their own"',
          },
        ],
      });
    },
  };
}

function selectedLabels(objects: readonly ApiObject[]): string | undefined {
  const selectors = objects
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map(object => contentOf(object).spec.podSelector?.matchLabels ?? {});
  const pairs = selectors.flatMap(labels => Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`));
  return pairs.length > 0 ? [...new Set(pairs)].sort().join(',') : undefined;
}
