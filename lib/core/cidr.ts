import { IPv4, IPv6, isValidCIDR, parseCIDR } from 'ipaddr.js';

/**
 * Whether the text is a block of IPv4 or IPv6 addresses such as `10.0.0.0/8`, written with its first address:
 * Kubernetes also accepts `10.1.0.0/8` and means `10.0.0.0/8`, which is rarely what the writer meant.
 */
export function isCidr(cidr: string): boolean {
  const [address = '', length = ''] = cidr.split('/');
  if (!isAddress(address) || !/^(0|[1-9]\d*)$/.test(length) || !isValidCIDR(cidr)) {
    return false;
  }
  const [first, bits] = parseCIDR(cidr);
  const last = first
    .toByteArray()
    .flatMap(byte => [...byte.toString(2).padStart(8, '0')])
    .lastIndexOf('1');
  return last < bits;
}

/**
 * Whether the text is a single IPv4 or IPv6 address as Kubernetes takes it: no octal, hexadecimal or shortened IPv4, no
 * IPv6 with a zone, and no IPv4 address in the clothes of IPv6, which no block of IPv4 would contain.
 */
export function isAddress(text: string): boolean {
  return (
    IPv4.isValidFourPartDecimal(text) ||
    (IPv6.isValid(text) && !text.includes('%') && !IPv6.parse(text).isIPv4MappedAddress())
  );
}

/** Whether every address of `inner` lies in `outer`. Both must be blocks; blocks of different families never do. */
export function contains(outer: string, inner: string): boolean {
  const [outerAddress, outerBits] = parseCIDR(outer);
  const [innerAddress, innerBits] = parseCIDR(inner);
  return (
    outerAddress.kind() === innerAddress.kind() &&
    outerBits <= innerBits &&
    innerAddress.match(outerAddress as never, outerBits)
  );
}
