import { z } from 'zod';
import { DNS_LABEL_RULE, isDnsLabel } from '../core/dns-label';
import { isModelName } from '../core/model-version';
import { PlatformError } from '../core/platform-error';
import { readYaml, refuse, valueAt } from '../core/yaml-file';
import { DURATION_RULE, seconds } from './duration';
import { windowMistake, type TimeWindow } from './time-window';

/** Name of the file with the rules, in the root of the repository. */
export const RULES_FILE = 'promotion.yaml';

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

const text = z.string('must be a text');
const label = text.refine(isDnsLabel, `is no name: use ${DNS_LABEL_RULE}`);
const modelName = text.refine(isModelName, 'cannot name a model');
const alias = text.regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/, 'must be an alias, such as champion');
const tagName = text.regex(/^[\w./ -]{1,250}$/, 'cannot name a tag');
const duration = text.transform((written, context) => {
  const length = seconds(written);
  if (length === undefined) {
    context.addIssue({ code: 'custom', message: `must be ${DURATION_RULE}` });
  }
  return length ?? 0;
});
const webUrl = text
  .refine(url => /^https?:\/\//.test(url) && URL.canParse(url), 'must be a URL with http or https')
  .refine(url => !/[@?#]/.test(url), 'must hold neither a user nor a query: credentials are files')
  .transform(url => url.replace(/\/+$/, ''));
const place = text.regex(
  /^(?:mlflow-artifacts|s3|gs|abfss|wasbs):\/(?:[A-Za-z0-9._@/-]*\/)?$/,
  'must be a place such as s3://bucket/models/, with a "/" at its end',
);
const window = z
  .strictObject({ days: text, from: text, to: text, zone: text.optional() }, 'must be a map with days, from and to')
  .superRefine((given, context) => {
    const message = windowMistake(given);
    if (message !== undefined) {
      context.addIssue({ code: 'custom', message });
    }
  });
const gates = z.strictObject(
  {
    tags: z.record(tagName, text).optional(),
    signature: z.literal('compatible', 'must be compatible').optional(),
    metrics: z
      .record(
        text.min(1),
        z
          .strictObject({ min: z.number().optional(), max: z.number().optional() })
          .refine(({ min, max }) => min !== undefined || max !== undefined, 'must have a min or a max'),
      )
      .optional(),
    soak: z
      .strictObject({ environment: label, time: duration })
      .transform(({ environment, time }) => ({ environment, seconds: time }))
      .optional(),
    approval: z.strictObject({ tag: tagName, people: z.array(text.min(1)).min(1, 'must name somebody') }).optional(),
    windows: z.array(window).min(1, 'must hold a window').optional(),
  },
  'must be a map of gates',
);
const canary = z
  .strictObject(
    {
      steps: z
        .array(z.int('must be whole numbers').min(1).max(99))
        .min(1, 'must hold a percent')
        .refine(
          steps => steps.every((step, index) => index === 0 || step > steps[index - 1]!),
          'must be percents from 1 to 99 that ascend',
        ),
      every: duration,
      query: text.min(1).optional(),
      max: z.number('must be a number').optional(),
    },
    'must be a map with steps and every',
  )
  .refine(({ query, max }) => (query === undefined) === (max === undefined), 'must have query and max, or neither')
  .transform(({ steps, every, query, max }): CanaryRules => ({
    steps,
    seconds: every,
    ...(query !== undefined && { query: { text: query, max: max! } }),
  }));
const pickle = z
  .enum(['allowed', 'refused'], 'must be allowed or refused')
  .transform(given => given === 'allowed')
  .optional();
const rule = z.strictObject(
  { alias, gates: gates.optional(), canary: canary.optional(), pickle },
  'must be a map with an alias',
);
const file = z.strictObject(
  {
    registries: z.record(
      label,
      z.strictObject(
        { url: webUrl, link: webUrl.optional(), artifacts: z.array(place).min(1).optional() },
        'must be a map with a url',
      ),
      'must be a map from names to registries',
    ),
    environments: z.record(label, rule, 'must be a map from names of environments to an alias'),
    teams: z.record(
      label,
      z.strictObject(
        {
          registry: text,
          models: z
            .record(
              modelName,
              z.strictObject({
                registered: modelName.optional(),
                environments: z.record(label, rule.partial()).optional(),
              }),
            )
            .optional(),
        },
        'must be a map with a registry',
      ),
      'must be a map from names of teams to a registry',
    ),
  },
  'must be a map with registries, environments and teams',
);

const EXAMPLE = `write
  registries:
    mlflow: { url: https://mlflow.example.com }
  environments:
    production: { alias: champion }
  teams:
    fraud: { registry: mlflow }`;

/**
 * Reads the rules.
 *
 * @throws PlatformErrors with file and line of every mistake
 */
export function parseRules(content: string, name = RULES_FILE): Rules {
  const yaml = readYaml(content, name, 'rule');
  const parsed = file.safeParse(yaml.content);
  const mistake = (path: readonly PropertyKey[], problem: string, remedy: string) =>
    new PlatformError(`${name}:${yaml.lineOf(path)}`, problem, remedy);
  refuse(
    (parsed.error?.issues ?? []).map(issue => {
      const where = issue.path.join('.') || 'the file';
      if (issue.code === 'unrecognized_keys') {
        const path = [...issue.path, issue.keys[0]!];
        return mistake(path, `unknown key "${issue.keys.join('", "')}" below ${where}`, 'see docs/promotion.md');
      }
      const given = JSON.stringify(valueAt(yaml.content, issue.path)) ?? 'nothing';
      const inner = issue.code === 'invalid_key' ? issue.issues[0]?.message : issue.message;
      return mistake(issue.path, `${where} ${inner}, got ${given}`, EXAMPLE);
    }),
  );
  const { registries, environments, teams } = parsed.data!;
  refuse([
    ...Object.entries(teams).flatMap(([team, { registry, models = {} }]) => [
      ...(Object.hasOwn(registries, registry)
        ? []
        : [
            mistake(
              ['teams', team, 'registry'],
              `there is no registry "${registry}"`,
              `use one of: ${Object.keys(registries).join(', ')}`,
            ),
          ]),
      ...Object.entries(models).flatMap(([model, given]) =>
        Object.keys(given.environments ?? {})
          .filter(environment => !Object.hasOwn(environments, environment))
          .map(environment =>
            mistake(
              ['teams', team, 'models', model, 'environments', environment],
              `no alias feeds an environment "${environment}"`,
              `use one of: ${Object.keys(environments).join(', ')}`,
            ),
          ),
      ),
    ]),
    ...Object.entries(environments).flatMap(([environment, { gates: given }], index, all) => {
      const before = all.slice(0, index).map(([other]) => other);
      const soak = given?.soak?.environment;
      return soak === undefined || before.includes(soak)
        ? []
        : [
            mistake(
              ['environments', environment, 'gates', 'soak', 'environment'],
              `no environment "${soak}" comes before ${environment}`,
              'list environments in the order in which versions go through them',
            ),
          ];
    }),
  ]);
  const servers = new Map(
    Object.entries(registries).map(([key, { url, link = url, artifacts = ['mlflow-artifacts:/'] }]) => [
      key,
      { name: key, url, link, artifacts },
    ]),
  );
  return {
    environments: new Map(
      Object.entries(environments).map(([key, { gates: given = {}, pickle: open = false, ...more }]) => [
        key,
        { ...more, gates: given, pickle: open },
      ]),
    ),
    teams: new Map(
      Object.entries(teams).map(([key, { registry, models = {} }]) => [
        key,
        {
          registry: servers.get(registry)!,
          registered: Object.fromEntries(
            Object.entries(models).flatMap(([model, { registered }]) => (registered ? [[model, registered]] : [])),
          ),
          overrides: Object.fromEntries(
            Object.entries(models).map(([model, { environments: given = {} }]) => [model, given]),
          ),
        },
      ]),
    ),
  };
}

/** What counts for a model of a team in an environment; undefined if no alias feeds that, or the team has no registry. */
export function ruleFor(rules: Rules, environment: string, team: string, model: string): Rule | undefined {
  const base = rules.environments.get(environment);
  const overrides = rules.teams.get(team)?.overrides;
  const own = overrides && Object.hasOwn(overrides, model) ? overrides[model]! : {};
  const changed = Object.hasOwn(own, environment) ? own[environment]! : {};
  const given = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined));
  return base && rules.teams.has(team) ? { ...base, ...given } : undefined;
}

/** What the registry calls a model of a team. */
export function registeredName(rules: Rules, team: string, model: string): string {
  const names = rules.teams.get(team)?.registered ?? {};
  return Object.hasOwn(names, model) ? names[model]! : model;
}
