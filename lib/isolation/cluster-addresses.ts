import { LINK_LOCAL } from '../core/link-local';
import { PlatformError } from '../core/platform-error';
import { contains, type IpBlock, isBlock, overlaps, singleBlock } from './ip-block';
import type { Direction } from './network-policy';

export interface ClusterAddressesProps {
  readonly pods?: readonly string[];
  readonly services?: readonly string[];
  readonly nodes?: readonly string[];
  /** Addresses of NodeLocal DNSCache, in clusters that run it. */
  readonly nodeLocalDns?: readonly string[];
}

/** A range of addresses that a policy may not open. */
export interface ClosedRange {
  readonly of: 'pods' | 'services' | 'nodes' | 'link-local';
  readonly cidr: string;
}

/** What a block of addresses is, to a team. */
export type BlockMeaning =
  | { readonly kind: 'hosts' | 'nodes' | 'unknown' }
  | { readonly kind: 'closed'; readonly ranges: readonly ClosedRange[] };

/** Where a cluster's own addresses are. */
export class ClusterAddresses {
  private readonly closed: readonly ClosedRange[];
  private readonly dns: readonly string[];
  private readonly isKnown: boolean;

  /** @throws PlatformError on a block or address that is none */
  constructor(props: ClusterAddressesProps = {}) {
    const { pods = [], services = [], nodes = [], nodeLocalDns = [] } = props;
    const read = (of: ClosedRange['of'], cidrs: readonly string[]) =>
      cidrs.map((cidr): ClosedRange => ({ of, cidr: checked(cidr) }));
    this.closed = [
      ...read('pods', pods),
      ...read('services', services),
      ...read('nodes', nodes),
      ...read('link-local', LINK_LOCAL),
    ];
    this.dns = nodeLocalDns.map(address => checked(singleBlock(address)));
    this.isKnown = [pods, services, nodes].every(cidrs => cidrs.length > 0);
  }

  /**
   * What it means that a policy opens a block. Pods count as being in it: most network plugins match them.
   *
   * A block that lies within the nodes was meant for them; one that merely covers them was not.
   */
  public meaningOf(block: IpBlock, direction: Direction): BlockMeaning {
    if (direction === 'Egress' && this.dns.some(dns => contains(dns, block.cidr))) {
      return { kind: 'hosts' };
    }
    if (!this.isKnown) {
      return { kind: 'unknown' };
    }
    const ranges = this.closed.filter(({ of, cidr }) => this.isClosed(of, direction) && overlaps(block, cidr));
    if (ranges.length > 0 && ranges.every(({ of, cidr }) => of === 'nodes' && contains(cidr, block.cidr))) {
      return { kind: 'nodes' };
    }
    return ranges.length > 0 ? { kind: 'closed', ranges } : { kind: 'hosts' };
  }

  /** Nodes may always call their own pods, and nothing else has a link-local address to call from. */
  private isClosed(of: ClosedRange['of'], direction: Direction): boolean {
    return direction === 'Egress' || of === 'pods' || of === 'services';
  }
}

function checked(cidr: string): string {
  if (!isBlock(cidr)) {
    throw new PlatformError(
      'ClusterAddresses',
      `"${cidr}" is no block of addresses`,
      'write an address and the length of its prefix, for example "10.244.0.0/16"',
    );
  }
  return cidr;
}
