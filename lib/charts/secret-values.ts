import type { Chart } from 'cdk8s';
import { z } from 'zod';
import { ExternalSecret } from '../constructs/external-secret';
import { SecretSource } from '../constructs/secret-source';
import { DNS_NAME, OPTIONAL_DNS_NAME } from './patterns';

const ENTRY = /^[A-Za-z0-9]([A-Za-z0-9_\/-]{0,200}[A-Za-z0-9])?$/;

const kind = z
  .enum(['existing', 'external'])
  .default('existing')
  .describe('`existing`: somebody makes the Secret; `external`: the External Secrets operator does');

/** What of a store the operator makes the Secret from. */
const external = (entry: string) =>
  z
    .strictObject({
      storeKind: z
        .enum(['ClusterSecretStore', 'SecretStore'])
        .default('ClusterSecretStore')
        .describe('Whether the store is one of the cluster or of the namespace'),
      store: z.string().regex(DNS_NAME).default('vault').describe('Name of the store'),
      key: z
        .string()
        .regex(ENTRY)
        .default(entry)
        .describe('Entry of the store, with a field for each key of the Secret'),
      refreshInterval: z
        .string()
        .regex(/^[0-9]{1,4}h[0-5]?[0-9]m[0-5]?[0-9]s$/)
        .default('1h0m0s')
        .describe('How often the store is asked again; `0h0m0s` is once'),
    })
    .prefault({})
    .describe('The store, for the kind `external`');

/**
 * Values for a Secret.
 *
 * @param what what it holds
 * @param usual its name behind that of the release, unless another one is given
 * @param entry entry of a store that it could be made from
 */
export const secretValues = (what: string, usual: string, entry: string) =>
  z
    .strictObject({
      kind,
      name: z
        .string()
        .regex(OPTIONAL_DNS_NAME)
        .default('')
        .describe(`Name of the Secret that exists; empty is \`<fullname>-${usual}\``),
      external: external(entry),
    })
    .prefault({})
    .describe(what);

/** The same for a Secret whose name is not for users to choose. */
export const ownSecretValues = (what: string, usual: string, entry: string) =>
  z.strictObject({ kind, external: external(entry) }).prefault({}).describe(`${what}: \`<fullname>-${usual}\``);

type SecretValues = z.output<ReturnType<typeof ownSecretValues>> & { readonly name?: string };

/**
 * The Secret that these values name, with an ExternalSecret that makes it if they say so.
 *
 * @param usual its name, unless they give another one
 * @param keys what it must hold
 */
export function secretOf(chart: Chart, usual: string, keys: readonly string[], values: SecretValues): SecretSource {
  return values.kind === 'external'
    ? externalSecret(chart, usual, keys, values.external)
    : SecretSource.existing(values.name || usual);
}

/** A Secret that is made from fields of one entry of a store, which have the names of its keys. */
export function externalSecret(
  chart: Chart,
  name: string,
  keys: readonly string[],
  { storeKind, store, key, refreshInterval }: SecretValues['external'],
): SecretSource {
  return new ExternalSecret(chart, name, {
    store: { kind: storeKind, name: store },
    refreshInterval,
    data: Object.fromEntries(keys.map(property => [property, { key, property }])),
  });
}
