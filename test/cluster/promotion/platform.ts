/** What differs from one run to another. */
export interface Names {
  /** The repository, as Argo CD clones it. */
  readonly repository: string;
  /** The registry. */
  readonly mlflow: string;
  readonly busybox: string;
  readonly envoy: string;
  /** Namespace of who calls the models. */
  readonly callers: string;
}

/**
 * A team in two environments. Production is Argo CD's; staging is for people who change a cluster directly, and has a
 * route. In place of a model runs a program that answers with the version that it was told to serve.
 */
export const platformFiles = ({ repository, mlflow, busybox, envoy, callers }: Names): Record<string, string> => ({
  'main.ts': `
import { JsonPatch } from 'cdk8s';
import { ApiAuth, Exposure, ModelApi, ModelRuntime, Peer, Platform, SecretSource } from 'cdk8s-mlops';

const platform = new Platform({ name: 'ml', gitOps: { repoUrl: '${repository}' } });
const peer = Peer.pods({ namespace: '${callers}' });
const route = Exposure.ingress({
  className: 'haproxy', host: 'churn.example.com', certificate: SecretSource.existing('tls'), peer,
});
const program = 'cd /tmp && echo "$MODEL_NAME $MODEL_VERSION" > index.html && touch ready health && exec httpd -f -p 8080';
for (const environment of platform.environments({ staging: {}, production: {} })) {
  environment.team('fraud', { quota: { cpu: '4', memory: '4Gi' } }, team => {
    const churn = new ModelApi(team, 'churn', {
      model: team.pinned('churn'),
      replicas: 1,
      runtime: ModelRuntime.container({ image: '${busybox}', args: ['sh', '-c', program] }),
      resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '500m', memory: '64Mi' } },
      proxy: { image: '${envoy}' },
      auth: ApiAuth.apiKeys(SecretSource.existing('churn-clients'), { clients: ['web'] }),
      exposure: environment.name === 'staging' ? route : undefined,
    });
    churn.allowFrom(peer);
    // The images of the test need not be in a registry.
    for (const container of ['initContainers/0', 'containers/0']) {
      churn.deployment.addJsonPatch(
        JsonPatch.replace('/spec/template/spec/' + container + '/imagePullPolicy', 'IfNotPresent'),
      );
    }
  });
}
export default platform;
`,
  'promotion.yaml': `registries:
  mlflow: { url: ${mlflow} }
environments:
  staging: { alias: candidate }
  production: { alias: champion, gates: { tags: { validated: 'yes' } } }
teams:
  fraud: { registry: mlflow }
`,
  'environments/staging/fraud.yaml': PINS,
  'environments/production/fraud.yaml': PINS,
  '.gitignore': 'node_modules\n',
});

const PINS = 'models:\n  churn:\n    version: 1\n';
