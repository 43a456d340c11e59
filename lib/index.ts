export { ApiAuth } from './constructs/api-auth';
export type { ApiKeyProps } from './constructs/api-key-auth';
export type { EnvoyProps, EnvoySidecar } from './constructs/envoy-sidecar';
export type { EnvoyObject, HttpFilter } from './core/envoy';
export type { ProxyAuth } from './core/envoy-bootstrap';
export type { BucketAccess } from './core/bucket-users';
export type { ApiLimits, CheckedLimits } from './core/envoy-limits';
export type { RateLimit } from './core/envoy-rate-limit';
export { ArgoApplication, type ApplicationManifest, type ArgoApplicationProps } from './constructs/argo-application';
export {
  ArgoProject,
  IN_CLUSTER,
  ISOLATION_KINDS,
  type AppProjectManifest,
  type ArgoProjectProps,
  type GroupKind,
} from './constructs/argo-project';
export { BucketJob, type BucketJobProps } from './constructs/bucket-job';
export type { Autoscaling } from './constructs/autoscaling';
export type { BasicAuthProps } from './constructs/basic-auth';
export { ClusterGuards, type ClusterGuardsProps } from './constructs/cluster-guards';
export { ClusterNetwork, type ClusterNetworkProps } from './constructs/cluster-network';
export {
  Database,
  type Postgres,
  type PostgresPool,
  type PostgresProps,
  type PostgresTls,
  type SqliteProps,
} from './constructs/database';
export { ExternalMlflow, type ExternalMlflowProps } from './constructs/external-mlflow';
export { ExternalObjectStore, type ExternalObjectStoreProps } from './constructs/external-object-store';
export {
  ExternalSecret,
  type ExternalSecretManifest,
  type ExternalSecretProps,
  type RemoteValue,
  type SecretStoreRef,
} from './constructs/external-secret';
export type { ExternalAuthProps } from './constructs/external-auth';
export { Jwks, type JwksConfig, type RemoteJwksProps } from './constructs/jwks';
export type { JwtProps } from './constructs/jwt-auth';
export { Exposure } from './constructs/exposure';
export {
  KedaTrigger,
  type KedaScaling,
  type PrometheusTriggerProps,
  type RawTriggerProps,
  type ScaledObject,
} from './constructs/keda-scaling';
export { KserveModel, type InferenceService, type KserveModelProps } from './constructs/kserve-model';
export { KserveRuntime, type KserveRuntimeProps } from './constructs/kserve-runtime';
export type { GatewayExposureProps, GatewayListener, HttpRoute } from './constructs/gateway-exposure';
export { GatewayLogin, type OidcLoginProps, type SecurityPolicy } from './constructs/gateway-login';
export { AdmissionPolicy, type AdmissionPolicyProps, type AdmissionRule } from './constructs/admission-policy';
export type { Deployers, DeployersProps } from './constructs/deployers';
export { Guard, type GuardedCluster, type GuardedTeam, type NamespaceFacts } from './constructs/guard';
export type { GuardedNamespace } from './constructs/guarded-namespace';
export type { GuardedWorkloadsProps } from './constructs/guarded-workloads';
export { HttpsGateway, type Gateway, type HttpsGatewayProps, type ReferenceGrant } from './constructs/https-gateway';
export type { IngressExposureProps } from './constructs/ingress-exposure';
export type { IstioExposureProps, VirtualService } from './constructs/istio-exposure';
export { IstioGateway, type IstioGatewayManifest, type IstioGatewayProps } from './constructs/istio-gateway';
export type { AuthorizationPolicy, PeerAuthentication } from './constructs/istio-policies';
export { KubeObject, type Complete, type Manifest } from './constructs/kube-object';
export { Minio, type MinioProps } from './constructs/minio';
export type { Metrics, Monitored } from './constructs/metrics';
export type { MlflowAuthProxy } from './constructs/mlflow-auth-proxy';
export type { ModelRegistry } from './constructs/mlflow-client';
export {
  MlflowBackup,
  type MlflowBackupProps,
  type MlflowDrillProps,
  type MlflowRestoreProps,
} from './constructs/mlflow-backup';
export { MlflowGc, type MlflowGcProps } from './constructs/mlflow-gc';
export { MlflowMigration, type MlflowMigrationProps } from './constructs/mlflow-migration';
export { MlflowServer, type MlflowServerProps } from './constructs/mlflow-server';
export { MlflowUsers, type MlflowUsersProps } from './constructs/mlflow-users';
export { ModelApi, type ModelApiProps } from './constructs/model-api';
export { ModelCache, type VolumeCacheProps } from './constructs/model-cache';
export type { ModelPodsProps } from './constructs/model-pods';
export {
  ModelRuntime,
  type ContainerRuntimeProps,
  type MlflowRuntimeProps,
  type ProbePaths,
  type RuntimeMetrics,
} from './constructs/model-runtime';
export { ModelSource } from './constructs/model-source';
export { Monitoring, type MonitoringProps, type PrometheusRule } from './constructs/monitoring';
export type { NamespaceAdoption } from './constructs/namespace-adoption';
export {
  Peer,
  type HostsPeerProps,
  type NetworkPeer,
  type PeerPolicy,
  type PodOwner,
  type PodsPeerProps,
} from './constructs/network-peer';
export type { Bucket, BucketProps, ObjectStore } from './constructs/object-store';
export type { RouteBackend, RouteService, RouteTarget } from './constructs/route-target';
export type { S3Addressing, S3Grant } from './constructs/s3-client';
export type { StoreProps } from './constructs/store-props';
export { SeaweedFs, type SeaweedFsProps } from './constructs/seaweed-fs';
export type { Placement } from './constructs/placement';
export type { PodMonitor, ServiceMonitor } from './constructs/scrape-target';
export { SealedSecret, type SealedSecretManifest, type SealedSecretProps } from './constructs/sealed-secret';
export type { ObjectReader } from './constructs/object-reader';
export { PostgresCluster, type PostgresClusterBackup, type PostgresClusterProps } from './constructs/postgres-cluster';
export {
  PromotionController,
  type PromotedRegistry,
  type PromotedRepository,
  type PromotionControllerProps,
} from './constructs/promotion-controller';
export { SecretSource } from './constructs/secret-source';
export { SecretTemplate, type SecretTemplateProps } from './constructs/secret-template';
export { SopsSecret, type SopsSecretProps } from './constructs/sops-secret';
export { TeamAccess, type TeamAccessProps, type TeamSubject } from './constructs/team-access';
export type { ClusterNetworkPolicy, TeamTierProps } from './constructs/team-tier';
export { TeamMesh, type MeshDenial, type MeshEncryption, type TeamMeshProps } from './constructs/team-mesh';
export { TeamNamespace, type TeamNamespaceProps, type TeamQuota } from './constructs/team-namespace';
export { Workbench, type PodDefault, type WorkbenchAttachment, type WorkbenchProps } from './constructs/workbench';
export { Workload, type Needs, type ContainerProps, type PodProps, type WorkloadProps } from './constructs/workload';
export { WorkloadPeer } from './constructs/workload-peer';
export { WorkloadPolicy, type WorkloadPolicyProps } from './constructs/workload-policy';
export type { AlertRule } from './core/alert-rules';
export { RESERVED_PREFIX, TEAM_LABEL } from './core/reserved-names';
export { PlatformError, PlatformErrors, type MistakeKind } from './core/platform-error';
export type { RequiredClaims } from './core/required-claims';
export type { WatchedRepository } from './core/watch-arguments';
export type { ServedVersion, ServedVersionProps } from './constructs/served-version';
export type { ServedVersions, ServedVersionsProps } from './constructs/served-versions';
export type { SecurityScheme } from './core/open-api';
export type { ModelSignature } from './core/model-signature';
export type { ModelVersion, ServedModel } from './core/model-version';
export type { Resources } from './core/resources';
export type { RouteAddress } from './core/route-address';
export type { SecretKey, SecretKeys } from './core/secret-keys';
export { CONFIRM_REMOVAL, IN_SYNC, PRE_SYNC, SyncWave } from './core/sync-wave';
export type { ArtifactHub, ChartAbout, ChartChange, Maintainer } from './helm/write/chart-about';
export type { ChartExtras } from './helm/write/chart-files';
export { HelmChart, type HelmChartProps } from './helm/helm-chart';
export { HelmUmbrella, type HelmUmbrellaProps, type UmbrellaPart } from './helm/helm-umbrella';
export { opaqueList, opaqueMap } from './helm/values/opaque';
export type { ValuesSchema } from './helm/values/read-contract';
export type { Release } from './helm/values/release';
export { ValueSamples, type Values } from './helm/values/samples';
export type { Json } from './helm/values/value-node';
export type { ChartSummary } from './helm/write/write-chart';
export type { Environment, EnvironmentProps, TeamDeclaration } from './platform/environment';
export type { GitOpsProps } from './platform/git-ops';
export type { ImageList, ImagesProps, ImageUse } from './platform/images';
export type { Change, Operation } from './isolation/change';
export type { Direction } from './isolation/network-policy';
export type { Path, PathEnd } from './isolation/report/paths';
export type {
  IsolationReport,
  Owner,
  ReportedCluster,
  ReportedFinding,
  ReportedNamespace,
} from './isolation/report/report';
export type { Assumption } from './isolation/verdict';
export type { IsolationProps, IsolationSummary } from './platform/isolation';
export type { DeclaredModel, DeclaredRoute } from './platform/models';
export { Platform, type NeededSecret, type PlatformProps, type SynthOptions } from './platform/platform';
export type { Team, TeamProps } from './platform/team';
export type { Unit } from './platform/unit';
export type { FileSummary, SynthSummary } from './platform/write-manifests';
export type { TemplateSummary } from './platform/write-secret-templates';
