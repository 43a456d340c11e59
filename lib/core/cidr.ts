import { parse, parseCIDR, type IPv4, type IPv6 } from 'ipaddr.js';

type Block = [IPv4 | IPv6, number];

/**
 * Reads a block such as `10.0.0.0/8`; undefined unless it is the address of the block itself (`10.1.0.0/8` is not:
 * Kubernetes accepts it and means `10.0.0.0/8`, which is rarely what the writer meant).
 */
function block(cidr: string): Block | undefined {
  try {
    const [address, bits] = parseCIDR(cidr);
    const last = address
      .toByteArray()
      .flatMap(byte => [...byte.toString(2).padStart(8, '0')])
      .lastIndexOf('1');
    return last < bits ? [address, bits] : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the text is a block of IPv4 or IPv6 addresses in its canonical form. */
export function isCidr(text: string): boolean {
  return block(text) !== undefined;
}

/** Whether the text is a single IPv4 or IPv6 address. */
export function isAddress(text: string): boolean {
  try {
    parse(text);
    return !text.includes('/');
  } catch {
    return false;
  }
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
