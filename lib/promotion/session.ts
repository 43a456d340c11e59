import type { Pin } from '../core/pins';
import { CanaryMeter } from './canary-meter';
import { commitMessage, type AliasAt, type Mover } from './commit-message';
import { EvidenceReader, type Conflict } from './evidence';
import type { Done, Outcome, Request, Surroundings } from './outcome';
import { PinHistory } from './pin-history';
import { plainText } from './plain-text';
import { planPromotions, UNPINNED, unitOf, type Held, type PinsByUnit, type Plan, type Promotion } from './plan';
import { PROPOSALS, proposalBranch, proposalOf } from './proposal';
import { pinFile, readState, type RepositoryState } from './repository-state';
import { holdsOne, rewrite } from './rewrite';
import { ruleFor } from './rules';
import { placeText, type Place, type Wanted } from './wanted';
import { aliasAt } from './wanted-versions';

/** One cycle: what it has read, and the commit that it is at. */
export class Session {
  public history: PinHistory;
  private readonly canaries: CanaryMeter;
  private readonly evidence: EvidenceReader;
  private readonly failed = new Map<string, Held>();
  private readonly done: Done[] = [];
  private proposed: ReadonlyMap<string, string> | undefined;
  /** Where the alias of the place points for which a person asks. */
  private pointed: Promise<AliasAt | undefined> | undefined;

  constructor(
    private readonly world: Surroundings,
    public state: RepositoryState,
    private readonly wanted: readonly Wanted[],
    conflicts: ReadonlyMap<string, Conflict>,
    private readonly request: Request | undefined,
    /** What a person wants that no plan is needed for. */
    private readonly asked?: (state: RepositoryState) => Promotion[],
  ) {
    this.history = new PinHistory(world.git, state.commit);
    this.canaries = new CanaryMeter(world);
    this.evidence = new EvidenceReader(world, conflicts);
  }

  public outcome(plan: Plan): Outcome {
    return { state: this.state, wanted: this.wanted, plan, done: this.done };
  }

  /** What is to be done at this commit; what is not known yet is read. */
  public async plan(): Promise<Plan> {
    const acted = new Set([...this.failed.keys(), ...this.done.map(({ promotion }) => placeText(promotion))]);
    if (this.asked) {
      const promotions = acted.size > 0 ? [] : this.asked(this.state);
      return { promotions: await this.unproposed(promotions), held: [...this.failed.values()], unread: [] };
    }
    const { pins } = this;
    const { rules, frozen } = this.state;
    const now = this.world.now();
    const left = acted.size === 0 ? this.wanted : this.wanted.filter(one => !acted.has(placeText(one)));
    const open = await this.canaries.of(left, { pins, rules });
    const first = planPromotions(open, pins, rules, now, frozen);
    const read = new Map<string, Wanted>();
    for (const one of first.unread) {
      read.set(placeText(one), await this.evidence.of(one, { pins, rules }, this.history));
    }
    // Most looks find nothing to read: then it is planned already.
    const known = read.size === 0 ? open : open.map(one => read.get(placeText(one)) ?? one);
    const plan = read.size === 0 ? first : planPromotions(known, pins, rules, now, frozen);
    const promotions = await this.unproposed(plan.promotions);
    return { ...plan, promotions, held: [...plan.held, ...this.failed.values()] };
  }

  /** The pins of the commit, and one for a model that is to get its first. */
  private get pins(): PinsByUnit {
    const { request, state } = this;
    return request && 'first' in request && request.first ? withFirst(state.pins, request.place) : state.pins;
  }

  /** Makes the commit of a promotion; undefined if its manifest cannot be made, which then holds it. */
  public async make(promotion: Promotion): Promise<string | undefined> {
    try {
      const files = await rewrite(this.world, this.state, promotion);
      const message = await this.messageOf(promotion);
      return await this.world.git.commit({ parent: this.state.commit, files, message, time: this.world.now() });
    } catch (error) {
      if (!holdsOne(error)) {
        throw error;
      }
      this.hold(promotion, 'synthesis', error.message);
      return undefined;
    }
  }

  /** Puts the commit of a promotion on a branch of its own, for a person to merge. */
  public async propose(promotion: Promotion, commit: string): Promise<void> {
    const proposal = proposalOf(promotion, await this.messageOf(promotion));
    if (await this.world.git.push(commit, proposal.branch)) {
      this.tell({ promotion, commit, proposal });
    } else {
      this.awaitReview(promotion);
    }
  }

  /** Goes on from a newer commit. */
  public async moveTo(commit: string, done?: Done): Promise<void> {
    if (done) {
      this.tell(done);
    }
    this.history = done ? this.history.grown(commit, pinFile(done.promotion)) : this.history.at(commit);
    this.state = await readState(this.world.git, commit, this.state);
  }

  private tell(done: Done): void {
    this.done.push(done);
    this.world.pushed?.(done);
  }

  /** Promotions that nobody proposed yet; the others are held by their review. */
  private async unproposed(promotions: readonly Promotion[]): Promise<readonly Promotion[]> {
    const { git, propose } = this.world;
    if (!propose || promotions.length === 0) {
      return promotions;
    }
    this.proposed ??= await git.branches(PROPOSALS);
    const left: Promotion[] = [];
    for (const promotion of promotions) {
      const tip = this.proposed.get(proposalBranch(promotion));
      // What is merged was of another time.
      if (tip === undefined || (await git.contains(tip, this.state.commit))) {
        left.push(promotion);
      } else {
        this.awaitReview(promotion);
      }
    }
    return left;
  }

  private awaitReview(promotion: Promotion): void {
    // Git does not tell that what was squashed is merged.
    const remedy = 'delete it if it was squashed or rebased';
    this.hold(promotion, 'review', `branch ${proposalBranch(promotion)} waits to be merged; ${remedy}`);
  }

  private async messageOf(promotion: Promotion): Promise<string> {
    return commitMessage(promotion, await this.mover(promotion), this.state.rules);
  }

  private hold({ environment, team, model, version }: Promotion, gate: string, reason: string): void {
    const place = { environment, team, model };
    this.failed.set(placeText(place), { ...place, version, reasons: [{ gate, reason: plainText(reason, 2_000) }] });
  }

  private async mover({ change, ...place }: Promotion): Promise<Mover> {
    if (this.request) {
      const insisted = 'version' in this.request ? this.request.insisted : undefined;
      this.pointed ??=
        'remove' in this.request ? Promise.resolve(undefined) : aliasAt(this.world, this.state.rules, place);
      return { kind: 'person', name: this.request.by, insisted, aliasAt: await this.pointed };
    }
    const { alias } = ruleFor(this.state.rules, place.environment, place.team, place.model)!;
    return change.kind === 'canary-removed' && change.because === 'metric'
      ? { kind: 'canary' }
      : { kind: 'alias', name: alias };
  }
}

/** The pins with one for the place, whose version is none yet. */
function withFirst(pins: PinsByUnit, place: Place): PinsByUnit {
  const unit = unitOf(place);
  const { file = pinFile(place), models = new Map<string, Pin>() } = pins.get(unit) ?? {};
  const first = { name: place.model, version: UNPINNED, line: 0 };
  return models.has(place.model)
    ? pins
    : new Map([...pins, [unit, { file, models: new Map([...models, [place.model, first]]) }]]);
}
