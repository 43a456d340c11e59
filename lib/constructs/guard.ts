import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Deployers } from './deployers';
import { guardedHosts } from './guarded-hosts';
import { guardedNamespaces } from './guarded-namespaces';
import { guardedNetworkPolicies } from './guarded-network-policies';
import { guardedNodes } from './guarded-nodes';
import { guardedServices } from './guarded-services';
import { guardedWorkloads, type GuardedWorkloadsProps } from './guarded-workloads';
import { teamTier, type TeamTierProps } from './team-tier';

/** A namespace of a team, as guards know it. */
export interface GuardedTeam {
  readonly team: string;
  readonly namespace: string;
  /**
   * Name of the application with which Argo CD deploys what the platform made for the team.
   *
   * @default - Argo CD does not deploy for it
   */
  readonly application?: string;
}

/** What a guard must know to define its objects. */
export interface GuardedCluster {
  readonly teams: readonly GuardedTeam[];
  readonly deployers: Deployers;
  /** The guards that are defined together. */
  readonly guards: readonly Guard[];
}

/** What a guard reads on the Namespace of a team. */
export interface NamespaceFacts {
  readonly labels?: Readonly<Record<string, string>>;
  /** Made when the tree is complete, from the objects of the chart; one that is undefined is left out. */
  readonly annotations?: Readonly<Record<string, (objects: readonly ApiObject[]) => string | undefined>>;
}

/** A rule for the whole cluster, for what network policies and roles cannot see. */
export interface Guard {
  /** What people call it. */
  readonly name: string;
  /** Defines its objects. */
  define(scope: Construct, cluster: GuardedCluster): void;
  /** What it reads on the Namespace of a team. */
  facts?(team: { readonly name: string; readonly hosts: readonly string[] }): NamespaceFacts;
}

/** Each guard is there only if it was asked for. */
export const Guard = {
  /** Labels by which namespaces are told apart, and those of Pod Security, are the platform's. */
  namespaces: (): Guard => guardedNamespaces,

  /** Labels by which network policies tell a team's pods apart belong to the workloads that the platform deployed. */
  workloads: (props: GuardedWorkloadsProps = {}): Guard => guardedWorkloads(props),

  /** Pods share neither network, processes nor files with their node. */
  nodes: (): Guard => guardedNodes,

  /** Services lead neither into the cluster from outside nor out of it. */
  services: (): Guard => guardedServices,

  /** Routes and gateways of a team have hosts of that team alone. */
  hosts: (): Guard => guardedHosts,

  /** Network policies of a team open its namespace to nobody else, and leave those of the platform alone. */
  networkPolicies: (): Guard => guardedNetworkPolicies,

  /** A tier of policies above all network policies: no packet between teams. The cluster must have its CRD. */
  teamTier: (props: TeamTierProps): Guard => teamTier(props),

  /** All that need nothing but the API server. */
  all: (): Guard[] => [
    guardedNamespaces,
    guardedWorkloads({}),
    guardedNodes,
    guardedServices,
    guardedHosts,
    guardedNetworkPolicies,
  ],
};
