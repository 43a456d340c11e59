import { Construct } from 'constructs';
import type { PolicyRule, Role, RoleBinding, Subject } from 'kubernetes-types/rbac/v1';
import { PlatformError } from '../core/platform-error';
import { SyncWave } from '../core/sync-wave';
import { KubeObject } from './kube-object';

/** A person or a group, as the cluster's identity provider names them. A plain text names a group. */
export type TeamSubject = string | { readonly user: string } | { readonly group: string };

export interface TeamAccessProps {
  readonly namespace: string;
  readonly owners: readonly TeamSubject[];
  readonly members: readonly TeamSubject[];
}

const READ = ['get', 'list', 'watch'];

/** What every member sees: all that runs, nothing that is secret. */
const MEMBER_RULES: PolicyRule[] = [
  {
    apiGroups: [''],
    resources: [
      'configmaps',
      'endpoints',
      'events',
      'persistentvolumeclaims',
      'pods',
      'pods/log',
      'resourcequotas',
      'limitranges',
      'services',
      'serviceaccounts',
    ],
    verbs: READ,
  },
  { apiGroups: ['apps'], resources: ['deployments', 'replicasets', 'statefulsets'], verbs: READ },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: READ },
  { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: READ },
  { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: READ },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: READ },
  // Kinds that a cluster may lack, without harm. Of Secrets they hold names and ciphertext.
  { apiGroups: ['bitnami.com'], resources: ['sealedsecrets'], verbs: READ },
  { apiGroups: ['external-secrets.io'], resources: ['externalsecrets'], verbs: READ },
  { apiGroups: ['keda.sh'], resources: ['scaledobjects'], verbs: READ },
  { apiGroups: ['kubeflow.org'], resources: ['poddefaults'], verbs: READ },
  {
    apiGroups: ['monitoring.coreos.com'],
    resources: ['podmonitors', 'prometheusrules', 'servicemonitors'],
    verbs: READ,
  },
  { apiGroups: ['postgresql.cnpg.io'], resources: ['backups', 'clusters', 'scheduledbackups'], verbs: READ },
  { apiGroups: ['serving.kserve.io'], resources: ['inferenceservices'], verbs: READ },
];

/** What owners may do besides: hand in secrets, restart pods, reach a port. What should run is decided in Git. */
const OWNER_RULES: PolicyRule[] = [
  { apiGroups: [''], resources: ['secrets'], verbs: ['create', 'delete'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['delete'] },
  { apiGroups: [''], resources: ['pods/portforward'], verbs: ['create'] },
];

/**
 * The rights of a team's people in its namespace. Nobody of the team may read Secrets, or change what isolates and
 * limits the team: Namespace, NetworkPolicy, ResourceQuota, LimitRange, roles.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/
 */
export class TeamAccess extends Construct {
  public readonly roles: readonly KubeObject<Role>[];
  public readonly roleBindings: readonly KubeObject<RoleBinding>[];

  constructor(scope: Construct, id: string, props: TeamAccessProps) {
    super(scope, id);
    const roles: KubeObject<Role>[] = [];
    const bindings: KubeObject<RoleBinding>[] = [];
    const grant = (name: string, subjects: readonly TeamSubject[], rules: PolicyRule[]) => {
      if (subjects.length > 0) {
        const metadata = { name, namespace: props.namespace, annotations: SyncWave.GUARDS };
        roles.push(
          new KubeObject<Role>(this, `${name}-role`, {
            apiVersion: 'rbac.authorization.k8s.io/v1',
            kind: 'Role',
            metadata,
            rules,
          }),
        );
        bindings.push(
          new KubeObject<RoleBinding>(this, `${name}-binding`, {
            apiVersion: 'rbac.authorization.k8s.io/v1',
            kind: 'RoleBinding',
            metadata,
            roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
            subjects: subjects.map(subject => rbacSubject(this, subject)),
          }),
        );
      }
    };
    grant('team-member', [...props.owners, ...props.members], MEMBER_RULES);
    grant('team-owner', props.owners, OWNER_RULES);
    this.roles = roles;
    this.roleBindings = bindings;
  }
}

function rbacSubject(scope: Construct, subject: TeamSubject): Subject {
  const [kind, name] =
    typeof subject === 'string'
      ? ['Group', subject]
      : 'user' in subject
        ? ['User', subject.user]
        : ['Group', subject.group];
  if (name.trim() === '' || name.startsWith('system:')) {
    throw new PlatformError(
      scope,
      `"${name}" cannot be an owner or member`,
      'name a person or a group of the identity provider; "system:" is reserved for Kubernetes itself',
    );
  }
  return { apiGroup: 'rbac.authorization.k8s.io', kind, name };
}
