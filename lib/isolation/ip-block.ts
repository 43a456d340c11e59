import { IPv4, IPv6, type IPv4 as V4, type IPv6 as V6 } from 'ipaddr.js';
import { isAddress } from '../core/cidr';
import { type Field, textOf } from './field';

/** Addresses from a first to a last one, of one family. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
  /** As it was written. */
  readonly cidr: string;
}

/** A peer by its addresses. */
export interface IpBlock {
  readonly range: AddressRange;
  readonly except: readonly AddressRange[];
}

/**
 * Reads a peer's `ipBlock`.
 *
 * @throws PlatformError on a block that is none, and on an exception that does not lie within its block
 */
export function readIpBlock(field: Field): IpBlock {
  field.allow(['cidr', 'except']);
  const range = readRange(field.at('cidr'));
  const except = field.at('except').list.map(item => {
    const inner = readRange(item);
    const isWithin = contains(range, inner) && (inner.first !== range.first || inner.last !== range.last);
    if (!isWithin) {
      throw item.refuse(
        `${inner.cidr} does not lie within ${range.cidr}`,
        'except blocks that are a part of the block, or leave the exception out',
      );
    }
    return inner;
  });
  return { range, except };
}

/** @throws PlatformError if it is no block of addresses */
export function readRange(field: Field): AddressRange {
  const range = typeof field.value === 'string' ? rangeOf(field.value) : undefined;
  if (range === undefined) {
    throw field.refuse(
      `${textOf(field.value)} is no block of addresses`,
      'write an address and the length of its prefix, for example "10.244.0.0/16" or "2001:db8::/32"',
    );
  }
  return range;
}

/** The addresses of a block; undefined if it is none. Like Kubernetes, it takes 10.1.2.3/8 for 10.0.0.0/8. */
export function rangeOf(cidr: string): AddressRange | undefined {
  const [address = '', length = '', ...rest] = cidr.split('/');
  const family = address.includes(':') ? 6 : 4;
  const width = family === 4 ? 32 : 128;
  if (rest.length > 0 || !isAddress(address) || !/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > width) {
    return undefined;
  }
  const size = 1n << BigInt(width - Number(length));
  const first = (numberOf(address) / size) * size;
  return { family, first, last: first + size - 1n, cidr };
}

/** Whether the block has the address. */
export function hasAddress(block: IpBlock, address: string): boolean {
  const single = rangeOf(`${address}/${address.includes(':') ? 128 : 32}`)!;
  return contains(block.range, single) && !block.except.some(except => contains(except, single));
}

/** Whether some address of the range is in the block, and in none of its exceptions. */
export function overlaps(block: IpBlock, range: AddressRange): boolean {
  if (block.range.family !== range.family) {
    return false;
  }
  const last = min(block.range.last, range.last);
  let next = max(block.range.first, range.first);
  for (const except of [...block.except].sort((one, other) => (one.first < other.first ? -1 : 1))) {
    if (except.first > next) {
      break;
    }
    next = max(next, except.last + 1n);
  }
  return next <= last;
}

export function contains(outer: AddressRange, inner: AddressRange): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

export function blockText({ range, except }: IpBlock): string {
  return except.length === 0 ? range.cidr : `${range.cidr} without ${except.map(({ cidr }) => cidr).join(', ')}`;
}

function numberOf(address: string): bigint {
  const parsed: V4 | V6 = address.includes(':') ? IPv6.parse(address) : IPv4.parse(address);
  return parsed.toByteArray().reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

const min = (one: bigint, other: bigint): bigint => (one < other ? one : other);
const max = (one: bigint, other: bigint): bigint => (one > other ? one : other);
