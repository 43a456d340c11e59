import { ApiObject, type App } from 'cdk8s';
import { contentOf } from '../constructs/kube-object';
import { PlatformError } from '../core/platform-error';
import { claimText, isRoute, routeClaims, type RouteClaim } from '../core/route-claims';
import type { Unit } from './unit';

/** Which route has which host and path, in all units of one synthesis; of whatever kind, whoever defined it. */
export class RouteRegister {
  private readonly owners = new Map<string, string>();
  private readonly inMesh: { readonly claim: RouteClaim; readonly place: string }[] = [];
  private readonly found: PlatformError[] = [];

  /** Notes the routes of a unit. */
  public add(unit: Unit, app: App): void {
    const objects = app.node.findAll().filter(ApiObject.isApiObject);
    for (const construct of objects.filter(isRoute)) {
      const place = `${unit.folder}/${construct.node.path}`;
      const claims = routeClaims(contentOf(construct));
      new Set(claims.map(claimText)).forEach(claim => this.claim(claim, place));
      if (construct.kind === 'VirtualService') {
        claims.forEach(claim => this.checkNesting(claim, place));
      }
      new Set(claims.map(({ host }) => host)).forEach(host => this.checkDomain(host, unit.domain, place));
    }
  }

  /** Routes that have what another one has, and hosts that belong to somewhere else. */
  public get mistakes(): readonly PlatformError[] {
    return this.found;
  }

  private claim(claim: string, place: string): void {
    const owner = this.owners.get(claim);
    if (owner === undefined) {
      this.owners.set(claim, place);
    } else {
      this.found.push(
        new PlatformError(place, `${claim} is the route of ${owner} already`, 'give one of them another host or path'),
      );
    }
  }

  /** Istio takes the rules of several VirtualServices in any order; only one for all paths comes last. */
  private checkNesting(claim: RouteClaim, place: string): void {
    const others = this.inMesh.filter(known => known.place !== place && known.claim.host === claim.host);
    for (const other of others.filter(known => isBelow(claim, known.claim) || isBelow(known.claim, claim))) {
      this.found.push(
        new PlatformError(
          place,
          `${claimText(claim)} overlaps ${claimText(other.claim)} of ${other.place}, and Istio does not say which one wins`,
          'choose paths of which none lies below the other, or another host',
        ),
      );
    }
    this.inMesh.push({ claim, place });
  }

  private checkDomain(host: string, domain: string | undefined, place: string): void {
    if (domain !== undefined && host !== '*' && host !== domain && !host.endsWith(`.${domain}`)) {
      this.found.push(
        new PlatformError(
          place,
          `the host "${host}" is not below "${domain}", the domain of the environment`,
          'write it with environment.domain: `churn.${environment.domain}`',
        ),
      );
    }
  }
}

const isBelow = (claim: RouteClaim, other: RouteClaim): boolean =>
  other.path !== '/' && !other.exact && claim.path.startsWith(`${other.path}/`);
