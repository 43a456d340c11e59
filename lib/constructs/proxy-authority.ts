import { PROXY_FILES } from '../core/envoy-bootstrap';
import { AUTHORITY_KEYS } from '../core/secret-keys';
import type { EnvoySidecar } from './envoy-sidecar';
import type { SecretSource } from './secret-source';
import type { Workload } from './workload';

/** Mounts the authority that a server's certificate is checked with; undefined for those that browsers trust. */
export function mountAuthority(
  proxy: EnvoySidecar,
  workload: Workload,
  authority: SecretSource | undefined,
): string | undefined {
  if (authority === undefined) {
    return undefined;
  }
  const [file] = Object.keys(AUTHORITY_KEYS) as [string];
  authority.mustHave?.(workload, AUTHORITY_KEYS);
  proxy.mountAuth({ secret: { secretName: authority.name, items: [{ key: file, path: file }] } }, 'authority');
  return `${PROXY_FILES.authority}/${file}`;
}
