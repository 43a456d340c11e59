import { PlatformError } from './platform-error';

/** Checks the shares of the traffic that the backends of one route get, in percent. */
export function checkShares(
  where: ConstructorParameters<typeof PlatformError>[0],
  backends: readonly { readonly service: string; readonly weight?: number }[],
): void {
  const given = backends.map(({ service, weight }) => `${service}: ${weight ?? 'none'}`).join(', ');
  if (backends.length === 0) {
    throw new PlatformError(where, 'the route leads nowhere', 'name at least one backend');
  }
  if (backends.length === 1 && backends[0]!.weight === undefined) {
    return;
  }
  if (backends.some(({ weight = -1 }) => !Number.isInteger(weight) || weight < 0)) {
    throw new PlatformError(where, `weights must be whole numbers from 0 on, got ${given}`, 'give each backend one');
  }
  const sum = backends.reduce((total, { weight }) => total + weight!, 0);
  if (sum !== 100) {
    throw new PlatformError(where, `weights must add up to 100, got ${sum} (${given})`, 'they are percent');
  }
}
