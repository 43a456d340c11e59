export { ArgoApplication, type ApplicationManifest, type ArgoApplicationProps } from './constructs/argo-application';
export * from './constructs/argo-project';
export { BucketJob, type BucketJobProps } from './constructs/bucket-job';
export type { Autoscaling } from './constructs/autoscaling';
export { ClusterNetwork, type ClusterNetworkProps } from './constructs/cluster-network';
export * from './constructs/database';
export * from './constructs/external-object-store';
export * from './constructs/external-secret';
export {
  KedaTrigger,
  type KedaScaling,
  type PrometheusTriggerProps,
  type RawTriggerProps,
  type ScaledObject,
} from './constructs/keda-scaling';
export * from './constructs/kserve-model';
export { KserveRuntime, type KserveRuntimeProps } from './constructs/kserve-runtime';
export { KubeObject, type Complete, type Manifest } from './constructs/kube-object';
export * from './constructs/minio';
export * from './constructs/metrics';
export * from './constructs/mlflow-backup';
export * from './constructs/mlflow-gc';
export { MlflowMigration, type MlflowMigrationProps } from './constructs/mlflow-migration';
export * from './constructs/mlflow-server';
export * from './constructs/mlflow-users';
export * from './constructs/model-api';
export * from './constructs/model-cache';
export type { ModelPodsProps } from './constructs/model-pods';
export * from './constructs/model-runtime';
export * from './constructs/model-source';
export * from './constructs/monitoring';
export type { NamespaceAdoption } from './constructs/namespace-adoption';
export {
  Peer,
  type HostsPeerProps,
  type NetworkPeer,
  type PodOwner,
  type PodsPeerProps,
} from './constructs/network-peer';
export * from './constructs/object-store';
export type { S3Addressing } from './constructs/s3-client';
export * from './constructs/seaweed-fs';
export type { Placement } from './constructs/placement';
export type { PodMonitor, ServiceMonitor } from './constructs/scrape-target';
export type { ServedVersion } from './constructs/served-version';
export type { ServedVersions, VersionBackend, VersionRoute } from './constructs/served-versions';
export * from './constructs/sealed-secret';
export * from './constructs/postgres-cluster';
export * from './constructs/secret-source';
export * from './constructs/secret-template';
export * from './constructs/sops-secret';
export { TeamAccess, type TeamAccessProps, type TeamSubject } from './constructs/team-access';
export * from './constructs/team-namespace';
export * from './constructs/workbench';
export * from './constructs/workload';
export * from './constructs/workload-policy';
export type { SecurityScheme } from './core/open-api';
export type { ModelSignature } from './core/model-signature';
export type { ModelVersion, ServedModel } from './core/model-version';
export * from './core/platform-error';
export type { Resources } from './core/resources';
export type { SecretKey, SecretKeys } from './core/secret-keys';
export type { Environment, EnvironmentProps } from './platform/environment';
export type { GitOpsProps } from './platform/git-ops';
export type { ImageList, ImagesProps, ImageUse } from './platform/images';
export * from './platform/platform';
export type { Team, TeamProps } from './platform/team';
export type { Unit } from './platform/unit';
export type { FileSummary, SynthSummary } from './platform/write-manifests';
export type { TemplateSummary } from './platform/write-secret-templates';
