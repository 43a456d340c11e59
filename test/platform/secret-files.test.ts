import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Platform, SecretTemplate, SopsSecret, type SynthSummary, type Team } from '../../lib';
import { expectRefusal } from '../support';

const needed = { 'flask-secret-key': { how: 'openssl rand -hex 32', example: '<random>' } };
const encrypted = readFileSync(join(__dirname, '../golden/secret.sops.yaml'), 'utf8');

describe('the files of Secrets that somebody applies', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'secrets-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const platform = (declare: (team: Team) => void) => {
    const made = new Platform({
      name: 'ml',
      outdir: join(folder, 'dist'),
      pins: join(folder, 'environments'),
      secrets: join(folder, 'secrets'),
    });
    for (const environment of made.environments({ staging: {} })) {
      environment.team('fraud', { quota: { cpu: '1', memory: '1Gi' } }, declare);
    }
    return made;
  };

  describe('a template', () => {
    const file = 'secrets/staging/fraud/auth.yaml';
    const synth = (keys = needed): SynthSummary => platform(team => new SecretTemplate(team, 'auth', { keys })).synth();
    const more = { ...needed, reader: { how: 'a user', example: '<user>' } };

    it('lies beside the manifests, in which nothing tells of it', () => {
      const { templates, written } = synth();
      expect(templates).toEqual({ written: [join(folder, file)], outdated: [] });
      expect(read(file)).toMatch(/^# template [0-9a-f]{16}: replaced by synthesis until something below is changed\n/);
      expect(read(file)).toContain('  # openssl rand -hex 32\n  flask-secret-key: <random>\n');
      expect(written).toEqual(['staging/fraud.k8s.yaml']);
      expect(read('dist/staging/fraud.k8s.yaml')).not.toMatch(/kind: Secret\b|auth/);
    });

    it('is written once, and again when it changes', () => {
      synth();
      expect(synth().templates).toEqual({ written: [], outdated: [] });
      expect(synth(more).templates).toEqual({ written: [join(folder, file)], outdated: [] });
      expect(read(file)).toContain('reader: <user>');
    });

    it('is replaced where Git gave its lines other ends', () => {
      synth();
      write(file, read(file).replaceAll('\n', '\r\n'));
      expect(synth(more).templates?.written).toEqual([join(folder, file)]);
    });

    it('is left alone once it is filled in, and named when the template has changed since', () => {
      synth();
      const filled = read(file).replace('<random>', 'b1946ac9');
      write(file, filled);
      expect(synth().templates).toEqual({ written: [], outdated: [] });
      expect(synth(more).templates).toEqual({ written: [], outdated: [join(folder, file)] });
      expect(read(file)).toBe(filled);
    });

    test.each([
      ['that somebody else wrote', 'kind: Secret\n'],
      ['whose first line was taken from a template', `# template ${'0'.repeat(16)}: x\nkind: Secret\n`],
      ['that is empty', ''],
    ])('never replaces a file %s', (_, text) => {
      write(file, text);
      expect(synth().templates).toEqual({ written: [], outdated: [join(folder, file)] });
      expect(read(file)).toBe(text);
    });

    it('is not written if anything is wrong', () => {
      const wrong = platform(team => {
        new SecretTemplate(team, 'auth', { keys: needed });
        new SecretTemplate(team, 'unused');
      });
      expect(() => wrong.synth()).toThrow('nobody uses the Secret "unused"');
      expect(existsSync(join(folder, file))).toBe(false);
    });

    it('leaves no trace in the summary of a platform without one', () => {
      expect(platform(() => undefined).synth()).not.toHaveProperty('templates');
      expect(existsSync(join(folder, 'secrets'))).toBe(false);
    });
  });

  describe('an encrypted file', () => {
    const file = 'secrets/staging/fraud/mlflow-auth.sops.yaml';
    const sops = (keys = needed, given?: string) =>
      platform(team =>
        new SopsSecret(team, 'mlflow-auth', { file: given && join(folder, given) }).mustHave(team, keys),
      );

    it('is looked at and never copied', () => {
      write(file, encrypted);
      expect(sops().synth().written).toEqual(['staging/fraud.k8s.yaml']);
      expect(read('dist/staging/fraud.k8s.yaml')).not.toContain('ENC[');
    });

    it('may lie elsewhere', () => {
      write('vault/auth.yaml', encrypted);
      expect(() => sops(needed, 'vault/auth.yaml').synth()).not.toThrow();
    });

    it('is missed with the list of its keys', () => {
      expectRefusal(
        () => sops().synth(),
        `[${join(folder, file)}] the file does not exist, which staging/fraud/mlflow-auth needs; ` +
          'write the Secret "mlflow-auth" of namespace "fraud-staging" and encrypt it; its keys:' +
          '\n  flask-secret-key: openssl rand -hex 32',
      );
    });

    it('stops everything before anything is written as long as a value is in clear', () => {
      write(file, encrypted.replace('sops:\n', '    reader: hunter2\nsops:\n'));
      expect(() => sops().synth()).toThrow('mlflow-auth.sops.yaml:9] the value of "reader" is not encrypted');
      expect(existsSync(join(folder, 'dist/staging'))).toBe(false);
    });

    it('is compared with what its consumers need', () => {
      write(file, encrypted);
      expect(() => sops({ ...needed, reader: needed['flask-secret-key'] } as typeof needed).synth()).toThrow(
        'the Secret lacks the key "reader": openssl rand -hex 32',
      );
    });
  });
});
