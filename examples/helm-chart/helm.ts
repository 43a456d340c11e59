import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { z } from 'zod';
import { HelmChart } from '../../lib';

interface WebServerProps {
  readonly name: string;
  readonly replicas: number;
  readonly image: string;
  readonly host?: string;
}

/** A web server: a construct as one writes it, which knows nothing of Helm. */
class WebServer extends Construct {
  constructor(scope: Construct, id: string, { name, replicas, image, host }: WebServerProps) {
    super(scope, id);
    const { namespace } = Chart.of(this);
    const labels = { 'app.kubernetes.io/instance': name };
    new ApiObject(this, 'deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace, labels },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'web', image }] } },
      },
    });
    if (host !== undefined) {
      new ApiObject(this, 'ingress', {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name, namespace, labels },
        spec: { rules: [{ host }] },
      });
    }
  }
}

const values = z.strictObject({
  replicas: z.int().min(0).max(20).default(2).describe('Number of pods.'),
  tag: z.string().default('').describe('Tag of the image; the version of the app unless given.'),
  host: z.string().default('').describe('Host that leads to the server; none if empty.'),
});
const web = new HelmChart({
  name: 'web',
  version: '0.1.0',
  appVersion: '1.29.0',
  description: 'A web server.',
  values,
  build: (chart, { replicas, tag, host }, { fullname: name, appVersion }) =>
    new WebServer(chart, 'web', { name, replicas, image: `nginx:${tag || appVersion}`, host: host || undefined }),
});
export default [web];
