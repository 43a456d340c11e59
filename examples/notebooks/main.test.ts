import { expectQuoted, written } from '../../test/example';
import { notebooks } from './main';

describe('the example of notebooks', () => {
  const objects = written(notebooks);
  const find = (kind: string, name: string) => objects.find(one => one.kind === kind && one.metadata.name === name);

  test('guards the namespace of the Profile without declaring it', () => {
    expect(find('NetworkPolicy', 'default-deny').metadata.namespace).toBe('vision');
    expect(objects.filter(({ kind }) => kind === 'Namespace')).toEqual([]);
  });

  test('gives the notebook of its own the volume and the credentials', () => {
    const { containers, volumes } = find('Notebook', 'ana').spec.template.spec;
    expect(volumes.map(({ name }: any) => name)).toEqual(expect.arrayContaining(['team', 'mlflow-credentials']));
    expect(containers[0].env).toContainEqual({ name: 'MLFLOW_TRACKING_URI', value: 'http://mlflow.vision.svc:5000' });
  });

  test('gives notebooks of Kubeflow’s form the same', () => {
    const { volumes } = find('PodDefault', 'workbench').spec;
    expect(volumes.map(({ name }: any) => name)).toEqual(['team', 'mlflow-credentials']);
    expect(find('ConfigMap', 'workbench').data.MLFLOW_TRACKING_URI).toBe('http://mlflow.vision.svc:5000');
  });

  test('is what the page quotes', () => expectQuoted('notebooks.md', 'notebooks'));
});
