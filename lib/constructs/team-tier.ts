import type { LabelSelector, ObjectMeta } from 'kubernetes-types/meta/v1';
import { PlatformError } from '../core/platform-error';
import { TEAM_LABEL } from '../core/reserved-names';
import type { Guard } from './guard';
import { KubeObject } from './kube-object';
import { objectName } from './object-name';

export interface TeamTierProps {
  /** Place among the policies of the cluster: 0 decides first, 1000 last. */
  readonly priority: number;
}

type Rule<Peers extends string> = {
  readonly name: string;
  readonly action: 'Accept' | 'Deny' | 'Pass';
} & Readonly<Record<Peers, readonly { readonly namespaces: LabelSelector }[]>>;

/** @see https://network-policy-api.sigs.k8s.io/api-overview/ */
export interface ClusterNetworkPolicy {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
  readonly spec: {
    readonly tier: 'Admin' | 'Baseline';
    readonly priority: number;
    readonly subject: { readonly namespaces: LabelSelector };
    readonly ingress: readonly Rule<'from'>[];
    readonly egress: readonly Rule<'to'>[];
  };
}

/**
 * For each team: what comes from the team itself is left to the network policies, what comes from any other team is
 * dropped, and so is what goes there. Gateways, DNS and the like belong to no team, and are left to them too.
 */
export function teamTier({ priority }: TeamTierProps): Guard {
  if (!Number.isInteger(priority) || priority < 0 || priority > 1000) {
    throw new PlatformError(
      'Guard.teamTier',
      `priority must be a whole number from 0 to 1000, got ${priority}`,
      'choose one that no other ClusterNetworkPolicy of the tier "Admin" has',
    );
  }
  return {
    name: 'teamTier',
    facts: ({ name }) => ({ labels: { [TEAM_LABEL]: name } }),
    define(scope, { teams, guards }) {
      if (!guards.some(({ name }) => name === 'namespaces')) {
        throw new PlatformError(
          scope,
          `Guard.teamTier() trusts the label ${TEAM_LABEL}, which anybody who may label namespaces could set`,
          'add Guard.namespaces()',
        );
      }
      const others = [{ namespaces: { matchExpressions: [{ key: TEAM_LABEL, operator: 'Exists' }] } }];
      for (const { team, namespace } of teams) {
        const own = { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
        const itself = [{ namespaces: own }];
        new KubeObject<ClusterNetworkPolicy>(scope, `tier-${team}`, {
          apiVersion: 'policy.networking.k8s.io/v1alpha2',
          kind: 'ClusterNetworkPolicy',
          metadata: { name: `${objectName(scope)}-${team}` },
          spec: {
            tier: 'Admin',
            priority,
            subject: { namespaces: own },
            ingress: [
              { name: 'own-pods', action: 'Pass', from: itself },
              { name: 'other-teams', action: 'Deny', from: others },
            ],
            egress: [
              { name: 'own-pods', action: 'Pass', to: itself },
              { name: 'other-teams', action: 'Deny', to: others },
            ],
          },
        });
      }
    },
  };
}
