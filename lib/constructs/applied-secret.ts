import type { IConstruct } from 'constructs';
import type { SecretKeys } from '../core/secret-keys';
import type { DeclaredSecret } from './needed-keys';

/**
 * A Secret that no manifest holds: it lies in a file outside of the output folder, from which a person or a plugin
 * applies it. The platform writes or checks that file.
 */
export interface AppliedSecret extends DeclaredSecret {
  /** What its consumers need. */
  readonly keys: SecretKeys;
  /** The paths of those consumers. */
  readonly consumers: readonly string[];
}

const METADATA = 'cdk8s-mlops/applied-secret';

/** Makes the Secret known to the root of its tree, where it can be found without a walk. */
export function registerApplied(secret: AppliedSecret): void {
  secret.node.root.node.addMetadata(METADATA, secret);
}

/** The Secrets of a tree that somebody else applies. */
export function appliedSecrets(root: IConstruct): readonly AppliedSecret[] {
  return root.node.metadata.filter(({ type }) => type === METADATA).map(({ data }) => data as AppliedSecret);
}
