import { join } from 'node:path';
import { ControlPlane } from './control-plane';
import { describeJudged } from './judge';
import { objectsBelow, PROJECT } from './manifests';
import { noTestbed, TESTBED } from './testbed';

/** A group, or a service account as `<namespace>:<name>`; what it does; to what; where, `-` for the whole cluster. */
const ALLOWED = `
  fraud         list    pods                                      fraud-staging
  fraud         get     pods/log                                  fraud-staging
  fraud         watch   deployments.apps                          fraud-staging
  fraud         get     configmaps                                fraud-production
  fraud         list    networkpolicies.networking.k8s.io         fraud-staging
  fraud         get     resourcequotas                            fraud-staging
  fraud         list    events                                    fraud-staging
  fraud         get     jobs.batch                                fraud-production
  fraud         list    horizontalpodautoscalers.autoscaling      fraud-staging
  fraud         get     inferenceservices.serving.kserve.io       fraud-staging
  fraud         get     externalsecrets.external-secrets.io       fraud-staging
  fraud-leads   list    pods                                      fraud-production
  fraud-leads   get     limitranges                               fraud-staging
  fraud-leads   get     endpoints                                 fraud-staging
  fraud-leads   create  secrets                                   fraud-staging
  fraud-leads   delete  secrets                                   fraud-production
  fraud-leads   delete  pods                                      fraud-staging
  fraud-leads   create  pods/portforward                          fraud-staging
  search-leads  list    pods                                      search-staging
  search-leads  create  secrets                                   search-production
  search-leads  get     statefulsets.apps                         search-staging
  pricing-leads delete  pods                                      pricing-staging
  pricing-leads list    services                                  pricing-production
`;
const DENIED = `
  fraud         get     secrets                                   fraud-staging
  fraud         create  secrets                                   fraud-staging
  fraud         delete  pods                                      fraud-staging
  fraud         create  pods/portforward                          fraud-staging
  fraud         list    pods                                      search-staging
  fraud         get     configmaps                                pricing-production
  fraud         list    pods                                      -
  fraud         list    pods                                      kube-system
  fraud         patch   namespaces                                -
  fraud-leads   get     secrets                                   fraud-staging
  fraud-leads   list    secrets                                   fraud-production
  fraud-leads   watch   secrets                                   fraud-staging
  fraud-leads   update  secrets                                   fraud-staging
  fraud-leads   patch   secrets                                   fraud-staging
  fraud-leads   deletecollection  secrets                         fraud-staging
  fraud-leads   create  secrets                                   search-staging
  fraud-leads   delete  pods                                      search-staging
  fraud-leads   create  pods/portforward                          pricing-production
  fraud-leads   list    networkpolicies.networking.k8s.io         search-staging
  fraud-leads   create  networkpolicies.networking.k8s.io         fraud-staging
  fraud-leads   update  networkpolicies.networking.k8s.io         fraud-staging
  fraud-leads   patch   networkpolicies.networking.k8s.io         fraud-staging
  fraud-leads   delete  networkpolicies.networking.k8s.io         fraud-staging
  fraud-leads   deletecollection  networkpolicies.networking.k8s.io  fraud-staging
  fraud-leads   update  resourcequotas                            fraud-staging
  fraud-leads   delete  resourcequotas                            fraud-staging
  fraud-leads   patch   limitranges                               fraud-staging
  fraud-leads   delete  limitranges                               fraud-staging
  fraud-leads   create  roles.rbac.authorization.k8s.io           fraud-staging
  fraud-leads   bind    roles.rbac.authorization.k8s.io           fraud-staging
  fraud-leads   escalate  roles.rbac.authorization.k8s.io         fraud-staging
  fraud-leads   create  rolebindings.rbac.authorization.k8s.io    fraud-staging
  fraud-leads   patch   rolebindings.rbac.authorization.k8s.io    fraud-staging
  fraud-leads   create  serviceaccounts                           fraud-staging
  fraud-leads   create  serviceaccounts/token                     fraud-staging
  fraud-leads   impersonate  serviceaccounts                      fraud-staging
  fraud-leads   impersonate  users                                -
  fraud-leads   impersonate  groups                               -
  fraud-leads   create  endpoints                                 fraud-staging
  fraud-leads   update  endpoints                                 fraud-staging
  fraud-leads   create  endpointslices.discovery.k8s.io           fraud-staging
  fraud-leads   create  services                                  fraud-staging
  fraud-leads   patch   services                                  fraud-staging
  fraud-leads   create  pods                                      fraud-staging
  fraud-leads   patch   pods                                      fraud-staging
  fraud-leads   create  pods/exec                                 fraud-staging
  fraud-leads   create  pods/attach                               fraud-staging
  fraud-leads   update  pods/ephemeralcontainers                  fraud-staging
  fraud-leads   create  pods/eviction                             fraud-staging
  fraud-leads   create  pods/binding                              fraud-staging
  fraud-leads   patch   deployments.apps                          fraud-staging
  fraud-leads   patch   deployments.apps/scale                    fraud-staging
  fraud-leads   create  jobs.batch                                fraud-staging
  fraud-leads   create  cronjobs.batch                            fraud-staging
  fraud-leads   create  configmaps                                fraud-staging
  fraud-leads   create  referencegrants.gateway.networking.k8s.io  fraud-staging
  fraud-leads   create  httproutes.gateway.networking.k8s.io      fraud-staging
  fraud-leads   create  gateways.gateway.networking.k8s.io        fraud-staging
  fraud-leads   create  authorizationpolicies.security.istio.io   fraud-staging
  fraud-leads   patch   peerauthentications.security.istio.io     fraud-staging
  fraud-leads   create  envoyfilters.networking.istio.io          fraud-staging
  fraud-leads   create  applications.argoproj.io                  argocd
  fraud-leads   patch   appprojects.argoproj.io                   argocd
  fraud-leads   get     secrets                                   argocd
  fraud-leads   create  namespaces                                -
  fraud-leads   patch   namespaces                                -
  fraud-leads   delete  namespaces                                -
  fraud-leads   get     nodes                                     -
  fraud-leads   get     nodes/proxy                               -
  fraud-leads   create  clusterrolebindings.rbac.authorization.k8s.io  -
  fraud-leads   delete  validatingadmissionpolicies.admissionregistration.k8s.io  -
  fraud-leads   patch   validatingadmissionpolicybindings.admissionregistration.k8s.io  -
  fraud-leads   create  clusternetworkpolicies.policy.networking.k8s.io  -
  fraud-leads   create  persistentvolumes                         -
  fraud-leads   approve  signers.certificates.k8s.io              -
  search-leads  get     secrets                                   search-staging
  search-leads  list    pods                                      fraud-staging
  search-leads  create  secrets                                   fraud-production
  search-leads  list    pods                                      pricing-staging
  pricing-leads delete  pods                                      search-production
  strangers     list    pods                                      fraud-staging
  strangers     list    namespaces                                -
  fraud-staging:default  get     secrets                          fraud-staging
  fraud-staging:default  list    pods                             fraud-staging
  fraud-staging:churn    get     secrets                          fraud-staging
  fraud-staging:churn    list    pods                             fraud-staging
  fraud-staging:mlflow   get     secrets                          search-staging
  fraud-staging:mlflow   create  pods                             fraud-staging
`;

type Line = readonly [subject: string, verb: string, resource: string, namespace: string];

const linesOf = (table: string): Line[] =>
  table
    .trim()
    .split('\n')
    .map(line => line.trim().split(/ +/) as unknown as Line);

function reviewOf([subject, verb, path, place]: Line) {
  const [resource = '', subresource] = path.replace(/\..*?(?=\/|$)/, '').split('/');
  const group = /\.([^/]*)/.exec(path)?.[1] ?? '';
  const namespace = place === '-' ? '' : place;
  const account = subject.includes(':') && !subject.startsWith('system:');
  return {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user: account ? `system:serviceaccount:${subject}` : 'somebody',
      groups: account
        ? ['system:serviceaccounts', `system:serviceaccounts:${subject.split(':')[0]}`, 'system:authenticated']
        : [subject, 'system:authenticated'],
      resourceAttributes: { verb, group, resource, subresource, namespace },
    },
  };
}

describeJudged('the API server, asked who may do what', noTestbed, () => {
  let controlPlane: ControlPlane;

  beforeAll(() => {
    controlPlane = new ControlPlane(TESTBED);
    controlPlane.start();
    const kinds = ['Namespace', 'ServiceAccount', 'Role', 'RoleBinding'];
    const objects = objectsBelow(join(PROJECT, 'dist')).filter(({ kind }) => kinds.includes(kind));
    expect(controlPlane.apply(objects.filter(({ kind }) => kind === 'Namespace')).errors).toBe('');
    expect(controlPlane.apply(objects).errors).toBe('');
  }, 120_000);
  afterAll(() => controlPlane.stop(), 30_000);

  /** The lines with its verdict on each. */
  function judged(lines: readonly Line[]): string[] {
    const answer = ['create', '-o', 'jsonpath={.status.allowed}{"\\n"}'];
    const { output, errors } = controlPlane.kubectl(answer, lines.map(reviewOf));
    expect(errors).toBe('');
    const verdicts = output.trim().split('\n');
    return lines.map((line, index) => `${verdicts[index]} ${line.join(' ')}`);
  }

  test.each([
    ['allows what is meant to be', ALLOWED, 'true', 20],
    ['denies all else', DENIED, 'false', 60],
  ])('%s', (_, table, verdict, least) => {
    const lines = linesOf(table);
    expect(lines.length).toBeGreaterThanOrEqual(least);
    expect(judged(lines)).toEqual(lines.map(line => `${verdict} ${line.join(' ')}`));
  });

  test('would show each of these rights to whom has it', () => {
    const lines = linesOf(DENIED).map(([, ...rest]) => ['system:masters', ...rest] as unknown as Line);
    expect(judged(lines)).toEqual(lines.map(line => `true ${line.join(' ')}`));
  });
});
