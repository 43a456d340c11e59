import type { TimeWindow } from './time-window';

/** A server of MLflow. */
export interface RegistryRules {
  readonly name: string;
  readonly url: string;
  /** Where people reach it, for links. */
  readonly link: string;
  /** Where models may lie: URIs end with "/". */
  readonly artifacts: readonly string[];
}

/** What must hold before a version goes out. */
export interface Gates {
  /** Tags of the model version, and the values that they must have. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Whoever calls the running version can call the next one without a change. */
  readonly signature?: 'compatible';
  /** Metrics of the run that made the version. */
  readonly metrics?: Readonly<Record<string, { readonly min?: number; readonly max?: number }>>;
  /** How long the version must have been pinned in an environment before. */
  readonly soak?: { readonly environment: string; readonly seconds: number };
  /** A tag that names one of these people. */
  readonly approval?: { readonly tag: string; readonly people: readonly string[] };
  /** The hours; one of them must be open. */
  readonly windows?: readonly TimeWindow[];
}

/** How a version gets more and more of the requests. */
export interface CanaryRules {
  /** Percents, ascending. */
  readonly steps: readonly number[];
  /** Seconds that each of them lasts at least. */
  readonly seconds: number;
  /** A question to Prometheus, and the largest answer with which the next step is taken. */
  readonly query?: { readonly text: string; readonly max: number };
}

/** What counts for one model in one environment. */
export interface Rule {
  readonly alias: string;
  readonly gates: Gates;
  readonly canary?: CanaryRules;
  /** Whether models that are loaded by running what lies in their files may go out. */
  readonly pickle: boolean;
  /**
   * File with the values of the Helm release that serves the model, which follow the pin: `releases/$model.yaml`, or
   * `releases/all.yaml#churn` for those below a key. `$environment`, `$team` and `$model` stand for the names of the place.
   */
  readonly values?: string;
  /** The Deployment that serves the model, as `<namespace>/<name>` with the same placeholders. */
  readonly deployment?: string;
}

/** What counts for the models of one team. */
export interface TeamRules {
  readonly registry: RegistryRules;
  /** Name in the registry of a model that has another one there. */
  readonly registered: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, Readonly<Record<string, Partial<Rule>>>>>;
}

/** What `promotion.yaml` says. */
export interface Rules {
  /** The environments that an alias feeds, in the order in which versions go through them. */
  readonly environments: ReadonlyMap<string, Rule>;
  readonly teams: ReadonlyMap<string, TeamRules>;
}

/** What counts for a model of a team in an environment; undefined if no alias feeds that, or the team has no registry. */
export function ruleFor(rules: Rules, environment: string, team: string, model: string): Rule | undefined {
  const base = rules.environments.get(environment);
  const overrides = rules.teams.get(team)?.overrides;
  if (base === undefined || overrides === undefined) {
    return undefined;
  }
  const own = Object.hasOwn(overrides, model) ? overrides[model]! : {};
  if (!Object.hasOwn(own, environment)) {
    return base;
  }
  const changed = own[environment]!;
  const given = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined));
  return { ...base, ...given };
}

/** What the registry calls a model of a team. */
export function registeredName(rules: Rules, team: string, model: string): string {
  const names = rules.teams.get(team)?.registered ?? {};
  return Object.hasOwn(names, model) ? names[model]! : model;
}
