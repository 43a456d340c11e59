import { conflictTag, type Conflict } from './evidence';
import { outrun } from './git-repository';
import type { Outcome, Request, Surroundings } from './outcome';
import { PinHistory } from './pin-history';
import { unitOf, type Promotion } from './plan';
import { readState, type RepositoryState } from './repository-state';
import { pastPin, refuseChanged, removal, restoration } from './restoration';
import { rewrite } from './rewrite';
import { registeredName } from './rules';
import { ServiceError } from './service-error';
import { Session } from './session';
import { placeText } from './wanted';
import { wantedVersions } from './wanted-versions';

export type { Done, Outcome, Request, Surroundings } from './outcome';

/** Most commits of others that one cycle tries to be faster than. */
const MOST_RACES = 50;

/**
 * Looks and acts. What it remembers from one look to the next is what people changed while it was at work, and what the
 * last commit says, which cannot change.
 */
export class Cycle {
  private known: RepositoryState | undefined;
  /** What was pinned by a person in place of a wanted version, by place. */
  private readonly conflicts = new Map<string, Conflict>();

  constructor(private readonly world: Surroundings) {}

  /** The newest commit that it has read; undefined before it has read one. */
  public get state(): RepositoryState | undefined {
    return this.known;
  }

  /** What would be done now. */
  public async look(request?: Request): Promise<Outcome> {
    const session = await this.begin(request);
    return session.outcome(await session.plan());
  }

  /**
   * Does what is to be done, one commit for each promotion.
   *
   * @param stop ends it before the next promotion; what is left is in the plan of the outcome
   */
  public async run(request?: Request, stop?: AbortSignal): Promise<Outcome> {
    const session = await this.begin(request);
    try {
      return await this.promote(session, request !== undefined, stop);
    } finally {
      this.known = session.state;
    }
  }

  /** What a promotion would change, for people. */
  public async preview(promotion: Promotion, outcome: Outcome): Promise<string> {
    await rewrite(this.world, outcome.state, promotion);
    return this.world.git.diff();
  }

  private async promote(session: Session, byPerson: boolean, stop: AbortSignal | undefined): Promise<Outcome> {
    let races = 0;
    for (;;) {
      const plan = await session.plan();
      const [promotion] = plan.promotions;
      if (promotion === undefined || stop?.aborted) {
        return session.outcome(plan);
      }
      const commit = await session.make(promotion);
      if (commit === undefined) {
        continue;
      }
      if (this.world.propose) {
        await session.propose(promotion, commit);
        continue;
      }
      if (await this.world.git.push(commit)) {
        await session.moveTo(commit, { promotion, commit });
        continue;
      }
      if (++races > MOST_RACES) {
        throw outrun(MOST_RACES);
      }
      await this.world.pause(Math.random() * 100 * Math.min(races, 10));
      const before = session.state;
      await session.moveTo(await this.world.git.fetch());
      await this.yieldToPeople(promotion, before, session, byPerson);
    }
  }

  private async begin(request: Request | undefined): Promise<Session> {
    const { git } = this.world;
    const commit = await git.fetch();
    const state = this.known?.commit === commit ? this.known : await readState(git, commit, this.known);
    this.known = state;
    if (request && 'backTo' in request) {
      const { place, backTo } = request;
      const past = await pastPin(new PinHistory(git, state.commit), state, place, backTo);
      const from = state.pins.get(unitOf(place))?.models.get(place.model)?.version;
      const asked = (now: RepositoryState) => restoration(now, place, past, from);
      return new Session(this.world, state, [], this.conflicts, request, asked);
    }
    if (request && 'remove' in request) {
      return new Session(this.world, state, [], this.conflicts, request, now => removal(now, request.place));
    }
    return new Session(this.world, state, await wantedVersions(this.world, state, request), this.conflicts, request);
  }

  /**
   * If somebody changed the pin meanwhile, that is not overwritten.
   *
   * @param byPerson whether a person asked for the promotion, who can be told
   */
  private async yieldToPeople(promotion: Promotion, before: RepositoryState, session: Session, byPerson: boolean) {
    const pinned = ({ pins }: RepositoryState) => pins.get(unitOf(promotion))?.models.get(promotion.model);
    const [old, now] = [pinned(before), pinned(session.state)];
    if (now?.version === old?.version || now?.version === promotion.version) {
      return;
    }
    if (byPerson) {
      refuseChanged(promotion, promotion.from, now);
      return;
    }
    if (now === undefined) {
      return;
    }
    const change = await session.history.last(promotion);
    if (change && change.record === undefined) {
      const { commit, author } = change;
      this.conflicts.set(placeText(promotion), { wanted: promotion.version, pinned: now.version, commit, author });
      await this.tagConflict(promotion, session.state, commit);
    }
  }

  /** Says so to other instances, and to those to come. */
  private async tagConflict(
    { environment, team, model, version }: Promotion,
    { rules }: RepositoryState,
    commit: string,
  ) {
    try {
      const registry = this.world.registry(rules.teams.get(team)!.registry);
      await registry.tag(registeredName(rules, team, model), version, conflictTag(environment), commit);
    } catch (error) {
      // Who may not tag remembers it all the same, as long as it runs.
      if (!(error instanceof ServiceError)) {
        throw error;
      }
    }
  }
}
