import type { z } from 'zod';
import { allAbout, PlatformError } from '../core/platform-error';
import { readYaml, refuse, valueAt } from '../core/yaml-file';
import { withoutCredentials } from './plain-text';
import { ruleFor, type Gates, type Rule, type Rules } from './rules';
import { RULES_SCHEMA } from './rules-schema';
import { placeText, withNames, type Place } from './wanted';

/** Name of the file with the rules, in the root of the repository. */
export const RULES_FILE = 'promotion.yaml';

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
export const parseRules = (content: string, name = RULES_FILE): Rules => allAbout('rules', () => parsed(content, name));

function parsed(content: string, name: string): Rules {
  const yaml = readYaml(content, name, 'rule');
  const checked = RULES_SCHEMA.safeParse(yaml.content);
  const mistake = (path: readonly PropertyKey[], problem: string, remedy: string) =>
    new PlatformError(`${name}:${yaml.lineOf(path)}`, problem, remedy);
  refuse([
    ...skipped(yaml.content).map(path => mistake(path, '"__proto__" is no name here', 'choose another one')),
    ...(checked.error?.issues ?? []).map(issue => {
      const where = issue.path.join('.') || 'the file';
      if (issue.code === 'unrecognized_keys') {
        const path = [...issue.path, issue.keys[0]!];
        return mistake(path, `unknown key "${issue.keys.join('", "')}" below ${where}`, 'see docs/promotion.md');
      }
      const given = withoutCredentials(JSON.stringify(valueAt(yaml.content, issue.path)) ?? 'nothing');
      const inner = issue.code === 'invalid_key' ? issue.issues[0]?.message : issue.message;
      return mistake(issue.path, `${where} ${inner}, got ${given}`, EXAMPLE);
    }),
  ]);
  const { registries, environments, teams } = checked.data!;
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
    ...soaksIn(checked.data!).flatMap(({ path, environment, soak }) => {
      const names = Object.keys(environments);
      const before = names.slice(0, names.indexOf(environment));
      return before.includes(soak)
        ? []
        : [
            mistake(
              path,
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
  const rules: Rules = {
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
  refuse(
    canariesOfReleases(rules).map(path =>
      mistake(
        path,
        'a canary needs a second version beside the first, and a release of the chart model-api has one',
        'leave canary or values out',
      ),
    ),
  );
  refuse(
    sharedReleases(rules).map(({ path, places, values }) =>
      mistake(
        path,
        `${places.join(' and ')} have the same values, ${values}, so one release would serve both`,
        'name another file or part for each, such as releases/$environment/$team/$model.yaml',
      ),
    ),
  );
  return rules;
}

/** Where a version must have been pinned before, of all models and of one, and where that is said. */
function soaksIn({ environments, teams }: z.output<typeof RULES_SCHEMA>) {
  const soaks = (of: Readonly<Record<string, { readonly gates?: Gates }>>, ...path: string[]) =>
    Object.entries(of).flatMap(([environment, { gates }]) => {
      const where = [...path, 'environments', environment, 'gates', 'soak', 'environment'];
      // Of another environment it is said already that nothing feeds it.
      return gates?.soak && Object.hasOwn(environments, environment)
        ? [{ path: where, environment, soak: gates.soak.environment }]
        : [];
    });
  const models = Object.entries(teams).flatMap(([team, { models: own = {} }]) =>
    Object.entries(own).flatMap(([model, given]) => soaks(given.environments ?? {}, 'teams', team, 'models', model)),
  );
  return [...soaks(environments), ...models];
}

/** Where a key is `__proto__`. Zod leaves it out, and a gate of that name would stand open without a word. */
function skipped(content: unknown, path: readonly string[] = []): string[][] {
  return typeof content !== 'object' || content === null
    ? []
    : Object.entries(content).flatMap(([key, value]) => [
        ...(key === '__proto__' ? [[...path, key]] : []),
        ...skipped(value, [...path, key]),
      ]);
}

/** Where a release, whose chart has one version, would get a canary. */
function canariesOfReleases({ environments, teams }: Rules): string[][] {
  const impossible = ({ canary, values }: Partial<Rule> = {}) => canary !== undefined && values !== undefined;
  return [
    ...[...environments].flatMap(([name, rule]) => (impossible(rule) ? [['environments', name, 'canary']] : [])),
    ...[...teams].flatMap(([team, { overrides }]) =>
      Object.entries(overrides).flatMap(([model, given]) =>
        Object.entries(given).flatMap(([name, own]) => {
          const base = environments.get(name);
          return !impossible(base) && impossible({ ...base, ...own })
            ? [['teams', team, 'models', model, 'environments', name]]
            : [];
        }),
      ),
    ),
  ];
}

/** Stands for the models that no rule names. */
const ANY_MODEL = '*';

/** A place whose release has values of its own, and where the rules say which. */
interface Release extends Place {
  readonly values: string;
  readonly path: string[];
}

/** Where a model of one name would have the same release in two environments, or for two teams. */
function sharedReleases(rules: Rules): { path: string[]; places: string[]; values: string }[] {
  const owners = new Map<string, Release>();
  const seen = new Set<string>();
  return releasesOf(rules).flatMap(release => {
    const { model, path, values } = release;
    const key = JSON.stringify([model, values]);
    const owner = owners.get(key);
    if (owner === undefined) {
      owners.set(key, release);
      return [];
    }
    const place = path.join(' ');
    if (seen.has(place)) {
      return [];
    }
    seen.add(place);
    return [{ path, places: [placeText(owner), placeText(release)], values }];
  });
}

function releasesOf(rules: Rules): Release[] {
  const { environments, teams } = rules;
  const models = [...new Set([...[...teams.values()].flatMap(({ overrides }) => Object.keys(overrides)), ANY_MODEL])];
  return models.flatMap(model =>
    [...environments.keys()].flatMap(environment =>
      [...teams].flatMap(([team, { overrides }]) => {
        const place = { environment, team, model };
        const template = ruleFor(rules, environment, team, model)?.values;
        const isOwn = Object.hasOwn(overrides, model) && overrides[model]![environment]?.values !== undefined;
        const where = isOwn ? ['teams', team, 'models', model, 'environments'] : ['environments'];
        return template === undefined
          ? []
          : [{ ...place, values: withNames(template, place), path: [...where, environment, 'values'] }];
      }),
    ),
  );
}
