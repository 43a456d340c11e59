import { IPv4, IPv6, type IPv4 as V4, type IPv6 as V6 } from 'ipaddr.js';
import { isAddress } from '../core/cidr';
import { type Field, textOf } from './field';

/** A peer by its addresses: blocks as they were written. */
export interface IpBlock {
  readonly cidr: string;
  readonly except: readonly string[];
}

/** Addresses from a first to a last one, of one family. */
interface AddressRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * Reads a peer's `ipBlock`.
 *
 * @throws PlatformError on a block that is none, and on an exception that does not lie within its block
 */
export function readIpBlock(field: Field): IpBlock {
  field.allow(['cidr', 'except']);
  const cidr = readCidr(field.at('cidr'));
  const except = field.at('except').list.map(item => {
    const inner = readCidr(item);
    if (!contains(cidr, inner) || contains(inner, cidr)) {
      throw item.refuse(
        `${inner} does not lie within ${cidr}`,
        'except blocks that are a part of the block, or leave the exception out',
      );
    }
    return inner;
  });
  return { cidr, except };
}

/** Whether the text is a block of addresses. */
export const isBlock = (cidr: string): boolean => rangeOf(cidr) !== undefined;

/** Whether the block has the address. */
export function hasAddress({ cidr, except }: IpBlock, address: string): boolean {
  const single = singleBlock(address);
  return contains(cidr, single) && !except.some(inner => contains(inner, single));
}

/** The block that has one address alone. */
export const singleBlock = (address: string): string => `${address}/${address.includes(':') ? 128 : 32}`;

/** Whether some address of another block is in the block, and in none of its exceptions. */
export function overlaps({ cidr, except }: IpBlock, other: string): boolean {
  const [block, range] = [rangeOf(cidr)!, rangeOf(other)!];
  if (block.family !== range.family) {
    return false;
  }
  const last = min(block.last, range.last);
  let next = max(block.first, range.first);
  for (const hole of except.map(inner => rangeOf(inner)!).sort((one, two) => (one.first < two.first ? -1 : 1))) {
    if (hole.first > next) {
      break;
    }
    next = max(next, hole.last + 1n);
  }
  return next <= last;
}

/** Whether every address of the inner block is in the outer one. */
export function contains(outer: string, inner: string): boolean {
  const [one, other] = [rangeOf(outer)!, rangeOf(inner)!];
  return one.family === other.family && one.first <= other.first && other.last <= one.last;
}

export function blockText({ cidr, except }: IpBlock): string {
  return except.length === 0 ? cidr : `${cidr} without ${except.join(', ')}`;
}

function readCidr(field: Field): string {
  if (typeof field.value !== 'string' || !isBlock(field.value)) {
    throw field.refuse(
      `${textOf(field.value)} is no block of addresses`,
      'write an address and the length of its prefix, for example "10.244.0.0/16" or "2001:db8::/32"',
    );
  }
  return field.value;
}

/** Blocks that were read before: a platform has the same few in each of its namespaces. */
const known = new Map<string, AddressRange | undefined>();
const KNOWN = 1000;

/** The addresses of a block; undefined if it is none. Like Kubernetes, it takes 10.1.2.3/8 for 10.0.0.0/8. */
function rangeOf(cidr: string): AddressRange | undefined {
  if (known.has(cidr)) {
    return known.get(cidr);
  }
  const range = readRange(cidr);
  if (known.size < KNOWN) {
    known.set(cidr, range);
  }
  return range;
}

function readRange(cidr: string): AddressRange | undefined {
  const [address = '', length = '', ...rest] = cidr.split('/');
  const family = address.includes(':') ? 6 : 4;
  const width = family === 4 ? 32 : 128;
  if (rest.length > 0 || !isAddress(address) || !/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > width) {
    return undefined;
  }
  const size = 1n << BigInt(width - Number(length));
  const first = (numberOf(address) / size) * size;
  return { family, first, last: first + size - 1n };
}

function numberOf(address: string): bigint {
  const parsed: V4 | V6 = address.includes(':') ? IPv6.parse(address) : IPv4.parse(address);
  return parsed.toByteArray().reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

const min = (one: bigint, other: bigint): bigint => (one < other ? one : other);
const max = (one: bigint, other: bigint): bigint => (one > other ? one : other);
