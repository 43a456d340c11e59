import type { Pin } from '../core/pins';
import { PlatformError, PlatformErrors } from '../core/platform-error';
import { commitMessage, parseMessage, type Mover } from './commit-message';
import type { Closed } from './gates';
import type { GitRepository } from './git-repository';
import type { Aliases, ModelRegistry } from './model-registry';
import { editPin } from './pin-edit';
import { PinHistory } from './pin-history';
import { plainText } from './plain-text';
import { planPromotions, UNPINNED, unitOf, type Held, type PinsByUnit, type Plan, type Promotion } from './plan';
import { pinFile, places, readState, type RepositoryState } from './repository-state';
import { registeredName, ruleFor, type RegistryRules } from './rules';
import { ServiceError } from './service-error';
import { placeText, type Evidence, type Place, type VersionFacts, type Wanted } from './wanted';

/** The world around a cycle. */
export interface Surroundings {
  readonly git: GitRepository;
  readonly registry: (rules: RegistryRules) => ModelRegistry;
  /** Writes the manifest of a unit in a folder with the files of a commit. */
  readonly synthesize: (folder: string, unit: string) => Promise<void>;
  /** Asks Prometheus; undefined if it has no answer. */
  readonly measure?: (query: string) => Promise<number | undefined>;
  readonly now: () => Date;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** A promotion that is on the branch. */
export interface Done {
  readonly promotion: Promotion;
  readonly commit: string;
}

/** What a cycle saw and did. */
export interface Outcome {
  readonly state: RepositoryState;
  readonly wanted: readonly Wanted[];
  /** What was to be done when it looked; after the cycle, what is left. */
  readonly plan: Plan;
  readonly done: readonly Done[];
}

/** What a person wants instead of what the aliases say: a version, one that was pinned before, or that the pin goes. */
export type Request = {
  readonly place: Place;
  readonly by: string;
} & (
  | {
      readonly version: number;
      readonly insisted?: string;
      /** Whether a model without a pin gets its first one. */
      readonly first?: boolean;
    }
  | {
      /** @default the version before the pinned one */
      readonly backTo: number | undefined;
    }
  | { readonly remove: true }
);

/** Most commits of others that one cycle tries to be faster than. */
const MOST_RACES = 50;

/**
 * Looks and acts. What it remembers from one look to the next is what people changed while it was at work, and what the
 * last commit says, which cannot change.
 */
export class Cycle {
  private known: RepositoryState | undefined;
  /** What was pinned by a person in place of a wanted version, by place. */
  private readonly conflicts = new Map<string, { wanted: number; pinned: number; commit: string; author: string }>();

  constructor(private readonly world: Surroundings) {}

  /** What would be done now. */
  public async look(request?: Request): Promise<Outcome> {
    const session = await this.begin(request);
    return session.outcome(await session.plan());
  }

  /** Does what is to be done, one commit for each promotion. */
  public async run(request?: Request): Promise<Outcome> {
    const session = await this.begin(request);
    let races = 0;
    for (;;) {
      const plan = await session.plan();
      const [promotion] = plan.promotions;
      if (promotion === undefined) {
        return session.outcome(plan);
      }
      const commit = await session.make(promotion);
      if (commit === undefined) {
        continue;
      }
      if (await this.world.git.push(commit)) {
        await session.moveTo(commit, { promotion, commit });
        continue;
      }
      if (++races > MOST_RACES) {
        throw new ServiceError(
          'unavailable',
          `others pushed ${MOST_RACES} times while this was at work; try again later`,
        );
      }
      await this.world.pause(Math.random() * 100 * Math.min(races, 10));
      const before = session.state;
      await session.moveTo(await this.world.git.fetch());
      await this.noteConflict(promotion, before, session);
    }
  }

  /** What a promotion would change, for people. */
  public async preview(promotion: Promotion, outcome: Outcome): Promise<string> {
    await rewrite(this.world, outcome.state, promotion);
    return this.world.git.diff();
  }

  private async begin(request: Request | undefined): Promise<Session> {
    const { git } = this.world;
    const commit = await git.fetch();
    const state = this.known?.commit === commit ? this.known : await readState(git, commit);
    this.known = state;
    if (request && 'backTo' in request) {
      const past = await pastPin(new PinHistory(git, state.commit), state, request.place, request.backTo);
      return new Session(this.world, state, [], this.conflicts, request, now => restoration(now, request.place, past));
    }
    if (request && 'remove' in request) {
      return new Session(this.world, state, [], this.conflicts, request, now => removal(now, request.place));
    }
    return new Session(this.world, state, await wantedVersions(this.world, state, request), this.conflicts, request);
  }

  /** If a person changed the pin meanwhile, that is not overwritten. */
  private async noteConflict(promotion: Promotion, before: RepositoryState, session: Session): Promise<void> {
    const pinned = ({ pins }: RepositoryState) => pins.get(unitOf(promotion))?.models.get(promotion.model);
    const [old, now] = [pinned(before), pinned(session.state)];
    if (!now || now.version === old?.version || now.version === promotion.version) {
      return;
    }
    const change = await session.history.last(promotion);
    if (change && parseMessage(change.message) === undefined) {
      const { commit, author } = change;
      this.conflicts.set(placeText(promotion), { wanted: promotion.version, pinned: now.version, commit, author });
    }
  }
}

/** One cycle: what it has read, and the commit that it is at. */
class Session {
  public history: PinHistory;
  private readonly facts = new Map<string, Promise<VersionFacts | undefined>>();
  private readonly failed = new Map<string, Held>();
  private readonly done: Done[] = [];

  constructor(
    private readonly world: Surroundings,
    public state: RepositoryState,
    private readonly wanted: readonly Wanted[],
    private readonly conflicts: ReadonlyMap<string, { wanted: number; pinned: number; commit: string; author: string }>,
    private readonly request: Request | undefined,
    /** What a person wants that no plan is needed for. */
    private readonly asked?: (state: RepositoryState) => Promotion[],
  ) {
    this.history = new PinHistory(world.git, state.commit);
  }

  public outcome(plan: Plan): Outcome {
    return { state: this.state, wanted: this.wanted, plan, done: this.done };
  }

  /** What is to be done at this commit; what is not known yet is read. */
  public async plan(): Promise<Plan> {
    if (this.asked) {
      const promotions = this.asked(this.state);
      return { promotions: this.failed.size > 0 ? [] : promotions, held: [...this.failed.values()], unread: [] };
    }
    const { pins } = this;
    const { rules, frozen } = this.state;
    const now = this.world.now();
    const acted = new Set(this.done.map(({ promotion }) => placeText(promotion)));
    const open = this.wanted.filter(one => !this.failed.has(placeText(one)) && !acted.has(placeText(one)));
    const first = planPromotions(open, pins, rules, now, frozen);
    const read = new Map<string, Wanted>();
    for (const one of first.unread) {
      read.set(placeText(one), await this.withEvidence(one));
    }
    const known = open.map(one => read.get(placeText(one)) ?? one);
    const plan = planPromotions(known, pins, rules, now, frozen);
    return { ...plan, held: [...plan.held, ...this.failed.values()] };
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
      const message = commitMessage(promotion, this.mover(promotion), this.state.rules);
      return await this.world.git.commit({ parent: this.state.commit, files, message, time: this.world.now() });
    } catch (error) {
      if (!(error instanceof PlatformError || error instanceof PlatformErrors)) {
        throw error;
      }
      this.hold(promotion, 'synthesis', error.message);
      return undefined;
    }
  }

  /** Goes on from a newer commit. */
  public async moveTo(commit: string, done?: Done): Promise<void> {
    this.done.push(...(done ? [done] : []));
    const own = done && pinFile(done.promotion);
    this.history = new PinHistory(this.world.git, commit, this.history, path => own === undefined || path === own);
    this.state = await readState(this.world.git, commit);
  }

  private hold({ environment, team, model, version }: Promotion, gate: string, reason: string): void {
    const place = { environment, team, model };
    this.failed.set(placeText(place), { ...place, version, reasons: [{ gate, reason: plainText(reason, 2_000) }] });
  }

  private mover({ change, ...place }: Promotion): Mover {
    if (this.request) {
      const insisted = 'version' in this.request ? this.request.insisted : undefined;
      return { kind: 'person', name: this.request.by, insisted };
    }
    const { alias } = ruleFor(this.state.rules, place.environment, place.team, place.model)!;
    return change.kind === 'canary-removed' && change.because === 'metric'
      ? { kind: 'canary' }
      : { kind: 'alias', name: alias };
  }

  private async withEvidence(one: Wanted): Promise<Wanted> {
    try {
      return { ...one, evidence: await this.evidence(one) };
    } catch (error) {
      if (!(error instanceof ServiceError)) {
        throw error;
      }
      return { ...one, unknown: error.message };
    }
  }

  private async evidence(one: Wanted): Promise<Evidence> {
    const { pins } = this;
    const { gates, canary } = ruleFor(this.state.rules, one.environment, one.team, one.model)!;
    const pin = pins.get(unitOf(one))!.models.get(one.model)!;
    const takenBack = this.request
      ? undefined
      : (this.conflict(one, pin.version) ?? (await this.history.takenBack(one, one.version!)));
    if (takenBack) {
      return { takenBack };
    }
    const facts = await this.version(one, one.version!);
    const trying = canary && pin.canary?.version === one.version;
    return {
      facts,
      running:
        gates.signature && pin.version !== UNPINNED
          ? (pin.signature ?? signatureOf(await this.version(one, pin.version)))
          : undefined,
      changed: trying ? (await this.history.last(one))?.time : undefined,
      soaking: gates.soak && (await this.history.since({ ...one, environment: gates.soak.environment }, one.version!)),
      measured: trying && canary.query ? await this.world.measure?.(question(canary.query.text, one)) : undefined,
    };
  }

  private conflict(one: Wanted, pinned: number) {
    const known = this.conflicts.get(placeText(one));
    return known?.wanted === one.version && known?.pinned === pinned ? known : undefined;
  }

  private version({ environment, team, model }: Place, version: number): Promise<VersionFacts | undefined> {
    const { rules } = this.state;
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

const signatureOf = (facts: VersionFacts | undefined) =>
  typeof facts?.file === 'object' ? facts.file.signature : undefined;

/** The names of a place in a question; they hold nothing that ends a text of PromQL. */
const question = (text: string, { environment, team, model }: Place): string =>
  text.replaceAll('$environment', environment).replaceAll('$team', team).replaceAll('$model', model);

/** The pins with one for the place, whose version is none yet. */
function withFirst(pins: PinsByUnit, place: Place): PinsByUnit {
  const unit = unitOf(place);
  const { file = pinFile(place), models = new Map<string, Pin>() } = pins.get(unit) ?? {};
  const first = { name: place.model, version: UNPINNED, line: 0 };
  return models.has(place.model)
    ? pins
    : new Map([...pins, [unit, { file, models: new Map([...models, [place.model, first]]) }]]);
}

/** The change that takes a pin away; none if there is none. */
function removal({ pins }: RepositoryState, place: Place): Promotion[] {
  const pin = pins.get(unitOf(place))?.models.get(place.model);
  return pin === undefined
    ? []
    : [{ ...place, from: pin.version, version: pin.version, change: { kind: 'pin-removed' } }];
}

/** The change that brings a pin of the past back; none if it is what is pinned. */
function restoration({ pins }: RepositoryState, place: Place, pin: Omit<Pin, 'line'>): Promotion[] {
  const now = pins.get(unitOf(place))!.models.get(place.model)!;
  return now.version === pin.version && now.canary === undefined
    ? []
    : [{ ...place, from: now.version, version: pin.version, change: { kind: 'restored', pin } }];
}

/**
 * A pin of the past.
 *
 * @throws PlatformError if the version was never pinned there
 */
async function pastPin(
  history: PinHistory,
  { pins }: RepositoryState,
  place: Place,
  version: number | undefined,
): Promise<Omit<Pin, 'line'>> {
  const now = pins.get(unitOf(place))?.models.get(place.model);
  const known = new Set<number>();
  for await (const { pin } of history.ofPin(place)) {
    const wanted = version ?? (now?.canary ? now.version : undefined);
    if (pin && (wanted === undefined ? pin.version !== now?.version : pin.version === wanted)) {
      return pin;
    }
    known.add(pin?.version ?? 0);
  }
  known.delete(0);
  throw new PlatformError(
    placeText(place),
    version === undefined ? 'no other version was ever pinned' : `version ${version} was never pinned`,
    `versions that were: ${[...known].join(', ') || 'none'}; for another one use mlops promote --version`,
  );
}

/** Asks each registry once where aliases point. */
async function wantedVersions(
  { registry }: Surroundings,
  state: RepositoryState,
  request: Request | undefined,
): Promise<Wanted[]> {
  if (request && 'version' in request) {
    return [{ ...request.place, version: request.version, insisted: request.insisted }];
  }
  const { rules } = state;
  const all = places(state);
  const asked = new Map<string, { rules: RegistryRules; names: Set<string> }>();
  for (const { team, model } of all) {
    const server = rules.teams.get(team)!.registry;
    const entry = asked.get(server.name) ?? { rules: server, names: new Set<string>() };
    asked.set(server.name, entry);
    entry.names.add(registeredName(rules, team, model));
  }
  const answers = new Map<string, ReadonlyMap<string, Aliases> | string>();
  await Promise.all(
    [...asked].map(async ([name, entry]) => {
      const aliases = registry(entry.rules).aliases([...entry.names]);
      answers.set(name, await aliases.catch((error: unknown) => unanswered(error)));
    }),
  );
  return all.map(place => {
    const answer = answers.get(rules.teams.get(place.team)!.registry.name)!;
    const { alias } = ruleFor(rules, place.environment, place.team, place.model)!;
    return typeof answer === 'string'
      ? { ...place, unknown: answer }
      : { ...place, version: answer.get(registeredName(rules, place.team, place.model))?.get(alias) };
  });
}

function unanswered(error: unknown): string {
  if (error instanceof ServiceError) {
    return error.message;
  }
  throw error;
}

/** Changes a pin and the manifest of its unit in laid out files; returns every file that this changed. */
async function rewrite(
  { git, synthesize }: Surroundings,
  { commit, texts }: RepositoryState,
  promotion: Promotion,
): Promise<ReadonlyMap<string, Buffer | undefined>> {
  const path = pinFile(promotion);
  const text = editPin(texts.get(path) ?? '', path, promotion);
  const folder = await git.layOut(commit, new Map([[path, Buffer.from(text)]]));
  await synthesize(folder, unitOf(promotion));
  const files = await git.changed();
  const foreign = [...files.keys()].find(file => file !== path && !belongsTo(file, promotion));
  if (foreign !== undefined) {
    throw new PlatformError(
      plainText(foreign),
      `the synthesis of ${unitOf(promotion)} changes it too`,
      'commit what "npm run synth" writes, and ignore what else it leaves',
    );
  }
  return files;
}

/** Whether a file is made from the unit: its manifest, its documents, or what stands of all units in one file. */
export function belongsTo(file: string, { environment, team }: Omit<Place, 'model'>): boolean {
  const below = file.split('/').slice(1).join('/');
  return (
    below.startsWith(`${environment}/${team}.`) ||
    below.startsWith(`${environment}/${team}/`) ||
    ['.cdk8s-mlops.json', '.isolation.json'].includes(below)
  );
}

/** Every gate that is closed, in one line. */
export const reasonsText = (reasons: readonly Closed[]): string =>
  reasons.map(({ gate, reason }) => `${gate}: ${reason}`).join('; ');
