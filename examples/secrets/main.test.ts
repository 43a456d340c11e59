import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { secretsPlatform } from './main';

describe('the example of Secrets', () => {
  let folder: string;
  let objects: any[];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'secrets-example-'));
    cpSync(join(__dirname, 'secrets'), join(folder, 'secrets'), { recursive: true });
    secretsPlatform(folder).synth();
    const text = readFileSync(join(folder, 'dist/staging/fraud.k8s.yaml'), 'utf8');
    objects = parseAllDocuments(text).map(document => document.toJS());
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has no Secret in its manifests', () => {
    expect(objects.map(({ kind }) => kind)).not.toContain('Secret');
  });

  it('composes the connection from two values of the vault', () => {
    const { spec } = objects.find(({ kind }) => kind === 'ExternalSecret');
    expect(spec.data.map(({ secretKey }: any) => secretKey)).toEqual(['user', 'password']);
    expect(spec.target.template.data['pg_service.conf']).toContain('password={{ .password }}');
  });

  it('keeps the template of the S3 credentials in the repository as synthesis writes it', () => {
    const file = 'secrets/staging/fraud/s3.yaml';
    expect(readFileSync(join(folder, file), 'utf8')).toBe(readFileSync(join(__dirname, file), 'utf8'));
  });
});
