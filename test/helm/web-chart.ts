import { ApiObject } from 'cdk8s';
import { HelmChart } from '../../lib/helm/helm-chart';
import { jobValues, webValues } from './contracts';

/** A small chart that knows nothing of machine learning: everything that values can be, in plain objects of cdk8s. */
export const webChart = () =>
  new HelmChart({
    name: 'web',
    version: '1.2.0',
    appVersion: '4.5.6',
    description: 'A web server.',
    keywords: ['web'],
    artifactHub: { category: 'networking', license: 'Apache-2.0', changes: [{ kind: 'added', description: 'All.' }] },
    values: webValues,
    nameLength: 57,
    notes: 'Installed as {{ include "web.fullname" . }}.\n',
    ci: { busy: { replicas: 3, hosts: [{ name: 'a.example', paths: [{ path: '/', type: 'Prefix' }] }] } },
    build: (chart, values, release) => {
      const labels = { 'app.kubernetes.io/instance': release.fullname };
      const { repository, tag, pullPolicy } = values.image;
      const env = Object.entries(values.env).map(([name, value]) => ({ name, value }));
      new ApiObject(chart, 'deployment', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: release.fullname, labels: { ...labels, 'helm.sh/chart': release.chart } },
        spec: {
          replicas: values.replicas,
          selector: { matchLabels: labels },
          template: {
            metadata: {
              labels,
              annotations: { offset: `${values.offset}`, greeting: values.greeting },
            },
            spec: {
              containers: [
                {
                  name: 'web',
                  image: `${repository}:${tag || release.appVersion}`,
                  ...(pullPolicy && { imagePullPolicy: pullPolicy }),
                  args: values.args,
                  ...(env.length > 0 && { env }),
                  ports: [{ name: 'http', containerPort: values.port }],
                  ...(Object.keys(values.resources).length > 0 && { resources: values.resources }),
                },
              ],
              ...(values.tolerations.length > 0 && { tolerations: values.tolerations }),
            },
          },
        },
      });
      new ApiObject(chart, 'service', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: release.fullname, labels },
        spec: {
          selector: labels,
          ports: [{ name: 'http', port: 80, targetPort: 'http' }, ...(values.metrics.enabled ? [METRICS] : [])],
        },
      });
      if (Object.keys(values.data).length > 0) {
        const metadata = { name: `${release.fullname}-files`, labels };
        new ApiObject(chart, 'files', { apiVersion: 'v1', kind: 'ConfigMap', metadata, ...{ data: values.data } });
      }
      if (values.hosts.length > 0) {
        new ApiObject(chart, 'ingress', {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'Ingress',
          metadata: { name: release.fullname, labels },
          spec: {
            rules: values.hosts.map(({ name, paths }) => ({
              host: name,
              http: {
                paths: paths.map(({ path, type }) => ({
                  path,
                  pathType: type,
                  backend: { service: { name: release.fullname, port: { name: 'http' } } },
                })),
              },
            })),
          },
        });
      }
    },
  });

const METRICS = { name: 'metrics', port: 9090, targetPort: 9090 };

/** A chart that asks for a value and has a rule about two others. */
export const jobChart = () =>
  new HelmChart({
    name: 'job',
    version: '0.1.0',
    appVersion: '1.0.0',
    description: 'A bucket.',
    values: jobValues,
    ci: { minimal: { bucket: { name: 'data' } }, user: { bucket: { name: 'data' }, user: 'ann', secret: 'ann-key' } },
    build: (chart, { bucket, user, secret }, release) => {
      new ApiObject(chart, 'bucket', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: release.fullname },
        data: { bucket: bucket.name, ...(user && { user, secret }) },
      });
    },
  });
