import { PlatformError } from './platform-error';

/** Whether something can listen on the port; Kubernetes refuses 0, which elsewhere means any. */
export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65535;
}

/**
 * Checks the ports of a network path.
 *
 * @throws PlatformError if there is none, or one that is no port
 */
export function checkPorts(where: ConstructorParameters<typeof PlatformError>[0], ports: readonly number[]): void {
  const wrong = ports.find(port => !isPort(port));
  if (ports.length === 0 || wrong !== undefined) {
    throw new PlatformError(
      where,
      ports.length === 0
        ? 'a network path needs a port'
        : `a port must be a whole number from 1 to 65535, got ${wrong}`,
      'name the ports on which the called side listens',
    );
  }
}
