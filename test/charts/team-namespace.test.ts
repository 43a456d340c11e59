import { teamNamespaceChart } from '../../lib/charts/team-namespace';
import type { Values } from '../../lib/helm/values/samples';
import { expectRefusal } from '../support';
import { Built, refusal } from './built';

const built = (values: Values = {}) => new Built(teamNamespaceChart, values);

describe('the chart team-namespace', () => {
  it('closes and limits the namespace of the release', () => {
    const release = built();
    expect(release.of('Namespace')).toEqual([]);
    expect(release.of('NetworkPolicy')).toEqual(['default-deny', 'allow-dns']);
    expect(release.find('ResourceQuota/team').spec.hard).toMatchObject({
      'requests.cpu': '8',
      'limits.memory': '32Gi',
      'requests.nvidia.com/gpu': '0',
      'services.loadbalancers': '0',
    });
    expect(release.of('ServiceAccount')).toEqual([]);
  });

  it('makes the namespace if asked to, and leaves it when the release goes', () => {
    const release = built({ namespace: { create: true }, podSecurityVersion: 'v1.34' });
    expect(release.find('Namespace/fraud').metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/enforce-version': 'v1.34',
    });
    expect(release.find('Namespace/fraud').metadata.annotations).toMatchObject({ 'helm.sh/resource-policy': 'keep' });
    expect(release.find('ResourceQuota/team').metadata.annotations).not.toHaveProperty(['helm.sh/resource-policy']);
  });

  it('is open to the people of the team', () => {
    const subjects = (release: Built) => release.all.flatMap(object => object.subjects ?? []).map(({ name }) => name);
    expect(subjects(built())).toEqual([]);
    const release = built({
      owners: [{ kind: 'User', name: 'ann@example.com' }],
      members: [{ kind: 'Group', name: 'oidc:fraud' }],
    });
    expect(subjects(release)).toEqual(expect.arrayContaining(['ann@example.com', 'oidc:fraud']));
    expect(JSON.stringify(release.all)).toContain('"kind":"User","name":"ann@example.com"');
  });

  it('has the quota and the defaults that it is given', () => {
    const quota = {
      cpu: '500m',
      memory: '1Gi',
      storage: '2Gi',
      gpus: 3,
      gpuResource: 'amd.com/gpu',
      pods: 4,
      services: 5,
      loadBalancers: 6,
      nodePorts: 7,
      volumeClaims: 8,
      secrets: 9,
      configMaps: 10,
      jobs: 11,
    };
    const containerDefaults = { requests: { cpu: '10m' }, limits: { memory: '1Gi' } };
    const release = built({ quota, containerDefaults });
    expect(release.find('ResourceQuota/team').spec.hard).toEqual({
      'requests.cpu': '500m',
      'requests.memory': '1Gi',
      'limits.memory': '1Gi',
      'requests.amd.com/gpu': '3',
      'requests.storage': '2Gi',
      pods: '4',
      services: '5',
      'services.loadbalancers': '6',
      'services.nodeports': '7',
      persistentvolumeclaims: '8',
      secrets: '9',
      configmaps: '10',
      'count/jobs.batch': '11',
    });
    expect(release.find('LimitRange/containers').spec.limits[0]).toMatchObject({
      defaultRequest: { cpu: '10m' },
      default: { memory: '1Gi' },
    });
  });

  it('takes the account of pods that name none over, if asked to', () => {
    const release = built({ defaultAccount: { manage: true, imagePullSecrets: ['registry'] } });
    expect(release.find('ServiceAccount/default')).toMatchObject({
      automountServiceAccountToken: false,
      imagePullSecrets: [{ name: 'registry' }],
    });
  });

  it('says who answers for names, and has labels and annotations of the user’s', () => {
    const release = built({
      dns: { port: 5353 },
      commonLabels: { team: 'fraud' },
      commonAnnotations: { 'example.com/owner': 'ann' },
    });
    expect(release.find('NetworkPolicy/allow-dns').spec.egress[0].ports[0].port).toBe(5353);
    for (const { metadata } of release.all) {
      expect(metadata.labels).toMatchObject({ team: 'fraud' });
      expect(metadata.annotations).toMatchObject({ 'example.com/owner': 'ann' });
    }
  });

  it.each<[Values, string]>([
    [{ defaultAccount: { imagePullSecrets: ['a', 'a'] } }, 'values: a Secret is named twice'],
    [{ quota: { pods: -1 } }, 'values.quota.pods: Too small: expected number to be >=0'],
    [{ owners: [{ kind: 'Robot', name: 'a' }] }, 'values.owners.0.kind: Invalid option: expected one of "Group"|"User"'],
  ])('refuses %j', (values, reason) => {
    expectRefusal(() => built(values), refusal(teamNamespaceChart, reason));
  });
});
