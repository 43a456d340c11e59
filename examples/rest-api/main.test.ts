import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectReadmeQuoted, parsed, writtenFiles } from '../../test/example';
import { restApi } from './main';

describe('the example of a REST API', () => {
  const files = writtenFiles('rest-api', restApi);
  const objects = parsed(files['dist/staging/credit.k8s.yaml']!);
  const find = (kind: string, name: string) => objects.find(one => one.kind === kind && one.metadata.name === name);
  const { containers, volumes } = find('Deployment', 'risk').spec.template.spec;
  const variables = Object.fromEntries(containers[0].env.map(({ name, value }: any) => [name, value]));

  test('tells the API which version to load, and where from', () => {
    expect(variables).toMatchObject({
      MLFLOW_TRACKING_URI: 'http://mlflow.credit-staging.svc:5000',
      MODEL_NAME: 'risk',
      MODEL_VERSION: '1',
      MODEL_URI: 'models:/risk/1',
      MLFLOW_S3_ENDPOINT_URL: 'http://s3.storage.svc:7070',
      AWS_SHARED_CREDENTIALS_FILE: '/etc/s3/credentials',
    });
  });

  test('tells it nothing that its page does not list', () => {
    const page = readFileSync(join(__dirname, 'README.md'), 'utf8');
    expect(Object.keys(variables).filter(name => !page.includes(`\`${name}\``))).toEqual([]);
    const mounts = containers[0].volumeMounts.filter(({ readOnly }: any) => readOnly);
    expect(mounts.filter(({ mountPath }: any) => !page.includes(`\`${mountPath}/credentials\``))).toEqual([]);
  });

  test('gives it credentials that may read, as files, and MLflow those that may write', () => {
    const secrets = (list: any[]) => list.flatMap(({ secret }) => secret?.secretName ?? []).sort();
    expect(secrets(volumes)).toEqual(['mlflow-auth', 'risk-clients', 's3-read']);
    expect(secrets(find('Deployment', 'mlflow').spec.template.spec.volumes)).toEqual(['mlflow-auth', 's3']);
    expect(containers[0].env.filter(({ valueFrom }: any) => valueFrom)).toEqual([]);
  });

  test('opens it a way to the registry and to the bucket, and to nothing else', () => {
    const ports = find('NetworkPolicy', 'risk').spec.egress.flatMap((rule: any) =>
      rule.ports.map(({ port }: any) => port),
    );
    expect(ports).toEqual([53, 53, 5000, 7070]);
  });

  test('has no Secret among what Argo CD tracks, and a template of each outside', () => {
    expect(objects.map(({ kind }) => kind)).not.toContain('Secret');
    const templates = Object.keys(files).filter(file => file.startsWith('secrets/'));
    expect(templates.sort()).toEqual(
      ['mlflow-auth', 'risk-clients', 's3-read', 's3'].map(name => `secrets/staging/credit/${name}.yaml`),
    );
    for (const file of templates) {
      expect(readFileSync(join(__dirname, file), 'utf8')).toBe(files[file]);
    }
  });

  test('is synced by an Argo CD application that heals and prunes', () => {
    const application = parsed(files['dist/argocd/staging.k8s.yaml']!).find(
      ({ kind, metadata }) => kind === 'Application' && metadata.name === 'staging-credit',
    );
    expect(application.spec).toMatchObject({
      source: { path: 'dist/staging', directory: { include: 'credit.k8s.yaml' } },
      destination: { namespace: 'credit-staging' },
      syncPolicy: { automated: { prune: true, selfHeal: true } },
    });
  });

  test('is what its page quotes', () => expectReadmeQuoted('rest-api'));
});
