import type { Values } from '../helm/values/samples';

/** Values with which the chart team-namespace is tried; together they have every kind of it. */
export const TEAM_NAMESPACE_CI: Readonly<Record<string, Values>> = {
  adopted: {
    owners: [
      { kind: 'Group', name: 'oidc:fraud-leads' },
      { kind: 'User', name: 'ann@example.com' },
    ],
    members: [{ kind: 'Group', name: 'oidc:fraud' }],
    quota: { cpu: '20', memory: '64Gi', storage: '1Ti', gpus: 2, pods: 200 },
    commonLabels: { 'cost-centre': 'fraud' },
  },
  created: {
    namespace: { create: true },
    podSecurityVersion: 'v1.34',
    quota: { gpus: 1, gpuResource: 'amd.com/gpu', loadBalancers: 1 },
    containerDefaults: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
    defaultAccount: { manage: true, imagePullSecrets: ['registry'] },
    dns: { port: 5353, nodeLocal: '169.254.20.10' },
    commonAnnotations: { 'example.com/owner': 'platform' },
  },
};
