import { Cycle, type Outcome } from '../../lib/promotion/cycle';
import { MlflowRegistry } from '../../lib/promotion/ports/mlflow-registry';
import { parseRules } from '../../lib/promotion/rules-file';
import { aliasAt } from '../../lib/promotion/wanted-versions';
import { changes, FaultProxy, type Fault } from '../judges/promotion/fault-proxy';
import { MemoryGitRepository, MemoryGitServer } from './memory-git-repository';
import { MemoryMlflow } from './memory-mlflow';

const MEGABYTE = 1024 * 1024;
const pinOf = (version: number) => `models:\n  churn:\n    version: ${version}\n`;
const pinFile = (environment: string, team = 'fraud') => `environments/${environment}/${team}.yaml`;
const RULES = `registries:
  mlflow: { url: http://one.example.com }
  other: { url: http://other.example.com }
environments:
  staging: { alias: candidate }
  production: { alias: champion }
teams:
  fraud: { registry: mlflow }
  search: { registry: other }
`;

describe('a registry', () => {
  let [mlflow, other] = [new MemoryMlflow(), new MemoryMlflow()];
  let proxy: FaultProxy;
  let server: MemoryGitServer;
  let cycle: Cycle;

  beforeEach(async () => {
    [mlflow, other] = [new MemoryMlflow(), new MemoryMlflow()];
    await Promise.all([mlflow.start(), other.start()]);
    mlflow.register('churn', 3);
    mlflow.alias('churn', 'champion', 2);
    proxy = new FaultProxy(mlflow.url);
    await proxy.start();
    server = new MemoryGitServer();
    server.edit({ 'promotion.yaml': RULES, [pinFile('production')]: pinOf(1) });
    const registries = new Map(
      Object.entries({ mlflow: proxy.url, other: other.url }).map(([name, url]) => [
        name,
        new MlflowRegistry({ url, timeoutSeconds: 1, attempts: 1 }),
      ]),
    );
    cycle = new Cycle({
      git: new MemoryGitRepository(server),
      registry: ({ name }) => registries.get(name)!,
      synthesize: async () => undefined,
      now: () => new Date(),
      pause: async () => undefined,
    });
  });
  afterEach(() => [proxy, mlflow, other].forEach(one => one.stop()));

  const reasons = ({ plan }: Outcome) =>
    plan.held.flatMap(held => held.reasons.map(({ gate, reason }) => `${gate}: ${reason}`));
  const subjects = ({ done }: Outcome) =>
    done.map(({ promotion: { environment, team, from, version } }) => `${environment}/${team} ${from} -> ${version}`);

  it.each(['1;id', '-1', '01', '0', `${2n ** 63n}`, '1e1', ' 2', '１'])(
    '23: is not believed that an alias points to version %j',
    async version => {
      proxy.fault = changes(/search/, text => text.replace('"version":"2"', `"version":${JSON.stringify(version)}`));
      const outcome = await cycle.run();
      expect([subjects(outcome), reasons(outcome)]).toEqual([
        [],
        [expect.stringMatching(/^unanswered: .* answers without registered_models\.0\.aliases\.0\.version/)],
      ]);
    },
  );

  it('keeps a rollback no longer than one short try if it hangs', async () => {
    proxy.fault = () => undefined;
    const patient = new MlflowRegistry({ url: proxy.url, timeoutSeconds: 60, pauseSeconds: 0 });
    const place = { environment: 'production', team: 'fraud', model: 'churn' };
    const start = Date.now();
    await expect(aliasAt({ registry: () => patient }, parseRules(RULES), place)).resolves.toBeUndefined();
    expect([proxy.asked.length, Date.now() - start < 10_000]).toEqual([1, true]);
  }, 20_000);

  it('30: is left when an MLmodel does not end, after a few megabytes', async () => {
    let sent = 0;
    const endless: Fault = (_question, answer) => {
      const more = () => {
        while (!answer.destroyed && answer.write('x'.repeat(MEGABYTE))) {
          sent++;
        }
      };
      answer.on('drain', more).writeHead(200);
      more();
    };
    proxy.fault = (question, answer, body) =>
      (/get-artifact/.test(question.url!) ? endless : changes(/^$/, text => text))(question, answer, body);
    expect(reasons(await cycle.run())).toEqual(['files: MLmodel is longer than 4194304 bytes']);
    expect(sent).toBeLessThan(64);
  });

  it('32: is left when its answer drips', async () => {
    proxy.fault = (_question, answer) => {
      answer.writeHead(200, { 'content-type': 'application/json' });
      const dripping = setInterval(() => answer.write(' '), 20);
      answer.on('close', () => clearInterval(dripping));
    };
    const start = Date.now();
    expect(reasons(await cycle.run())).toEqual([expect.stringMatching(/^unanswered: .* no whole answer within 1 s;/)]);
    expect(Date.now() - start).toBeLessThan(5_000);
  });

  it('36: is left when each of its pages leads to another one', async () => {
    let pages = 0;
    proxy.fault = (_question, answer) => void answer.end(`{"registered_models": [], "next_page_token": "${++pages}"}`);
    expect(reasons(await cycle.run())).toEqual([
      expect.stringMatching(/^unanswered: .* repeats a page of its search$/),
    ]);
    expect(pages).toBeLessThanOrEqual(1_001);
  }, 30_000);

  it('42: whose two aliases swap gets one commit for each environment that they feed', async () => {
    server.edit({ [pinFile('staging')]: pinOf(2) });
    mlflow.alias('churn', 'candidate', 1);
    expect(subjects(await cycle.run())).toEqual(['staging/fraud 2 -> 1', 'production/fraud 1 -> 2']);
    expect(subjects(await cycle.run())).toEqual([]);
  });

  it("22: is not asked for another team's model, and moves no pin but that of its own team", async () => {
    other.register('churn', 3);
    other.alias('churn', 'champion', 3);
    mlflow.alias('churn', 'champion', 1);
    expect(subjects(await cycle.run())).toEqual([]);
    expect(other.requests).toBe(0);
    server.edit({ [pinFile('production', 'search')]: pinOf(1) });
    expect(subjects(await cycle.run())).toEqual(['production/search 1 -> 3']);
  });
});
