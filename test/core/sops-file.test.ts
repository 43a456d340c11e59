import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sopsMistakes } from '../../lib/core/sops-file';
import { mlflowClientKeys, mlflowServerKeys } from '../../lib/core/secret-keys';

/** What SOPS 3.10 made of a Secret, for a key that nobody has any more. */
const golden = (name: string) => readFileSync(join(__dirname, '../golden', `${name}.sops.yaml`), 'utf8');
const text = golden('secret');
const expected = {
  name: 'mlflow-auth',
  namespace: 'fraud-staging',
  keys: mlflowServerKeys('sqlite:////mlflow.db', false),
};
const mistakes = (given: string, also = {}) =>
  sopsMistakes(given, 'auth.sops.yaml', { ...expected, ...also }).map(({ message }) => message);
const ENCRYPT = "encrypt it: sops --encrypt --in-place --encrypted-regex '^(data|stringData)$'";
const IN_CLEAR = "write it in clear and encrypt the rest: --encrypted-regex '^(data|stringData)$'";

describe('a file that SOPS encrypted', () => {
  it('is right as SOPS writes it', () => {
    expect(mistakes(text)).toEqual([]);
  });

  it('is right with several recipients in key groups', () => {
    expect(
      mistakes(text.replace('    age:\n        - ', '    key_groups:\n        - hc_vault: []\n          ')),
    ).toEqual([]);
  });

  test.each([
    ['is plain', () => text.slice(0, text.indexOf('sops:')).replace(/ENC\[.*\]/g, 'hunter2')],
    ['only has values that look encrypted', () => text.slice(0, text.indexOf('sops:'))],
    ['has no recipient', () => text.replace(/ {4}age:\n(?: {8}.*\n)+/, '    age: []\n')],
    ['has no checksum', () => text.replace(/ {4}mac: .*\n/, '')],
    ['has a checksum in clear', () => text.replace(/ {4}mac: .*\n/, '    mac: abc\n')],
    ['is empty', () => ''],
    ['is a text', () => 'hunter2'],
  ])('is refused if it %s', (_, make) => {
    expect(mistakes(make())).toEqual([`[auth.sops.yaml] the file is not encrypted by SOPS; ${ENCRYPT}`]);
  });

  test.each([
    ['added in clear', '    reader: hunter2\n'],
    ['that is empty', '    reader: ""\n'],
    ['that is a number', '    reader: 7\n'],
    ['that is a map', '    reader: {a: ENC}\n'],
    ['that begins as an encrypted one', '    reader: ENC[AES256_GCM,data:abc]\n'],
  ])('is refused for a value %s, without repeating it', (_, line) => {
    const [first, ...rest] = mistakes(text.replace('sops:\n', `${line}sops:\n`));
    expect(first).toBe(`[auth.sops.yaml:9] the value of "reader" is not encrypted; ${ENCRYPT}`);
    expect(rest).toEqual([]);
  });

  it('is refused if it is another Secret', () => {
    expect(mistakes(text, { name: 'other', namespace: 'fraud-production' })).toEqual([
      `[auth.sops.yaml] metadata.name must be other, got "mlflow-auth"; ${IN_CLEAR}`,
      `[auth.sops.yaml] metadata.namespace must be fraud-production, got "fraud-staging"; ${IN_CLEAR}`,
    ]);
  });

  it('is refused if its names are encrypted too', () => {
    const [first, ...rest] = mistakes(golden('secret-with-names'));
    expect(first).toMatch(/^\[auth\.sops\.yaml\] apiVersion must be v1, got "ENC\[.*\]"; write it in clear/);
    expect(rest).toHaveLength(3);
  });

  it('is refused without a namespace: it could be applied anywhere', () => {
    expect(mistakes(text.replace('    namespace: fraud-staging\n', ''))).toEqual([
      `[auth.sops.yaml] metadata.namespace must be fraud-staging, got nothing; ${IN_CLEAR}`,
    ]);
  });

  it('is refused if it lacks a key that somebody needs', () => {
    expect(mistakes(text, { keys: { ...expected.keys, ...mlflowClientKeys('reader') } })).toEqual([
      '[auth.sops.yaml] the Secret lacks the key "reader": ' +
        'name and password of MLflow\'s user "reader", in the form of ~/.mlflow/credentials; ' +
        'add it with: sops edit auth.sops.yaml',
    ]);
  });

  it('is refused for what kubectl wrote down of an older one', () => {
    const annotations =
      '    annotations:\n        kubectl.kubernetes.io/last-applied-configuration: |\n            {}\n';
    expect(mistakes(text.replace('stringData:\n', `${annotations}stringData:\n`))).toEqual([
      '[auth.sops.yaml:7] the annotation kubectl.kubernetes.io/last-applied-configuration repeats the values; remove it',
    ]);
  });

  it('is refused for a field that is no part of a Secret', () => {
    expect(mistakes(text.replace('stringData:\n', 'password: hunter2\nstringData:\n'))).toEqual([
      '[auth.sops.yaml:6] a Secret has no field "password"; remove it',
    ]);
  });

  it('is refused with the line where it cannot be read', () => {
    expect(mistakes('apiVersion: v1\nkind: "Secret\n')[0]).toMatch(/^\[auth\.sops\.yaml:\d\] not readable as YAML: /);
    expect(mistakes(`${text}---\n${text}`)[0]).toMatch(/not readable as YAML/);
  });
});
