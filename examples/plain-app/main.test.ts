import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { plainApp } from './main';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: any;
}

describe('the example of a plain App', () => {
  let folder: string;
  let objects: Manifest[];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'plain-app-'));
    plainApp(folder).synth();
    const text = readFileSync(join(folder, 'fraud.k8s.yaml'), 'utf8');
    objects = parseAllDocuments(text).map(document => document.toJS() as Manifest);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const find = (kind: string, name: string) =>
    objects.find(object => object.kind === kind && object.metadata.name === name)!;

  test('puts everything but the namespace itself into the namespace', () => {
    const outside = objects.filter(object => object.metadata.namespace !== 'fraud');
    expect(outside.map(object => object.kind)).toEqual(['Namespace']);
  });

  test('serves the version that is written in the program', () => {
    const [container] = find('Deployment', 'churn').spec.template.spec.containers;
    expect(container.args).toContain('--model-uri=models:/churn/7');
  });

  test('lets the model endpoint call its registry and nobody else', () => {
    const ports = find('NetworkPolicy', 'churn').spec.egress.flatMap((rule: any) =>
      rule.ports.map((port: any) => port.port),
    );
    expect(ports).toEqual([53, 53, 5000]);
  });

  test('keeps the addresses of the cluster out of what counts as the object store', () => {
    const rule = find('NetworkPolicy', 'mlflow').spec.egress.find((one: any) => one.to[0].ipBlock);
    expect(rule).toEqual({ to: [{ ipBlock: { cidr: '203.0.113.0/24' } }], ports: [{ port: 443, protocol: 'TCP' }] });
  });
});
