import type { Construct } from 'constructs';
import { PlatformError } from '../core/platform-error';
import { Peer } from './network-peer';

/** Istio's control plane, where its own charts put it. */
export const ISTIO_CONTROL_PLANE = Peer.pods({ namespace: 'istio-system', labels: { app: 'istiod' }, ports: [15012] });
/** An identity in full: Istio takes patterns too, and a pattern may let in more than it seems to. */
const PRINCIPAL = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?\/ns\/[a-z0-9-]+\/sa\/[a-z0-9.-]+$/;

/** @throws PlatformError if one of them is no identity in full */
export function checkPrincipals(where: Construct | string, principals: readonly string[]): void {
  const wrong = principals.find(principal => !PRINCIPAL.test(principal));
  if (wrong !== undefined) {
    throw new PlatformError(
      where,
      `"${wrong}" is no identity in full`,
      'write <trust domain>/ns/<namespace>/sa/<service account>, without "*"',
    );
  }
}
