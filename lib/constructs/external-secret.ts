import { Construct, type IConstruct } from 'constructs';
import { isObjectName, OBJECT_NAME_RULE } from '../core/dns-label';
import { PlatformError } from '../core/platform-error';
import type { SecretKeys } from '../core/secret-keys';
import { namesSecret, secretLine } from '../core/secret-text';
import { PRE_SYNC, SyncWave } from '../core/sync-wave';
import { KubeObject, type Manifest } from './kube-object';
import { checkKeyNames, checkKeys, claimSecret } from './needed-keys';
import { namespaceOf, objectName } from './object-name';
import type { SecretSource } from './secret-source';

/** The store that the operator reads: one of the namespace, or one of the cluster that admits the namespace. */
export interface SecretStoreRef {
  readonly kind: 'SecretStore' | 'ClusterSecretStore';
  readonly name: string;
}

/** A value in the store. */
export interface RemoteValue {
  /** Name of the entry in the store, such as `fraud/mlflow`. */
  readonly key: string;
  /**
   * Field of the entry, if it has several.
   *
   * @default - the whole entry
   */
  readonly property?: string;
  /**
   * Version of the entry.
   *
   * @default - the newest
   */
  readonly version?: string;
}

export interface ExternalSecretProps {
  readonly store: SecretStoreRef;
  /**
   * Keys of the Secret that each hold one value of the store.
   *
   * @default - none
   */
  readonly data?: Readonly<Record<string, RemoteValue>>;
  /**
   * Keys of the Secret that are composed: texts in which `{{ .password }}` stands for the value of that name.
   *
   * @default - none
   * @see https://external-secrets.io/latest/guides/templating/
   */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * Values of the store that the files use, by name.
   *
   * @default - none
   */
  readonly values?: Readonly<Record<string, RemoteValue>>;
  /**
   * How often the store is asked again, as Go writes durations; `0s` for once only.
   *
   * @default 1h0m0s
   */
  readonly refreshInterval?: string;
}

/** The fields of an ExternalSecret that we set. */
export interface ExternalSecretManifest extends Manifest {
  readonly spec: {
    readonly refreshInterval: string;
    readonly secretStoreRef: SecretStoreRef;
    readonly target: {
      readonly name: string;
      readonly creationPolicy: string;
      readonly deletionPolicy: string;
      readonly template?: {
        readonly engineVersion: string;
        readonly mergePolicy: string;
        readonly data: Readonly<Record<string, string>>;
      };
    };
    readonly data: readonly { readonly secretKey: string; readonly remoteRef: object }[];
  };
}

type Writable<Fields> = { -readonly [Key in keyof Fields]: Fields[Key] };

const DURATION = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/;
const FIELD = /^[A-Za-z_]\w*$/;

/**
 * A Secret that the External Secrets operator makes from what a store holds: Vault, a cloud's secret manager. It follows
 * the store, so a value is rotated there.
 *
 * @see https://external-secrets.io/latest/api/externalsecret/
 */
export class ExternalSecret extends Construct implements SecretSource {
  /** Name of the ExternalSecret and of the Secret that it makes. */
  public readonly name: string;
  public readonly namespace: string;
  public readonly externalSecret: KubeObject<ExternalSecretManifest>;
  private readonly keys: readonly string[];
  private readonly target: Writable<ExternalSecretManifest['spec']['target']>;

  constructor(scope: Construct, id: string, props: ExternalSecretProps) {
    super(scope, id);
    this.name = objectName(this);
    this.namespace = namespaceOf(this);
    claimSecret(this);
    const { data = {}, files = {}, values = {}, refreshInterval = '1h0m0s', store } = props;
    this.keys = [...Object.keys(data), ...Object.keys(files)];
    this.check(data, files, values, refreshInterval, store);

    this.target = {
      name: this.name,
      creationPolicy: 'Owner',
      deletionPolicy: 'Retain',
      template:
        Object.keys(files).length > 0
          ? { engineVersion: 'v2', mergePolicy: 'Replace', data: { ...passedOn(data), ...files } }
          : undefined,
    };
    this.externalSecret = new KubeObject<ExternalSecretManifest>(this, 'external-secret', {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: this.name, annotations: SyncWave.GUARDS },
      // Defaults are written out: Argo CD would show each that the API server adds as a difference.
      spec: {
        refreshInterval,
        secretStoreRef: { kind: store.kind, name: store.name },
        target: this.target,
        data: Object.entries({ ...data, ...values }).map(([secretKey, { key, property, version }]) => ({
          secretKey,
          remoteRef: {
            key,
            property,
            version,
            conversionStrategy: 'Default',
            decodingStrategy: 'None',
            metadataPolicy: 'None',
          },
        })),
      },
    });
  }

  public mustHave(consumer: IConstruct, keys: SecretKeys): void {
    checkKeys(this, consumer, keys, this.keys, 'data or files');
  }

  public beforeSync(): void {
    Object.entries(PRE_SYNC).forEach(([key, value]) => this.externalSecret.metadata.addAnnotation(key, value));
    // Argo CD makes a hook anew in every sync: the Secret must outlive the old one, pods mount it.
    this.target.creationPolicy = 'Orphan';
  }

  private check(
    data: Readonly<Record<string, RemoteValue>>,
    files: Readonly<Record<string, string>>,
    values: Readonly<Record<string, RemoteValue>>,
    refreshInterval: string,
    store: SecretStoreRef,
  ): void {
    checkKeyNames(this, this.keys, 'data or files');
    if (!isObjectName(store.name)) {
      throw new PlatformError(this, `"${store.name}" cannot name a ${store.kind}`, `use ${OBJECT_NAME_RULE}`);
    }
    if (!DURATION.test(refreshInterval)) {
      throw new PlatformError(
        this,
        `refreshInterval must be a duration, got "${refreshInterval}"`,
        'write for example "1h0m0s", or "0s" to read the store once',
      );
    }
    const twice = Object.keys(files).find(key => key in data);
    if (twice !== undefined) {
      throw new PlatformError(this, `the key "${twice}" is in data and in files`, 'keep one of them');
    }
    for (const [name, { key }] of Object.entries({ ...data, ...values })) {
      if (key === '') {
        throw new PlatformError(this, `"${name}" names no entry of the store`, "write { key: 'fraud/mlflow' }");
      }
    }
    for (const name of Object.keys(values)) {
      this.checkValue(name, data, files);
    }
    for (const [key, text] of Object.entries(files)) {
      this.checkFile(key, text, Object.keys({ ...data, ...values }));
    }
  }

  private checkValue(name: string, data: object, files: Readonly<Record<string, string>>): void {
    if (!FIELD.test(name) || name in data) {
      throw new PlatformError(
        this,
        `"${name}" cannot name a value${name in data ? ': data has it' : ''}`,
        'use letters, digits and "_", and a name of its own',
      );
    }
    if (!Object.values(files).some(text => new RegExp(`\\.${name}\\b`).test(text))) {
      throw new PlatformError(this, `no file uses the value "${name}"`, `write {{ .${name} }} in one, or remove it`);
    }
  }

  private checkFile(key: string, text: string, names: readonly string[]): void {
    const unknown = [...text.matchAll(/\{\{-?\s*\.(\w+)/g)].map(match => match[1]!).find(name => !names.includes(name));
    if (unknown !== undefined) {
      throw new PlatformError(
        this,
        `the file "${key}" uses {{ .${unknown} }}, which no value is called`,
        `add "${unknown}" to values${names.length > 0 ? `, or use one of: ${names.join(', ')}` : ''}`,
      );
    }
    const line = namesSecret(key) && !text.includes('{{') ? 1 : secretLine(text);
    if (line !== undefined) {
      throw new PlatformError(
        this,
        `line ${line} of the file "${key}" seems to hold a secret, which would stand in the manifest`,
        'put it into the store, name it in values and write {{ .name }} in its place',
      );
    }
  }
}

/** A template replaces what the Secret would have held, so each plain key needs a line in it too. */
function passedOn(data: Readonly<Record<string, RemoteValue>>): Record<string, string> {
  return Object.fromEntries(Object.keys(data).map(key => [key, `{{ index . "${key}" }}`]));
}
