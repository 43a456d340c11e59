import { Document, isScalar, type Pair, type YAMLMap } from 'yaml';
import type { SecretKeys } from './secret-keys';

/** The Secret that a template is for. */
export interface TemplatedSecret {
  readonly name: string;
  readonly namespace: string;
  readonly keys: SecretKeys;
  readonly consumers: readonly string[];
}

/** No map: the API server refuses the object until somebody has removed the line. */
const GUARD = 'remove this line when every <placeholder> is replaced';

/**
 * A Secret with placeholders for its values, and comments that say how to make them.
 *
 * As it is the API server refuses it, so that nobody runs with a placeholder as password.
 */
export function secretTemplate({ name, namespace, keys, consumers }: TemplatedSecret): string {
  const document = new Document({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    type: 'Opaque',
    data: GUARD,
    stringData: Object.fromEntries(Object.entries(keys).map(([key, { example }]) => [key, example])),
  });
  document.commentBefore = [
    ` The Secret "${name}"${consumers.length > 0 ? `, used by ${[...new Set(consumers)].join(', ')}` : ''}.`,
    ' Fill in a copy that Git does not track, then: kubectl apply --server-side -f <copy>',
  ].join('\n');
  const pairs = (document.get('stringData') as YAMLMap).items as Pair[];
  for (const { key } of pairs) {
    if (isScalar(key)) {
      key.commentBefore = ` ${keys[`${key.value}`]!.how}`;
    }
  }
  return document.toString({ lineWidth: 0 });
}
