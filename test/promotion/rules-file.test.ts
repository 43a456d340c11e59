import { ruleFor } from '../../lib/promotion/rules';
import { parseRules } from '../../lib/promotion/rules-file';

const rulesOf = (production: string, models = '') =>
  parseRules(`registries:
  mlflow: { url: http://mlflow.example.com }
environments:
  production: { alias: champion${production} }
teams:
  fraud: { registry: mlflow${models} }
`);
const CANARY = ', canary: { steps: [5], every: 30m }';

describe('rules about a soak', () => {
  const soakIn = (environment: string, ofModel: string) =>
    parseRules(`registries:
  mlflow: { url: http://mlflow.example.com }
environments:
  staging: { alias: candidate }
  production: { alias: champion }
teams:
  fraud:
    registry: mlflow
    models:
      churn:
        environments:
          ${environment}:
            gates:
              soak: { environment: ${ofModel}, time: 24h }
`);

  it('of one model name an environment before', () => {
    expect(ruleFor(soakIn('production', 'staging'), 'production', 'fraud', 'churn')!.gates.soak).toEqual({
      environment: 'staging',
      seconds: 86_400,
    });
  });

  it.each([
    ['production', 'stagin'],
    ['production', 'production'],
    ['staging', 'production'],
  ])('of one model in %s do not name %s', (environment, ofModel) => {
    expect(() => soakIn(environment, ofModel)).toThrow(
      `[promotion.yaml:14] no environment "${ofModel}" comes before ${environment}; list environments in the order in which versions go through them`,
    );
  });
});

describe('rules about Deployments', () => {
  it('name one, with its namespace', () => {
    const rules = rulesOf(', deployment: $team-$environment/$model');
    expect(ruleFor(rules, 'production', 'fraud', 'churn')!.deployment).toBe('$team-$environment/$model');
  });

  it.each(['churn', '../churn', 'a/b/c', 'A/b', 'a/b?x', '/b', 'a/', 'a b/c', '$namespace/b'])('refuse %s', given => {
    expect(() => rulesOf(`, deployment: ${JSON.stringify(given)}`)).toThrow(
      '[promotion.yaml:4] environments.production.deployment m',
    );
  });
});

describe('rules about values of releases', () => {
  it('count for an environment, and for a model in it', () => {
    const own = ', models: { churn: { environments: { production: { values: "a/all.yaml#churn" } } } }';
    const rules = rulesOf(', values: releases/$environment/$team-$model.yml', own);
    expect(ruleFor(rules, 'production', 'fraud', 'churn')!.values).toBe('a/all.yaml#churn');
    expect(ruleFor(rules, 'production', 'fraud', 'other')!.values).toBe('releases/$environment/$team-$model.yml');
    expect(ruleFor(rulesOf(''), 'production', 'fraud', 'churn')).not.toHaveProperty('values');
  });

  it.each(['../a.yaml', 'a/../b.yaml', '/a.yaml', 'a//b.yaml', '.git/a.yaml', 'a.json', 'a b.yaml', 'a.yaml#', '7'])(
    'name a file of the repository, not %s',
    file => {
      expect(() => rulesOf(`, values: ${JSON.stringify(file)}`)).toThrow(
        `[promotion.yaml:4] environments.production.values must be a file of the repository, such as releases/$environment/$team/$model.yaml, got ${JSON.stringify(file)}`,
      );
    },
  );

  const twoOf = (values: string, own = '') =>
    parseRules(`registries:
  mlflow: { url: http://mlflow.example.com }
environments:
  staging: { alias: candidate, values: ${values} }
  production: { alias: champion, values: ${values} }
teams:
  fraud: { registry: mlflow }
  risk: { registry: mlflow${own} }
`);

  it.each([
    [
      'releases/$team/$model.yaml',
      'staging/fraud/* and production/fraud/* have the same values, releases/fraud/*.yaml',
    ],
    [
      'releases/$environment/$model.yaml',
      'staging/fraud/* and staging/risk/* have the same values, releases/staging/*',
    ],
    ['"all.yaml#$environment"', 'staging/fraud/* and staging/risk/* have the same values, all.yaml#staging'],
  ])('are not those of two places: %s', (values, message) => {
    expect(() => twoOf(values)).toThrow(message);
    expect(() => twoOf(values)).toThrow(
      'so one release would serve both; name another file or part for each, such as releases/$environment/$team/$model.yaml',
    );
  });

  it('are not those that another team has of a model of this name', () => {
    const own = (file: string) => `, models: { churn: { environments: { production: { values: ${file} } } } }`;
    const template = 'releases/$environment/$team/$model.yaml';
    expect(() => twoOf(template, own('releases/production/fraud/$model.yaml'))).toThrow(
      '[promotion.yaml:8] production/fraud/churn and production/risk/churn have the same values, releases/production/fraud/churn.yaml,',
    );
    expect(twoOf(template, own('releases/churn.yaml')).environments.size).toBe(2);
    expect(twoOf('"releases/$model.yaml#$environment-$team"').environments.size).toBe(2);
  });

  it('hold no other placeholder', () => {
    expect(() => rulesOf(', values: releases/$version.yaml')).toThrow(
      'environments.production.values may hold $environment, $team and $model, and no other "$", got "releases/$version.yaml"',
    );
  });

  it.each([
    ['of the environment', `, values: a.yaml${CANARY}`, '', 4],
    ['of one model', CANARY, ', models: { churn: { environments: { production: { values: a.yaml } } } }', 6],
  ])('are not beside a canary %s', (_whose, production, models, line) => {
    expect(() => rulesOf(production, models)).toThrow(
      `[promotion.yaml:${line}] a canary needs a second version beside the first, and a release of the chart model-api has one; leave canary or values out`,
    );
  });
});
