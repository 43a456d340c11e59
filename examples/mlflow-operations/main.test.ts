import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { mlflowOperations } from './main';

describe('the example of MLflow in operation', () => {
  let folder: string;
  let objects: any[];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mlflow-operations-'));
    mlflowOperations(folder).synth();
    objects = parseAllDocuments(readFileSync(join(folder, 'fraud.k8s.yaml'), 'utf8')).map(document => document.toJS());
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const names = (kind: string) =>
    objects
      .filter(object => object.kind === kind)
      .map(object => object.metadata.name)
      .sort();

  test('runs what the page says', () => {
    expect(names('Cluster')).toEqual(['db']);
    expect(names('Deployment')).toEqual(['mlflow']);
    expect(names('Job')).toEqual(['backup-restore', 'users']);
    expect(names('CronJob')).toEqual(['backup', 'backup-drill', 'gc']);
  });

  test('gives each kind of pod a policy of its own, with a way to the database for those that need it', () => {
    const callers = objects
      .filter(
        ({ kind, spec }) => kind === 'NetworkPolicy' && JSON.stringify(spec.egress).includes('"cnpg.io/cluster":"db"'),
      )
      .map(({ metadata }) => metadata.name);
    expect(callers.sort()).toEqual(['backup', 'backup-restore', 'db', 'gc', 'mlflow']);
  });
});
