import { trackedBy } from './guarded';
import type { Manifest } from './manifests';

export const ARGO_CD = 'system:serviceaccount:argocd:argocd-application-controller';
/** Whom no role would keep from anything. */
export const TENANT = 'mallory';
const NAMESPACE = 'fraud-staging';
export const LAB = 'lab';

const GATEWAY_API = 'gateway.networking.k8s.io/v1';
const ISTIO = 'networking.istio.io/v1';
const INSTANCE = 'app.kubernetes.io/instance';

/** What somebody asks for. */
export interface Request {
  readonly what: string;
  readonly verb?: 'create' | 'apply' | 'delete';
  readonly object: any;
  /** As whom; the tenant if left out. */
  readonly user?: string;
}

const of =
  (apiVersion: string, kind: string) =>
  (spec: unknown, metadata: object = {}) => ({
    apiVersion,
    kind,
    metadata: { name: 'probe', namespace: NAMESPACE, ...metadata },
    spec,
  });
const networkPolicy = of('networking.k8s.io/v1', 'NetworkPolicy');
const service = of('v1', 'Service');
const httpRoute = of(GATEWAY_API, 'HTTPRoute');
const ingress = of('networking.k8s.io/v1', 'Ingress');
const virtualService = of(ISTIO, 'VirtualService');

const POD = {
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name: 'probe',
      image: 'registry.example.com/probe:1',
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    },
  ],
};
const pod = (labels: object, spec: object = {}, metadata: object = {}) =>
  of('v1', 'Pod')({ ...POD, ...spec }, { labels, ...metadata });
const template = (labels: object, spec: object = {}) => ({ metadata: { labels }, spec: { ...POD, ...spec } });
const deployment = (labels: object, spec: object = {}, metadata: object = {}) =>
  of('apps/v1', 'Deployment')(
    { replicas: 0, selector: { matchLabels: labels }, template: template(labels, spec) },
    metadata,
  );
const cronJob = (labels: object, spec: object = {}) =>
  of(
    'batch/v1',
    'CronJob',
  )({
    schedule: '0 3 * * *',
    jobTemplate: { spec: { template: template(labels, { restartPolicy: 'Never', ...spec }) } },
  });
const withPort = (hostPort: number) => ({
  containers: [{ ...POD.containers[0]!, ports: [{ containerPort: 8080, hostPort }] }],
});
const rules = (backend: object = {}) => ({ rules: [{ backendRefs: [{ name: 'churn', port: 8080 }], ...backend }] });
const ofIngress = (host?: string) => ({
  rules: [
    {
      host,
      http: {
        paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'churn', port: { number: 80 } } } }],
      },
    },
  ],
});
const toChurn = { http: [{ route: [{ destination: { host: 'churn' } }] }] };
const listener = (hostname?: string) => ({
  gatewayClassName: 'any',
  listeners: [{ name: 'https', port: 80, protocol: 'HTTP', hostname }],
});
const istioGateway = (...hosts: string[]) => ({
  selector: { istio: 'ingressgateway' },
  servers: [{ port: { name: 'http', number: 80, protocol: 'HTTP' }, hosts }],
});
const externally = { ports: [{ number: 443, name: 'tls', protocol: 'TLS' }], resolution: 'DNS' };
const peer = (...from: object[]) => ({ podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from }] });
const own = (namespace: string) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
});
const namespaced = (name: string, labels: object, annotations: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels, annotations },
});

const LABELS = { app: 'probe' };
const PROBE = { matchLabels: LABELS };
const CHURN = { [INSTANCE]: 'churn' };
const OURS = 'are the platform’s';
const PATHS = 'have the network paths of a workload that the platform deploys';
const OWN_PODS = 'may open paths to pods of its own namespace alone';
const HOST = 'are not those of this team, which are: churn.staging.example.com,mlflow.fraud.staging.example.com';

/** What each guard refuses, with a part of what it says; without the guard the API server takes it. */
export const REFUSED: Readonly<Record<string, readonly (Request & { readonly says: string })[]>> = {
  namespaces: [
    { what: 'another team’s label', object: namespaced(NAMESPACE, { 'cdk8s-mlops/team': 'search' }), says: OURS },
    { what: 'a team’s label on a new namespace', object: namespaced('x', { 'cdk8s-mlops/team': 'fraud' }), says: OURS },
    {
      what: 'another team’s hosts',
      object: namespaced(NAMESPACE, {}, { 'cdk8s-mlops/hosts': 'ranking.staging.example.com' }),
      says: OURS,
    },
    {
      what: 'a weaker Pod Security',
      object: namespaced(NAMESPACE, { 'pod-security.kubernetes.io/enforce': 'privileged' }),
      says: 'hold the pods of a team to Pod Security',
    },
    {
      what: 'a namespace that Argo CD labels for a team’s own application',
      object: trackedBy('own-of-fraud', [
        namespaced(NAMESPACE, { 'pod-security.kubernetes.io/enforce': 'privileged' }) as unknown as Manifest,
      ])[0],
      user: ARGO_CD,
      says: 'hold the pods of a team to Pod Security',
    },
  ],
  workloads: [
    { what: 'a pod in a model’s name', verb: 'create', object: pod(CHURN), says: PATHS },
    { what: 'a Deployment in a model’s name', verb: 'create', object: deployment(CHURN), says: PATHS },
    { what: 'a CronJob in MLflow’s name', verb: 'create', object: cronJob({ [INSTANCE]: 'mlflow' }), says: PATHS },
    {
      what: 'a model’s Deployment with another program',
      object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'churn', namespace: NAMESPACE } },
      says: PATHS,
    },
    {
      what: 'a Deployment in a model’s name that Argo CD applies for a team’s own application',
      verb: 'create',
      object: trackedBy('own-of-fraud', [deployment(CHURN) as Manifest])[0],
      user: ARGO_CD,
      says: PATHS,
    },
  ],
  nodes: [
    ['hostNetwork', { hostNetwork: true }, 'hostNetwork takes a pod out of every network policy'],
    ['hostPID', { hostPID: true }, 'hostPID and hostIPC show a pod what runs on its node'],
    ['hostIPC', { hostIPC: true }, 'hostPID and hostIPC show a pod what runs on its node'],
    ['hostPath', { volumes: [{ name: 'host', hostPath: { path: '/' } }] }, 'hostPath opens files of the node'],
    ['hostPort', withPort(8080), 'hostPort opens a port of the node'],
  ].flatMap(([field, spec, says]) => [
    {
      what: `a pod with ${field as string}`,
      verb: 'create',
      object: pod(LABELS, spec as object, { namespace: LAB }),
      says,
    } as const,
    {
      what: `a Deployment with ${field as string}`,
      verb: 'create',
      object: deployment(LABELS, spec as object),
      says,
    } as const,
    {
      what: `a CronJob with ${field as string}`,
      verb: 'create',
      object: cronJob(LABELS, spec as object),
      says,
    } as const,
  ]) as (Request & { readonly says: string })[],
  services: [
    {
      what: 'a node port',
      object: service({ type: 'NodePort', ports: [{ port: 80 }] }, { namespace: LAB }),
      says: 'type NodePort',
    },
    {
      what: 'a load balancer',
      object: service({ type: 'LoadBalancer', ports: [{ port: 80 }] }, { namespace: LAB }),
      says: 'type LoadBalancer',
    },
    {
      what: 'another name',
      object: service({ type: 'ExternalName', externalName: 'mlflow.search-staging.svc.cluster.local' }),
      says: 'type ExternalName',
    },
    {
      what: 'other addresses',
      object: service({ ports: [{ port: 443 }], externalIPs: ['203.0.113.7'] }),
      says: 'CVE-2020-8554',
    },
  ].map(one => ({ ...one, verb: 'create' as const })),
  hosts: [
    { what: 'another team’s host', object: httpRoute({ hostnames: ['ranking.staging.example.com'], ...rules() }) },
    { what: 'every host of the gateway', object: httpRoute(rules()) },
    {
      what: 'a host among its own',
      object: httpRoute({ hostnames: ['churn.staging.example.com', 'evil.example.com'], ...rules() }),
    },
    { what: 'all hosts below a domain', object: httpRoute({ hostnames: ['*.staging.example.com'], ...rules() }) },
    {
      what: 'a GRPCRoute with another host',
      object: of(GATEWAY_API, 'GRPCRoute')({ hostnames: ['evil.example.com'], ...rules() }),
    },
    { what: 'an Ingress with another host', object: ingress(ofIngress('ranking.staging.example.com')) },
    { what: 'an Ingress for every host', object: ingress(ofIngress()) },
    {
      what: 'an Ingress with a default backend',
      object: ingress({ defaultBackend: { service: { name: 'churn', port: { number: 80 } } } }),
    },
    {
      what: 'a VirtualService with another host',
      object: virtualService({ hosts: ['ranking.staging.example.com'], ...toChurn }),
    },
    {
      what: 'a VirtualService for another team’s Service',
      object: virtualService({ hosts: ['mlflow.search-staging.svc.cluster.local'], ...toChurn }),
    },
    {
      what: 'a ServiceEntry for another team’s Service',
      object: of(ISTIO, 'ServiceEntry')({ hosts: ['mlflow.search-staging.svc.cluster.local'], ...externally }),
    },
    { what: 'a Gateway for another host', object: of(GATEWAY_API, 'Gateway')(listener('ranking.staging.example.com')) },
    { what: 'a Gateway for every host', object: of(GATEWAY_API, 'Gateway')(listener()) },
    {
      what: 'a Gateway of Istio’s for another host',
      object: of(ISTIO, 'Gateway')(istioGateway('churn.staging.example.com', '*/ranking.staging.example.com')),
    },
    { what: 'a Gateway of Istio’s for every host', object: of(ISTIO, 'Gateway')(istioGateway('*')) },
  ].map(one => ({ ...one, verb: 'create' as const, says: HOST })),
  networkPolicies: [
    { what: 'every namespace', verb: 'create', object: networkPolicy(peer({ namespaceSelector: {} })), says: OWN_PODS },
    { what: 'another team', verb: 'create', object: networkPolicy(peer(own('search-staging'))), says: OWN_PODS },
    {
      what: 'its own namespace, or another',
      verb: 'create',
      object: networkPolicy(
        peer({
          namespaceSelector: {
            matchExpressions: [
              { key: 'kubernetes.io/metadata.name', operator: 'In', values: [NAMESPACE, 'search-staging'] },
            ],
          },
        }),
      ),
      says: OWN_PODS,
    },
    { what: 'everybody', verb: 'create', object: networkPolicy(peer()), says: OWN_PODS },
    {
      what: 'all addresses',
      verb: 'create',
      object: networkPolicy(peer({ ipBlock: { cidr: '0.0.0.0/0' } })),
      says: OWN_PODS,
    },
    {
      what: 'the way out to everywhere',
      verb: 'create',
      object: networkPolicy({ podSelector: {}, policyTypes: ['Egress'], egress: [{}] }),
      says: OWN_PODS,
    },
    {
      what: 'a policy of the platform, changed',
      object: networkPolicy({ podSelector: {}, policyTypes: [] }, { name: 'default-deny' }),
      says: OURS.replace('are', 'is'),
    },
    {
      what: 'a policy of the platform, removed',
      verb: 'delete',
      object: networkPolicy({}, { name: 'default-deny' }),
      says: OURS.replace('are', 'is'),
    },
    {
      what: 'a policy that Argo CD applies for a team’s own application',
      verb: 'create',
      object: trackedBy('own-of-fraud', [networkPolicy(peer({ namespaceSelector: {} })) as Manifest])[0],
      user: ARGO_CD,
      says: OWN_PODS,
    },
    {
      what: 'a policy of the platform that a team’s own application takes over',
      object: trackedBy('own-of-fraud', [networkPolicy({ podSelector: {} }, { name: 'default-deny' }) as Manifest])[0],
      user: ARGO_CD,
      says: OURS.replace('are', 'is'),
    },
  ],
};

/** What each guard leaves alone. */
export const TAKEN: Readonly<Record<string, readonly Request[]>> = {
  namespaces: [
    { what: 'a label of the team’s own', object: namespaced(NAMESPACE, { 'example.com/cost-centre': '7' }) },
    {
      what: 'a namespace of nobody’s',
      object: namespaced('x', { 'pod-security.kubernetes.io/enforce': 'privileged' }),
    },
  ],
  workloads: [
    { what: 'a pod with labels of its own', verb: 'create', object: pod(LABELS) },
    { what: 'a Deployment of a Helm chart', verb: 'create', object: deployment({ [INSTANCE]: 'grafana' }) },
    { what: 'a model’s name in another namespace', verb: 'create', object: pod(CHURN, {}, { namespace: LAB }) },
  ],
  nodes: [
    {
      what: 'a pod with a disk and a port of its own',
      verb: 'create',
      object: pod(LABELS, { volumes: [{ name: 'tmp', emptyDir: {} }], ...withPort(0) }),
    },
    { what: 'a CronJob', verb: 'create', object: cronJob(LABELS) },
    {
      what: 'what another namespace does',
      verb: 'create',
      object: pod(LABELS, { hostNetwork: true }, { namespace: 'default' }),
    },
  ],
  services: [
    { what: 'a Service in the cluster', verb: 'create', object: service({ ports: [{ port: 80 }] }) },
    {
      what: 'a Service without an address',
      verb: 'create',
      object: service({ clusterIP: 'None', ports: [{ port: 80 }] }),
    },
  ],
  hosts: [
    {
      what: 'a route with the team’s host',
      verb: 'create',
      object: httpRoute({ hostnames: ['churn.staging.example.com'], ...rules() }),
    },
    {
      what: 'an Ingress with the team’s host',
      verb: 'create',
      object: ingress(ofIngress('mlflow.fraud.staging.example.com')),
    },
    {
      what: 'a VirtualService for a Service of the team',
      verb: 'create',
      object: virtualService({ hosts: ['churn', `mlflow.${NAMESPACE}.svc.cluster.local`], ...toChurn }),
    },
    {
      what: 'a Gateway of Istio’s for the team’s host',
      verb: 'create',
      object: of(ISTIO, 'Gateway')(istioGateway('./churn.staging.example.com')),
    },
  ],
  networkPolicies: [
    { what: 'paths within the namespace', verb: 'create', object: networkPolicy(peer({ podSelector: PROBE })) },
    {
      what: 'paths within the namespace, by its name',
      verb: 'create',
      object: networkPolicy(peer({ ...own(NAMESPACE), podSelector: PROBE })),
    },
    {
      what: 'a policy that closes',
      verb: 'create',
      object: networkPolicy({ podSelector: PROBE, policyTypes: ['Ingress', 'Egress'] }),
    },
    {
      what: 'what another namespace does',
      verb: 'create',
      object: networkPolicy(peer({ namespaceSelector: {} }), { namespace: 'default' }),
    },
  ],
};
