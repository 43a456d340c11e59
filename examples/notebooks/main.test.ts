import { expectReadmeQuoted, parsed, writtenFiles } from '../../test/example';
import { notebooks } from './main';

describe('the example of notebooks', () => {
  const files = writtenFiles('notebooks', notebooks);
  const team = (name: string) => {
    const objects = parsed(files[`dist/production/${name}.k8s.yaml`]!);
    const find = (kind: string, id: string) => objects.find(one => one.kind === kind && one.metadata.name === id);
    return { objects, find };
  };
  const [speech, demand] = [team('speech'), team('demand')];

  test.each([
    ['speech', speech, 'speech-production'],
    ['demand', demand, 'demand'],
  ])('gives team %s a store, an MLflow and notebooks of its own', (_, { objects, find }, namespace) => {
    const elsewhere = objects.filter(({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== namespace);
    expect(elsewhere).toEqual([]);
    expect(find('StatefulSet', 'store')).toBeDefined();
    expect(find('ConfigMap', 'workbench').data.MLFLOW_TRACKING_URI).toBe(`http://mlflow.${namespace}.svc:5000`);
  });

  test('lets notebooks call the MLflow and the model of their team, and nothing else', () => {
    const called = speech
      .find('NetworkPolicy', 'workbench')
      .spec.egress.map(({ to, ports }: any) => [
        to[0].podSelector?.matchLabels?.['app.kubernetes.io/instance'] ?? 'dns',
        ports[0].port,
      ]);
    expect(called).toEqual(
      expect.arrayContaining([
        ['mlflow', 5000],
        ['intent', 10000],
      ]),
    );
    expect(called.filter(([name]: [string]) => name !== 'dns')).toHaveLength(2);
    expect(JSON.stringify(speech.objects)).not.toContain('demand');
    expect(JSON.stringify(demand.objects)).not.toContain('speech');
  });

  test('starts a notebook for each person, with the volume and the credentials of the team', () => {
    const [ana, bo] = ['ana', 'bo'].map(name => speech.find('Deployment', `notebook-${name}`).spec);
    const { containers, volumes } = ana.template.spec;
    expect(volumes.map(({ name }: any) => name)).toEqual(expect.arrayContaining(['team', 'mlflow-credentials']));
    expect(containers[0].volumeMounts).toContainEqual({ name: 'team', mountPath: '/home/jovyan/team' });
    expect(ana.template.metadata.labels).toMatchObject(ana.selector.matchLabels);
    expect(bo.template.metadata.labels).not.toMatchObject(ana.selector.matchLabels);
  });

  test('gives notebooks of Kubeflow’s form the same', () => {
    const { volumes } = speech.find('PodDefault', 'workbench').spec;
    expect(volumes.map(({ name }: any) => name)).toEqual(['team', 'mlflow-credentials']);
  });

  test('guards the namespace of the Profile without declaring it', () => {
    expect(demand.find('NetworkPolicy', 'default-deny').metadata.namespace).toBe('demand');
    expect(demand.objects.filter(({ kind }) => kind === 'Namespace')).toEqual([]);
  });

  test('serves the version that is pinned for each team', () => {
    const served = ({ find }: typeof speech, name: string) =>
      find('Deployment', name).spec.template.spec.containers[0].args;
    expect(served(speech, 'intent')).toContain('--model-uri=models:/intent/2');
    expect(served(demand, 'sales')).toContain('--model-uri=models:/sales/1');
  });

  test('is what its page quotes', () => expectReadmeQuoted('notebooks'));
});
