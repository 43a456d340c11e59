import { type Field, textOf } from './field';
import { isPort } from '../core/port';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** Ports of one protocol: by number, or by the name that the called pod gives one of its own. */
export type Ports =
  | { readonly protocol: Protocol; readonly from: number; readonly to: number }
  | { readonly protocol: Protocol; readonly name: string };

/** A port of a container, with the name that policies may call it by. */
export interface NamedPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: Protocol;
}

const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];
const LAST = 65535;
const PORT_NAME = /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/;

export const EVERY_PORT: readonly Ports[] = PROTOCOLS.map(protocol => ({ protocol, from: 1, to: LAST }));

/** The ports of a rule; all of them if it names none. */
export function readPorts(field: Field): readonly Ports[] {
  const ports = field.list.map(readPort);
  return ports.length > 0 ? ports : EVERY_PORT;
}

/**
 * Whether a rule for these ports lets a connection through.
 *
 * @param names the named ports of the called pod
 */
export function allowsPort(
  ports: readonly Ports[],
  protocol: Protocol,
  port: number,
  names: readonly NamedPort[],
): boolean {
  return ports.some(
    one =>
      one.protocol === protocol &&
      ('name' in one
        ? names.some(named => named.name === one.name && named.port === port && named.protocol === protocol)
        : one.from <= port && port <= one.to),
  );
}

/** Ports that both sets may let through: whoever makes a pod gives any of its ports any name. */
export function commonPorts(ports: readonly Ports[], others: readonly Ports[]): readonly Ports[] {
  return ports.flatMap(one =>
    others
      .filter(other => one.protocol === other.protocol)
      .flatMap((other): Ports[] => {
        if ('name' in one || 'name' in other) {
          return ['name' in one ? other : one];
        }
        const [from, to] = [Math.max(one.from, other.from), Math.min(one.to, other.to)];
        return from <= to ? [{ protocol: one.protocol, from, to }] : [];
      }),
  );
}

/** How a person would write them. */
export function portsText(ports: readonly Ports[]): string {
  if (PROTOCOLS.every(protocol => ports.some(one => one.protocol === protocol && isEvery(one)))) {
    return 'every port';
  }
  const texts = ports.map(one => {
    if ('name' in one) {
      return `${one.protocol} "${one.name}"`;
    }
    return `${one.protocol} ${isEvery(one) ? 'every port' : one.from === one.to ? one.from : `${one.from}-${one.to}`}`;
  });
  return [...new Set(texts)].join(', ');
}

/** @throws PlatformError if it is none that Kubernetes knows */
export function readProtocol(field: Field): Protocol {
  const protocol = field.isAbsent ? 'TCP' : PROTOCOLS.find(known => known === field.value);
  if (protocol === undefined) {
    throw field.refuse(`${textOf(field.value)} is no protocol of a policy`, `use one of ${PROTOCOLS.join(', ')}`);
  }
  return protocol;
}

function readPort(field: Field): Ports {
  field.allow(['port', 'endPort', 'protocol']);
  const [port, endPort] = [field.at('port'), field.at('endPort')];
  const protocol = readProtocol(field.at('protocol'));
  if (port.isAbsent && endPort.isAbsent) {
    return { protocol, from: 1, to: LAST };
  }
  if (typeof port.value === 'string' && endPort.isAbsent) {
    if (!PORT_NAME.test(port.value)) {
      throw port.refuse(
        `"${port.value}" is no name of a port`,
        'use at most 15 lower-case letters, digits and single "-", or write the number without quotes',
      );
    }
    return { protocol, name: port.value };
  }
  const from = portNumber(port, 'a range needs the number of its first port as "port"');
  const to = endPort.isAbsent ? from : portNumber(endPort, 'write a number, or leave it out');
  if (to < from) {
    throw endPort.refuse(`the range ends before it begins: ${from} to ${to}`, 'write the greater number as "endPort"');
  }
  return { protocol, from, to };
}

function portNumber(field: Field, remedy: string): number {
  if (!isPort(field.value as number)) {
    throw field.refuse(`a port must be a whole number from 1 to ${LAST}, got ${textOf(field.value)}`, remedy);
  }
  return field.value as number;
}

const isEvery = (ports: Ports): boolean => !('name' in ports) && ports.from === 1 && ports.to === LAST;
