import { celText } from '../core/cel';
import { RESERVED_PREFIX } from '../core/reserved-names';
import { AdmissionPolicy, rule } from './admission-policy';
import type { Deployers } from './deployers';
import type { Guard } from './guard';

const POD_SECURITY = 'pod-security.kubernetes.io/';
const REMEDY = 'change the declaration of the team and let it be deployed';

/** Two policies: names of the platform are reserved on every namespace, those of Kubernetes on those of teams alone. */
export const guardedNamespaces: Guard = {
  name: 'namespaces',
  define(scope, { teams, deployers }) {
    const rules = [rule('', ['namespaces'], ['CREATE', 'UPDATE'])];
    const conditions = { 'no-deployer': deployers.others };
    new AdmissionPolicy(scope, 'reserved-names', {
      rules,
      conditions,
      variables: variables(deployers),
      validations: [
        unchanged('labels', RESERVED_PREFIX, 'are the platform’s'),
        unchanged('annotations', RESERVED_PREFIX, 'are the platform’s'),
      ],
    });
    new AdmissionPolicy(scope, 'pod-security', {
      rules,
      namespaces: teams.map(({ namespace }) => namespace),
      conditions,
      variables: variables(deployers),
      validations: [unchanged('labels', POD_SECURITY, 'hold the pods of a team to Pod Security')],
    });
  },
};

function variables(deployers: Deployers): Record<string, string> {
  const entries = (object: string, map: string) =>
    `${object} == null ? {} : dyn(${object}).metadata.?${map}.orValue({})`;
  return {
    labels: entries('object', 'labels'),
    annotations: entries('object', 'annotations'),
    oldLabels: entries('oldObject', 'labels'),
    oldAnnotations: entries('oldObject', 'annotations'),
    ...deployers.tracked('object', 'object.metadata.name'),
  };
}

function unchanged(map: 'labels' | 'annotations', prefix: string, why: string) {
  const [now, before] = map === 'labels' ? ['labels', 'oldLabels'] : ['annotations', 'oldAnnotations'];
  const guarded = `key.startsWith(${celText(prefix)})`;
  const kept = (from: string, to: string) =>
    `variables.${from}.all(key, !${guarded} || variables.${from}[key] == variables.${to}[?key].orValue(null))`;
  return {
    expression: `variables.tracked || (${kept(now, before)} && ${kept(before, now)})`,
    messageExpression:
      `"${map} of the namespace \\"" + object.metadata.name + "\\" that begin with ${prefix} ${why}, and " + ` +
      `request.userInfo.username + " deploys for no platform; ${REMEDY}"`,
  };
}
