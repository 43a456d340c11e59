import type { IConstruct } from 'constructs';
import type { SecretKeys } from '../core/secret-keys';
import type { TemplatedSecret } from '../core/secret-template';
import { namespaceOf } from './object-name';

const METADATA = 'cdk8s-mlops/existing-secret';

/** Remembers at the root of the tree what a consumer needs of a Secret that somebody else makes. */
export function rememberNeed(consumer: IConstruct, name: string, keys: SecretKeys): void {
  const need: TemplatedSecret = { name, namespace: namespaceOf(consumer), keys, consumers: [consumer.node.path] };
  consumer.node.root.node.addMetadata(METADATA, need);
}

/** The Secrets of a tree that somebody else makes, each with all that its consumers need. */
export function existingSecrets(root: IConstruct): readonly TemplatedSecret[] {
  const secrets = new Map<string, TemplatedSecret>();
  for (const { type, data } of root.node.metadata) {
    if (type === METADATA) {
      const need = data as TemplatedSecret;
      const id = `${need.namespace}/${need.name}`;
      const known = secrets.get(id);
      secrets.set(id, {
        ...need,
        keys: { ...known?.keys, ...need.keys },
        consumers: [...(known?.consumers ?? []), ...need.consumers],
      });
    }
  }
  return [...secrets.values()];
}
