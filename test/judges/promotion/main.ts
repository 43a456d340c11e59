/** A `main.ts` of one team in one environment, whose manifest names the version of each model. */
export function mainOf(library: string, models: readonly string[], more = ''): string {
  const declared = models.map(
    model => `
  new ModelApi(team, '${model}', {
    model: team.pinned('${model}'),
    source: ModelSource.objectStore(store.bucket('models')),
    runtime: ModelRuntime.container({ image: 'registry.example.com/${model}:1.0.0' }),
    auth: ApiAuth.apiKeys(SecretSource.existing('clients'), { clients: ['web'] }),
  });`,
  );
  return `${more}
import { ApiAuth, ExternalObjectStore, ModelApi, ModelRuntime, ModelSource, Peer, Platform, SecretSource } from ${JSON.stringify(library)};

const platform = new Platform({ name: 'ml' });
const [environment] = platform.environments({ production: {} });
environment.team('fraud', { quota: { cpu: '8', memory: '24Gi' } }, team => {
  const store = new ExternalObjectStore(team, 'store', {
    endpoint: 'http://s3.storage.svc:7070',
    peer: Peer.pods({ namespace: 'storage', labels: { app: 's3' }, ports: [7070] }),
    credentials: SecretSource.existing('s3'),
  });${declared.join('')}
});
export default platform;
`;
}
