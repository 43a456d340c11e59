import type { Surroundings } from './outcome';
import type { PinHistory } from './pin-history';
import { UNPINNED, unitOf, type PinsByUnit } from './plan';
import { registeredName, ruleFor, type Rules } from './rules';
import { orServiceError, ServiceError } from './service-error';
import { placeText, type Evidence, type Place, type Recording, type VersionFacts, type Wanted } from './wanted';

/** Tag of a model version in whose place a person pinned another one while it went out: the person's commit. */
export const conflictTag = (environment: string): string => `mlops.conflict.${environment}`;

/** What a person pinned in place of a wanted version. */
export interface Conflict {
  readonly wanted: number;
  readonly pinned: number;
  readonly commit: string;
  readonly author: string;
}

/** What the commit says of versions. */
interface Known {
  readonly pins: PinsByUnit;
  readonly rules: Rules;
}

/** Reads what must be known of wanted versions; what the registry says of one is asked for once. */
export class EvidenceReader {
  private readonly facts = new Map<string, Promise<VersionFacts | undefined>>();

  /** @param conflicts by place */
  constructor(
    private readonly world: Surroundings,
    private readonly conflicts: ReadonlyMap<string, Conflict>,
  ) {}

  /** The same with its evidence, or with why that cannot be had. */
  public async of(one: Wanted, state: Known, history: PinHistory): Promise<Wanted> {
    const evidence = await orServiceError(this.read(one, state, history));
    return evidence instanceof ServiceError ? { ...one, unknown: evidence } : { ...one, evidence };
  }

  private async read(one: Wanted, { rules, pins }: Known, history: PinHistory): Promise<Evidence> {
    const { gates, canary } = ruleFor(rules, one.environment, one.team, one.model)!;
    const pin = pins.get(unitOf(one))!.models.get(one.model)!;
    // What was taken back holds aliases, not people.
    const takenBack = !one.person && (this.conflict(one, pin.version) ?? (await history.takenBack(one, one.version!)));
    if (takenBack) {
      return { takenBack };
    }
    const facts = await this.version(rules, one, one.version!);
    const conflict = !one.person && (await taggedConflict(one, facts, history));
    if (conflict) {
      return { takenBack: conflict };
    }
    const trying = canary && pin.canary?.version === one.version;
    return {
      facts,
      running:
        gates.signature && pin.version !== UNPINNED
          ? (pin.signature ?? signatureOf(await this.version(rules, one, pin.version)))
          : undefined,
      changed: trying ? (await history.last(one))?.time : undefined,
      soaking: gates.soak && (await history.since({ ...one, environment: gates.soak.environment }, one.version!)),
      recorded: await this.recorded(one, rules, history),
    };
  }

  /** What the history recorded of the version, wherever the team has the model. */
  private async recorded(one: Wanted, rules: Rules, history: PinHistory): Promise<Recording[]> {
    const all = await Promise.all(
      [...rules.environments.keys()].map(environment => history.recorded({ ...one, environment }, one.version!)),
    );
    return all.flat();
  }

  private conflict(one: Wanted, pinned: number) {
    const known = this.conflicts.get(placeText(one));
    return known?.wanted === one.version && known?.pinned === pinned ? known : undefined;
  }

  private version(
    rules: Rules,
    { environment, team, model }: Place,
    version: number,
  ): Promise<VersionFacts | undefined> {
    const { registry } = rules.teams.get(team)!;
    const metrics = ruleFor(rules, environment, team, model)?.gates.metrics !== undefined;
    const name = registeredName(rules, team, model);
    const key = JSON.stringify([registry.name, name, version, metrics]);
    let facts = this.facts.get(key);
    if (facts === undefined) {
      facts = this.world.registry(registry).version(name, version, metrics);
      this.facts.set(key, facts);
    }
    return facts;
  }
}

/** The commit of a person that was pushed while another instance, or this one before it was started anew, was at work. */
async function taggedConflict(one: Wanted, facts: VersionFacts | undefined, history: PinHistory) {
  const commit = facts?.tags.get(conflictTag(one.environment));
  return commit === undefined ? undefined : history.lasting(one, commit);
}

const signatureOf = (facts: VersionFacts | undefined) =>
  typeof facts?.file === 'object' ? facts.file.signature : undefined;
