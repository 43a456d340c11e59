import { PlatformError } from '../core/platform-error';
import type { ApiAuth } from './api-auth';

export function noAuth(reason: string): ApiAuth {
  if (typeof reason !== 'string' || reason.trim() === '') {
    throw new PlatformError(
      'ApiAuth.none',
      'an API that everybody may call needs a reason',
      "say why, for example ApiAuth.none('only the gateway can reach it, and it authenticates')",
    );
  }
  return { openBecause: reason, connect: () => ({ filters: [] }) };
}
