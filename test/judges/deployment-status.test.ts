import { App, Chart } from 'cdk8s';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ClusterNetwork, Peer, PromotionController, SecretSource } from '../../lib';
import { ArgoCd } from '../../lib/promotion/ports/argo-cd';
import { kubernetesReader, type KubernetesReader } from '../../lib/promotion/ports/kubernetes';
import { KubernetesDeployments } from '../../lib/promotion/ports/kubernetes-deployments';
import { COMMIT, DEPLOYMENT, itIsADeploymentStatus, PLACE, RULE, type Doing } from '../contracts/deployment-status';
import { ControlPlane } from './control-plane';
import { describeJudged } from './judge';
import type { Manifest } from './manifests';
import { noDefinitions, noTestbed, TESTBED } from './testbed';

jest.setTimeout(120_000);

const { namespace, name } = DEPLOYMENT;

/** Version 8, which no node takes unless it is to run. */
function deployment(doing: Doing): Manifest {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas: 2,
      progressDeadlineSeconds: doing === 'failed' ? 1 : 600,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: { ...labels, 'app.kubernetes.io/version': '8', doing } },
        spec: {
          ...(doing !== 'running' && { nodeSelector: { nobody: 'has-this' } }),
          containers: [{ name: 'model', image: 'registry.example.com/churn:8' }],
        },
      },
    },
  };
}

/** The objects with which controllers may read what is deployed. */
function controllers(): Manifest[] {
  const app = new App();
  new ClusterNetwork(app, { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], nodes: ['10.250.0.0/24'] });
  const chart = new Chart(app, 'platform', { namespace: 'platform' });
  const host = (port: number) => Peer.hosts({ cidrs: ['203.0.113.7/32'], ports: [port] });
  const credentials = SecretSource.existing('credentials');
  const props = {
    image: 'registry.example.com/ml/mlops:1.0.0',
    repository: { url: 'https://git.example.com/ml/platform.git', credentials, peer: host(443) },
    registries: { mlflow: { peer: host(5000), credentials } },
  };
  new PromotionController(chart, 'of-cluster', {
    ...props,
    deployments: { named: { [namespace]: [name] }, apiServer: host(6443) },
  });
  new PromotionController(chart, 'of-argo', { ...props, argoCd: { namespace: 'argocd', apiServer: host(6443) } });
  const kinds = ['ServiceAccount', 'Role', 'RoleBinding'];
  return (chart.toJson() as Manifest[]).filter(({ kind }) => kinds.includes(kind));
}

describeJudged('a cluster that is asked what is deployed', noTestbed ?? noDefinitions, () => {
  const folder = mkdtempSync(join(tmpdir(), 'deployment-status-'));
  let cluster: ControlPlane;
  beforeAll(() => {
    cluster = new ControlPlane(TESTBED);
    cluster.start(1);
    cluster.define(file => file.startsWith('applications.argoproj.io'));
    const namespaces = [namespace, 'argocd', 'platform'].map(
      one => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: one } }) as Manifest,
    );
    expect(cluster.apply([...namespaces, ...controllers()]).errors).toBe('');
  });
  afterAll(() => {
    cluster?.stop();
    rmSync(folder, { recursive: true });
  });

  /** Reads as the pods of a controller do. */
  function readAs(account: string, port?: string): KubernetesReader {
    const own = join(folder, account);
    if (!existsSync(own)) {
      mkdirSync(own);
      const authority = ['configmap', 'kube-root-ca.crt', '--namespace=platform', '-o=jsonpath={.data.ca\\.crt}'];
      writeFileSync(join(own, 'ca.crt'), cluster.kubectl(['get', ...authority]).output);
      writeFileSync(join(own, 'token'), cluster.kubectl(['create', 'token', account, '--namespace=platform']).output);
    }
    const server = ['config', 'view', '--raw', '-o=jsonpath={.clusters[0].cluster.server}'];
    const url = new URL(cluster.kubectl(server).output);
    Object.assign(process.env, { KUBERNETES_SERVICE_HOST: url.hostname, KUBERNETES_SERVICE_PORT: port ?? url.port });
    return kubernetesReader(own);
  }

  describe('for a Deployment', () => {
    itIsADeploymentStatus(() => ({
      status: new KubernetesDeployments(readAs('of-cluster')),
      unreachable: new KubernetesDeployments(readAs('of-cluster', '1')),
      runs: { version: 8 },
      be: async doing => {
        expect(cluster.apply([deployment(doing)], '--force-conflicts').errors).toBe('');
        const format = '-o=jsonpath={.status.availableReplicas} {.status.replicas} {.status.conditions[*].reason}';
        const reached = {
          begun: /^ ?2/,
          running: /^2 2 /,
          failed: /ProgressDeadlineExceeded/,
        }[doing];
        const seen = () => cluster.kubectl(['get', 'deployment', name, `--namespace=${namespace}`, format]).output;
        for (let left = 60; !reached.test(seen()); left--) {
          expect(left).toBeGreaterThan(0);
          await pause(500);
        }
      },
    }));
  });

  describe('for Argo CD’s application', () => {
    itIsADeploymentStatus(() => ({
      status: new ArgoCd(readAs('of-argo')),
      unreachable: new ArgoCd(readAs('of-argo', '1')),
      runs: { commit: COMMIT },
      be: async doing => {
        const health = { begun: 'Progressing', running: 'Healthy', failed: 'Degraded' }[doing];
        const application = {
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'Application',
          metadata: { name: 'production-fraud', namespace: 'argocd' },
          spec: { project: 'fraud', destination: {}, source: { repoURL: 'https://git.example.com/a.git' } },
          status: {
            sync: { status: 'Synced', revision: COMMIT },
            health: { status: health, message: 'two\nlines' },
          },
        };
        expect(cluster.apply([application as Manifest]).errors).toBe('');
      },
    }));
  });

  describe('by a controller that may read one Deployment', () => {
    it('says nothing of another one', async () => {
      const other = { ...RULE, deployment: '$team-$environment/other' };
      await expect(new KubernetesDeployments(readAs('of-cluster')).status(PLACE, other)).rejects.toMatchObject({
        fault: 'denied',
        message: `the Kubernetes API: it answers 403 to GET /apis/apps/v1/namespaces/${namespace}/deployments/other; let the controller read that object`,
      });
    });

    it.each([
      ['get', `deployments/${name}`, namespace, 'yes'],
      ['get', 'deployments/other', namespace, 'no'],
      ['get', `deployments/${name}`, 'platform', 'no'],
      ['list', 'deployments', namespace, 'no'],
      ['watch', `deployments/${name}`, namespace, 'no'],
      ['patch', `deployments/${name}`, namespace, 'no'],
      ['delete', `deployments/${name}`, namespace, 'no'],
      ['get', 'secrets', namespace, 'no'],
      ['list', 'pods', namespace, 'no'],
    ])('may %s %s in %s: %s', (verb, what, where, verdict) => {
      const as = '--as=system:serviceaccount:platform:of-cluster';
      const { output } = cluster.kubectl(['auth', 'can-i', verb, what, `--namespace=${where}`, as]);
      expect(output.trim()).toBe(verdict);
    });
  });
});
