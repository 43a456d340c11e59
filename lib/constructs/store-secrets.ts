import { STORE_ROOT_KEYS, STORE_USER_KEYS } from '../core/store-keys';
import { STORE_FILES } from '../core/store-scripts';
import type { SecretSource } from './secret-source';
import type { Workload } from './workload';

/** Mounts the name and the password of a store's administrator where its scripts look for them. */
export function mountRoot(workload: Workload, root: SecretSource): void {
  root.mustHave?.(workload, STORE_ROOT_KEYS);
  const keys = Object.keys(STORE_ROOT_KEYS).map(key => ({ key, path: key }));
  workload.mountSecret('root', root, STORE_FILES.root, keys);
}

/**
 * Mounts the credentials of a user where the scripts of its store look for them.
 *
 * @param optional whether the pods start without that Secret too
 */
export function mountUser(workload: Workload, user: SecretSource, volume: string, optional?: boolean): void {
  user.mustHave?.(workload, STORE_USER_KEYS);
  const keys = [{ key: 'credentials', path: 'credentials' }];
  workload.mountSecret(volume, user, `${STORE_FILES.users}/${user.name}`, keys, optional);
}
