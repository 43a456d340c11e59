import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LIBRARY, mlops } from './process';

jest.setTimeout(60_000);

const MAIN = `
import { ApiAuth, ModelApi, ModelRuntime, Platform, SecretSource } from ${LIBRARY};
const platform = new Platform({ name: 'ml' });
platform.environments({ staging: {} })[0].team('fraud', { quota: { cpu: '8', memory: '24Gi' } }, team => {
  new ModelApi(team, 'churn', {
    model: team.pinned('churn'),
    runtime: ModelRuntime.container({ image: 'registry.example.com/churn:1.0.0' }),
    auth: ApiAuth.apiKeys(SecretSource.existing('clients'), { clients: ['web'] }),
  });
});
export default platform;`;
const PINS = 'models:\n  churn:\n    version: 1\n';
const RULES =
  'registries: { a: { url: http://a.example.com } }\nenvironments: { staging: { alias: b } }\nteams: { fraud: { registry: a } }\n';

describe('what is checked without writing anything', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mlops-validate-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function run(args: readonly string[], files: Record<string, string> = {}) {
    const all = { 'main.ts': MAIN, 'environments/staging/fraud.yaml': PINS, 'promotion.yaml': RULES, ...files };
    for (const [path, text] of Object.entries(all)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const before = readdirSync(folder, { recursive: true }).sort();
    const ended = mlops(folder, args);
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(before);
    return ended;
  }

  it('tells the mistakes of pins and of rules together', () => {
    const { status, stderr } = run(['validate'], {
      'environments/staging/fraud.yaml': 'models:\n  churn:\n    version: one\n',
      'promotion.yaml': RULES.replace('staging', 'stagin').replace('fraud', 'frod'),
    });
    expect([status, ...stderr.split('\n')]).toEqual([
      1,
      expect.stringMatching(
        /^\[staging\/fraud: environments.*fraud\.yaml:3\] models\.churn\.version must be a whole number/,
      ),
      expect.anything(),
      expect.anything(),
      expect.anything(),
      '[promotion.yaml] the platform has no environment "stagin"; use one of: staging, or declare it',
      '[promotion.yaml] the platform has no team "frod"; use one of: fraud, or declare it',
      '3 mistakes, nothing was written',
      '',
    ]);
  });

  it('tells programs what is wrong', () => {
    const { status, stdout } = run(['validate', '--output', 'json'], {
      'promotion.yaml': RULES.replace('registry: a', 'registry: b'),
    });
    expect([status, JSON.parse(stdout)]).toEqual([
      21,
      { units: ['staging/fraud'], mistakes: [expect.stringContaining('there is no registry "b"')] },
    ]);
  });

  it('is what synth --dry-run would write', () => {
    expect(run(['synth', '--dry-run', '--output', 'json'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('"written": [\n    "staging/fraud.k8s.yaml"\n  ]'),
    });
    expect(run(['synth', '--dry-run']).stdout).toContain('dist: 1 would be written, 0 unchanged, 0 would be removed\n');
  });

  it('says which Secrets somebody has to make, and how', () => {
    const { status, stdout } = run(['secrets', 'template']);
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(
        /^# The Secret "clients", used by fraud\/churn\/server\.\n[^]*\n {2}namespace: fraud-staging\n/,
      ),
    ]);
    expect(stdout).toContain('clients.yaml: |');
    expect(run(['secrets', 'template', 'client']).stderr).toContain(
      '[secrets template] no pod needs a Secret "client" that somebody else makes; use one of: clients\n',
    );
  });

  it('tells which models of a team promotion would hold for their names', () => {
    const pins = { 'environments/staging/fraud.yaml': `${PINS}  Churn:\n    version: 1\n` };
    const main = MAIN.replace('new ModelApi', "team.pinned('Churn');\n  new ModelApi");
    expect(run(['validate'], { ...pins, 'main.ts': main })).toMatchObject({
      status: 22,
      stderr:
        '[environments/staging/fraud.yaml:4] model "Churn" differs from "churn" in capitals alone, so neither is promoted; rename one of the two\n' +
        '1 mistake, nothing was written\n',
    });
  });

  it('tells where the values of a release are not what is pinned', () => {
    const values = (version: number, source = 'registry') =>
      `model: { name: churn, version: ${version} }\nsource: { kind: ${source} }\n`;
    const rules = RULES.replace('alias: b', 'alias: b, values: releases/$model.yaml');
    const told = (text?: string) =>
      run(['validate'], { 'promotion.yaml': rules, ...(text && { 'releases/churn.yaml': text }) }).stderr;
    expect(told()).toContain('[releases/churn.yaml] there is no such file');
    expect(told(values(2))).toContain(
      '[environments/staging/fraud.yaml:2] version 1 of "churn" is pinned, and releases/churn.yaml has another one; write the same version in both',
    );
    expect(told(values(1, 'image'))).toContain('[releases/churn.yaml:2] source.kind is image');
    expect(told(values(1))).toBe('');
  });
});
