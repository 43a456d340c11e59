import { Database, Minio, Peer, PostgresCluster, SeaweedFs, TeamNamespace, Workbench } from '../../lib';
import { chartIn } from '../support';
import { serverIn } from './mlflow-parts';

const OPTIONS = 'argocd.argoproj.io/sync-options';

function everythingThatHoldsData(): any[] {
  const chart = chartIn('fraud');
  const image = 'registry.example.com/store:1.0.0';
  new TeamNamespace(chart, 'team', { quota: { cpu: '8', memory: '16Gi' } });
  new PostgresCluster(chart, 'db', { image, apiServer: Peer.pods({ namespace: 'kube-system', ports: [6443] }) });
  new Workbench(chart, 'workbench');
  new Minio(chart, 'minio', { size: '1Gi', image, clientImage: image });
  new SeaweedFs(chart, 'seaweed', { size: '1Gi', image });
  serverIn(chart, { database: Database.sqlite() });
  return chart.toJson();
}

describe('the removal of a declaration', () => {
  it('waits for a person wherever data would go with the object', () => {
    const objects = everythingThatHoldsData().filter(({ kind }) =>
      ['Namespace', 'PersistentVolumeClaim', 'Cluster'].includes(kind),
    );
    expect(objects.map(({ kind, metadata }) => [kind, metadata.name, metadata.annotations?.[OPTIONS]])).toEqual(
      [
        ['Namespace', 'fraud'],
        ['Cluster', 'db'],
        ['PersistentVolumeClaim', 'workbench'],
        ['PersistentVolumeClaim', 'mlflow'],
      ].map(object => [...object, 'Prune=confirm,Delete=confirm']),
    );
  });

  it('leaves the volumes of a StatefulSet, which Kubernetes keeps unless told otherwise', () => {
    const sets = everythingThatHoldsData().filter(({ kind }) => kind === 'StatefulSet');
    expect(sets.map(({ metadata, spec }) => [metadata.name, spec.persistentVolumeClaimRetentionPolicy])).toEqual([
      ['minio', undefined],
      ['seaweed', undefined],
    ]);
  });
});
