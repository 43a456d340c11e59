export { ArgoApplication, type ApplicationManifest, type ArgoApplicationProps } from './constructs/argo-application';
export * from './constructs/argo-project';
export { ClusterNetwork, type ClusterNetworkProps } from './constructs/cluster-network';
export * from './constructs/database';
export * from './constructs/external-object-store';
export { KubeObject, type Complete, type Manifest } from './constructs/kube-object';
export { MlflowMigration, type MlflowMigrationProps } from './constructs/mlflow-migration';
export * from './constructs/mlflow-server';
export * from './constructs/model-api';
export * from './constructs/model-runtime';
export * from './constructs/model-source';
export {
  Peer,
  type HostsPeerProps,
  type NetworkPeer,
  type PodOwner,
  type PodsPeerProps,
} from './constructs/network-peer';
export * from './constructs/object-store';
export * from './constructs/secret-source';
export { TeamAccess, type TeamAccessProps, type TeamSubject } from './constructs/team-access';
export * from './constructs/team-namespace';
export * from './constructs/workload';
export * from './constructs/workload-policy';
export type { ModelVersion } from './core/model-version';
export * from './core/platform-error';
export type { Resources } from './core/resources';
export type { Environment, EnvironmentProps } from './platform/environment';
export type { GitOpsProps } from './platform/git-ops';
export * from './platform/platform';
export type { Team, TeamProps } from './platform/team';
export type { Unit } from './platform/unit';
export type { SynthSummary } from './platform/write-manifests';
