import { isMap, isScalar, LineCounter, parseDocument, type Document, type Pair } from 'yaml';
import { PlatformError } from './platform-error';
import { missingKeys, type SecretKeys } from './secret-keys';

/** The Secret that a file must hold. */
export interface ExpectedSecret {
  readonly name: string;
  readonly namespace: string;
  readonly keys: SecretKeys;
}

const ENCRYPTED = /^ENC\[AES256_GCM,data:[A-Za-z0-9+/=]+,iv:[A-Za-z0-9+/=]+,tag:[A-Za-z0-9+/=]+,type:[a-z]+\]$/;
const FIELDS = ['apiVersion', 'kind', 'metadata', 'type', 'immutable', 'data', 'stringData', 'sops'];
const RECIPIENTS = ['age', 'pgp', 'kms', 'gcp_kms', 'azure_kv', 'hc_vault', 'key_groups'];
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const ENCRYPT = "encrypt it: sops --encrypt --in-place --encrypted-regex '^(data|stringData)$'";

/**
 * What is wrong with a file that should hold one Secret encrypted by SOPS: every value in it, for somebody who can
 * decrypt it, with the name and the keys that are expected.
 *
 * Whether the ciphertext is right only SOPS with the key can say.
 *
 * @param file its name, for messages
 * @see https://getsops.io/docs/
 */
export function sopsMistakes(text: string, file: string, expected: ExpectedSecret): PlatformError[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const line = (position: number) => `${file}:${lines.linePos(position).line}`;
  const broken = document.errors[0];
  if (broken) {
    return [new PlatformError(line(broken.pos[0]), `not readable as YAML: ${broken.message}`, 'mend the line')];
  }
  const at = (pair: Pair): string => line(isScalar(pair.key) ? pair.key.range![0] : 0);
  const values = ['data', 'stringData'].flatMap(field => pairs(document, [field]));
  const plain = values.filter(({ value }) => !isScalar(value) || !ENCRYPTED.test(`${value.value}`));
  const sealed = RECIPIENTS.some(kind => pairsOrItems(document, ['sops', kind]) > 0);
  if (!sealed || !ENCRYPTED.test(`${document.getIn(['sops', 'mac'])}`)) {
    return [new PlatformError(file, 'the file is not encrypted by SOPS', ENCRYPT)];
  }
  return [
    ...plain.map(pair => new PlatformError(at(pair), `the value of "${nameOf(pair)}" is not encrypted`, ENCRYPT)),
    ...pairs(document, [])
      .filter(pair => !FIELDS.includes(nameOf(pair)))
      .map(pair => new PlatformError(at(pair), `a Secret has no field "${nameOf(pair)}"`, 'remove it')),
    ...pairs(document, ['metadata', 'annotations'])
      .filter(pair => nameOf(pair) === LAST_APPLIED)
      .map(pair => new PlatformError(at(pair), `the annotation ${LAST_APPLIED} repeats the values`, 'remove it')),
    ...identity(document, file, expected),
    ...missingKeys(expected.keys, values.map(nameOf)).map(
      key =>
        new PlatformError(
          file,
          `the Secret lacks the key "${key}": ${expected.keys[key]!.how}`,
          `add it with: sops edit ${file}`,
        ),
    ),
  ];
}

function identity(document: Document, file: string, { name, namespace }: ExpectedSecret): PlatformError[] {
  const must: [string[], string][] = [
    [['apiVersion'], 'v1'],
    [['kind'], 'Secret'],
    [['metadata', 'name'], name],
    [['metadata', 'namespace'], namespace],
  ];
  return must.flatMap(([path, value]) => {
    const given: unknown = document.getIn(path);
    return given === value
      ? []
      : [
          new PlatformError(
            file,
            `${path.join('.')} must be ${value}, got ${JSON.stringify(given) ?? 'nothing'}`,
            `write it in clear and encrypt the rest: --encrypted-regex '^(data|stringData)$'`,
          ),
        ];
  });
}

const nameOf = (pair: Pair): string => `${isScalar(pair.key) ? pair.key.value : pair.key}`;

function pairs(document: Document, path: readonly string[]): Pair[] {
  const map = path.length > 0 ? document.getIn(path, true) : document.contents;
  return isMap(map) ? map.items : [];
}

function pairsOrItems(document: Document, path: readonly string[]): number {
  const node = document.getIn(path, true) as { readonly items?: readonly unknown[] } | undefined;
  return node?.items?.length ?? 0;
}
