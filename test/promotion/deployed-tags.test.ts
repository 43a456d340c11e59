import { parsePins } from '../../lib/core/pins';
import { DeployedTags } from '../../lib/promotion/deployed-tags';
import type { Deployment } from '../../lib/promotion/deployment-status';
import type { RemoteGitRepository } from '../../lib/promotion/ports/remote-git-repository';
import { readState } from '../../lib/promotion/repository-state';
import { ServiceError } from '../../lib/promotion/service-error';
import { MemoryRegistry } from './memory-registry';
import { SharedRepository } from './shared-repository';

jest.setTimeout(30_000);

const RULES = `registries:
  mlflow: { url: http://mlflow.example.com }
environments:
  production: { alias: champion }
teams:
  fraud: { registry: mlflow }
  search: { registry: mlflow }
`;
const NOW = new Date('2026-03-01T10:00:00Z');
const pins = (model: string, version: number) => `models:\n  ${model}:\n    version: ${version}\n`;
const message = (team: string, model: string, from: number, to: number) =>
  `production/${team}: ${model} ${from} -> ${to}\n\nMlops-Environment: production\nMlops-Team: ${team}\nMlops-Model: ${model}\nMlops-From: ${from}\nMlops-To: ${to}\nMlops-By: alias champion`;

describe('the tags of what is deployed', () => {
  let repository: SharedRepository;
  let git: RemoteGitRepository;
  let registry: MemoryRegistry;
  let deployments: Map<string, Deployment | ServiceError>;

  beforeEach(() => {
    repository = new SharedRepository({
      'promotion.yaml': RULES,
      'environments/production/fraud.yaml': pins('churn', 1),
      'environments/production/search.yaml': pins('ranking', 1),
    });
    git = repository.open();
    registry = new MemoryRegistry();
    [1, 2].forEach(version => registry.register('churn', version).register('ranking', version));
    deployments = new Map();
  });
  afterEach(() => repository.remove());

  const watched = () =>
    new DeployedTags({
      git,
      registry: () => registry,
      now: () => NOW,
      status: {
        status: async ({ team }) => {
          const found = deployments.get(team) ?? { state: 'waiting', message: '' };
          if (found instanceof ServiceError) {
            throw found;
          }
          return found;
        },
      },
    });
  const look = async (tags: DeployedTags) => tags.observe(await readState(git, await git.fetch()));
  const pin = (team: string, model: string, version: number, text = message(team, model, 3 - version, version)) =>
    repository.edit({ [`environments/production/${team}.yaml`]: pins(model, version) }, text);
  const runs = (team: string, commit: string) => deployments.set(team, { state: 'running', commit, message: '' });
  const tag = async (model: string, version: number) =>
    (await registry.version(model, version))!.tags.get('mlops.deployed.production');

  it('say the commit and the time once it runs, and not before', async () => {
    const tags = watched();
    const before = repository.tip();
    const commit = pin('fraud', 'churn', 2);
    runs('fraud', before);
    expect(await look(tags)).toMatchObject({ tagged: [], waiting: [{ model: 'churn', version: 2, commit }] });
    expect(await tag('churn', 2)).toBeUndefined();
    runs('fraud', commit);
    expect(await look(tags)).toMatchObject({ tagged: [{ model: 'churn', version: 2, commit }], waiting: [] });
    expect(await tag('churn', 2)).toBe(`${commit} 2026-03-01T10:00:00.000Z`);
  });

  it('are not waited for where no rule is any more', async () => {
    const tags = watched();
    pin('fraud', 'churn', 2);
    expect(await look(tags)).toMatchObject({ waiting: [{ model: 'churn' }] });
    repository.edit({ 'promotion.yaml': RULES.replace('  fraud: { registry: mlflow }\n', '') });
    expect(await look(tags)).toMatchObject({ tagged: [], waiting: [], failures: [] });
  });

  it('are set when the version is seen that is pinned, where no commit is', async () => {
    const tags = watched();
    const commit = pin('fraud', 'churn', 2);
    for (const seen of [
      { state: 'running', version: 1 },
      { state: 'waiting', version: 2 },
    ] as const) {
      deployments.set('fraud', { ...seen, message: '' });
      expect(await look(tags)).toMatchObject({ tagged: [], waiting: [{ version: 2 }] });
    }
    deployments.set('fraud', { state: 'running', version: 2, message: '' });
    expect(await look(tags)).toMatchObject({ tagged: [{ version: 2 }], waiting: [] });
    expect(await tag('churn', 2)).toBe(`${commit} 2026-03-01T10:00:00.000Z`);
  });

  it('are not set for what nobody promoted', async () => {
    runs('fraud', repository.tip());
    expect(await look(watched())).toEqual({ tagged: [], waiting: [], failures: [] });
  });

  it('are set after a start for what was promoted before it, once', async () => {
    const commit = pin('fraud', 'churn', 2);
    runs('fraud', pin('search', 'ranking', 2));
    expect(await look(watched())).toMatchObject({ tagged: [{ version: 2, commit }], waiting: [{ model: 'ranking' }] });
    const first = await tag('churn', 2);
    await look(watched());
    expect([await tag('churn', 2), registry.asked.filter(one => one.startsWith('tag '))]).toEqual([
      first,
      ['tag churn 2'],
    ]);
  });

  it('say the commit that squashed several promotions', async () => {
    const both = (version: number) => `${pins('churn', version)}  score:\n    version: ${version}\n`;
    registry.register('score', 2);
    repository.edit({ 'environments/production/fraud.yaml': both(1) });
    const text = `today\n\n${message('fraud', 'churn', 1, 2)}\n\n${message('fraud', 'score', 1, 2)}`;
    const commit = repository.edit({ 'environments/production/fraud.yaml': both(2) }, text);
    runs('fraud', commit);
    expect((await look(watched())).tagged).toMatchObject([
      { model: 'churn', commit },
      { model: 'score', commit },
    ]);
  });

  it('are soon found for many models in a long history', async () => {
    const names = Array.from({ length: 500 }, (_, index) => `model-${index}`);
    const pinned = parsePins(`models:\n${names.map(name => `  ${name}: { version: 1 }\n`).join('')}`, 'fraud.yaml');
    const changes = Array.from({ length: 5_000 }, (_, index) => {
      const commit = index.toString(16).padStart(40, '0');
      return { commit, time: NOW, author: 'mlops', message: message('fraud', 'hot', 1, 2) };
    });
    git.changes = async () => changes;
    const state = {
      ...(await readState(git, await git.fetch())),
      pins: new Map([['production/fraud', pinned]]),
    };
    const start = performance.now();
    expect((await watched().observe(state)).waiting).toEqual([]);
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it.each([
    ['another process of the command', message('fraud', 'churn', 2, 1)],
    ['a person', 'Revert "production/fraud: churn 1 -> 2"'],
  ])('follow what %s takes back meanwhile', async (_, text) => {
    const tags = watched();
    runs('fraud', pin('fraud', 'churn', 2));
    await look(tags);
    const commit = pin('fraud', 'churn', 1, text);
    runs('fraud', commit);
    expect(await look(tags)).toMatchObject({ tagged: [{ model: 'churn', version: 1, commit }] });
    expect(await tag('churn', 1)).toBe(`${commit} 2026-03-01T10:00:00.000Z`);
  });

  it('of one team do not wait for what another team cannot be asked', async () => {
    pin('fraud', 'churn', 2);
    runs('search', pin('search', 'ranking', 2));
    const failure = new ServiceError('denied', 'Argo CD says no');
    deployments.set('fraud', failure);
    expect(await look(watched())).toMatchObject({
      tagged: [{ model: 'ranking' }],
      waiting: [{ model: 'churn' }],
      failures: [failure],
    });
  });
});
