import { z } from 'zod';
import { SecretSource } from '../constructs/secret-source';
import type { TeamSubject } from '../constructs/team-access';
import { TeamNamespace } from '../constructs/team-namespace';
import { HelmChart } from '../helm/helm-chart';
import { opaqueMap } from '../helm/values/opaque';
import { ABOUT, onArtifactHub } from './about';
import { decorate, decorationValues } from './decoration-values';
import { addHelmAnnotations } from './helm-annotations';
import { dnsValues, useDns } from './network-values';
import { CPU, DNS_NAME, MEMORY } from './patterns';
import { TEAM_NAMESPACE_CI } from './team-namespace-ci';
import { TEAM_NAMESPACE_NOTES } from './team-namespace-notes';
import { areUnique, uniqueRule } from './unique-names';

const people = (what: string) =>
  z
    .array(
      z.strictObject({
        kind: z.enum(['Group', 'User']).describe('Whether the name is that of a group or of a person'),
        name: z
          .string()
          .regex(/^(oidc:)?[A-Za-z0-9@._/-]{1,200}$/)
          .describe("Name, as the cluster's identity provider has it"),
      }),
    )
    .default([])
    .describe(what);

const count = (resource: string, most: number) => z.int().min(0).max(100_000).default(most).describe(`Most ${resource}`);

const values = z
  .strictObject({
  namespace: z
    .strictObject({
      create: z
        .boolean()
        .default(false)
        .describe(
          'Whether the namespace is part of the chart, with its labels: `helm install --take-ownership` into one that is there, without `--create-namespace`',
        ),
    })
    .prefault({})
    .describe("The release's namespace, which becomes the team's"),
  podSecurityVersion: z
    .string()
    .regex(/^v1\.[3-9][0-9]$/)
    .default('v1.33')
    .describe('Version of the Pod Security Standards that the namespace holds pods to, if the chart makes it'),
  owners: people('Who may hand in secrets and restart pods'),
  members: people('Who may see what runs'),
  quota: z
    .strictObject({
      cpu: z.string().regex(CPU).default('8').describe('Sum of all CPU requests'),
      memory: z.string().regex(MEMORY).default('32Gi').describe('Sum of all memory requests, and of all memory limits'),
      storage: z.string().regex(MEMORY).default('100Gi').describe('Sum of all storage that is claimed'),
      gpus: count('GPUs that are requested', 0),
      gpuResource: z
        .string()
        .regex(/^[a-z0-9]([-a-z0-9.]{0,100}[a-z0-9])?\/[a-z0-9]([-a-z0-9.]{0,50}[a-z0-9])?$/)
        .default('nvidia.com/gpu')
        .describe('Extended resource that a GPU is'),
      pods: count('pods', 100),
      services: count('Services', 50),
      loadBalancers: count('Services with a load balancer', 0),
      nodePorts: count('Services with a node port', 0),
      volumeClaims: count('volume claims', 20),
      secrets: count('Secrets', 100),
      configMaps: count('ConfigMaps', 100),
      jobs: count('Jobs', 100),
    })
    .prefault({})
    .describe('What all pods of the team may use at once'),
  containerDefaults: z
    .strictObject({
      requests: opaqueMap('What is set aside, instead of 100m CPU, 128Mi memory and 64Mi disk'),
      limits: opaqueMap('Most that is given, instead of 500m CPU, 512Mi memory and 1Gi disk'),
    })
    .prefault({})
    .describe('What a container gets that states nothing'),
    defaultAccount: z
      .strictObject({
        manage: z
          .boolean()
          .default(false)
          .describe(
            'Whether the chart takes the account over, which is there in every namespace: `helm install --take-ownership`',
          ),
        imagePullSecrets: z
          .array(z.string().regex(DNS_NAME))
          .default([])
          .describe('Secrets of the type `kubernetes.io/dockerconfigjson` with which its pods get their images'),
      })
      .prefault({})
      .describe('The account `default` of pods that name none; one that the chart manages has no token'),
  dns: dnsValues,
  ...decorationValues,
})
  .refine(({ defaultAccount }) => areUnique(defaultAccount.imagePullSecrets), 'a Secret is named twice')
  .meta({ allOf: [uniqueRule('defaultAccount', 'imagePullSecrets')] });

/** A team's namespace: closed to other teams, limited, and open to its people. */
export const teamNamespaceChart = new HelmChart({
  ...ABOUT,
  ...onArtifactHub('security', 'docs/team-namespace.md'),
  name: 'team-namespace',
  description: "A team's namespace: closed to every other team, limited, and open to the team's people",
  keywords: ['namespace', 'multi-tenancy', 'quota', 'network-policy', 'mlops'],
  prerequisites: ['A network plugin that enforces NetworkPolicies'],
  notes: TEAM_NAMESPACE_NOTES,
  ci: TEAM_NAMESPACE_CI,
  values,
  build(chart, { namespace, dns, quota, ...given }, release) {
    useDns(chart, dns);
    const team = new TeamNamespace(chart, 'namespace', {
      name: release.namespace,
      adopt: !namespace.create,
      podSecurityVersion: given.podSecurityVersion,
      owners: given.owners.map(subjectOf),
      members: given.members.map(subjectOf),
      imagePullSecrets: given.defaultAccount.imagePullSecrets.map(name => SecretSource.existing(name)),
      quota: {
        cpu: quota.cpu,
        memory: quota.memory,
        storage: quota.storage,
        gpus: quota.gpus,
        gpuResource: quota.gpuResource,
        objects: {
          pods: quota.pods,
          services: quota.services,
          'services.loadbalancers': quota.loadBalancers,
          'services.nodeports': quota.nodePorts,
          persistentvolumeclaims: quota.volumeClaims,
          secrets: quota.secrets,
          configmaps: quota.configMaps,
          'count/jobs.batch': quota.jobs,
        },
      },
    });
    if (!given.defaultAccount.manage) {
      team.node.tryRemoveChild(team.defaultAccount.node.id);
    }
    setDefaults(team.limits, given.containerDefaults);
    addHelmAnnotations(chart);
    decorate(chart, given, release);
  },
});

const subjectOf = ({ kind, name }: { kind: 'Group' | 'User'; name: string }): TeamSubject =>
  kind === 'User' ? { user: name } : { group: name };

/** Kubernetes itself judges them. */
function setDefaults(
  { body }: TeamNamespace['limits'],
  { requests, limits }: { readonly requests: object; readonly limits: object },
): void {
  const [container] = body.spec!.limits;
  Object.assign(
    container!,
    Object.keys(requests).length > 0 && { defaultRequest: requests },
    Object.keys(limits).length > 0 && { default: limits },
  );
}
