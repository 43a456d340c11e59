import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodeOfOutcome } from '../../lib/cli/exit-codes';
import { registriesBy } from '../../lib/cli/promotion-world';
import { Cycle } from '../../lib/promotion/cycle';
import { WatchMetrics } from '../../lib/promotion/ports/watch-metrics';
import { prometheus } from '../../lib/promotion/ports/prometheus';
import { credentialsIn } from '../../lib/promotion/ports/credentials';
import { telling } from '../../lib/promotion/telling-registry';
import { MemoryGitRepository, MemoryGitServer } from '../promotion/memory-git-repository';
import { MemoryMlflow } from '../promotion/memory-mlflow';
import { PIN } from '../promotion/one-team';
import { SharedRepository } from '../promotion/shared-repository';
import { mlopsBeside } from './process';

jest.setTimeout(60_000);

const OTHERS = 'environments/production/risk.yaml';
const pins = (version: number) => `models:\n  churn:\n    version: ${version}\n`;

describe('the credentials of one registry', () => {
  const mlflow = new MemoryMlflow();
  const repository = new SharedRepository();
  const folder = join(repository.root, 'credentials');
  const token = join(folder, 'other/token');
  let rules: string;

  beforeAll(async () => {
    await mlflow.start();
    mlflow.register('churn', 4);
    rules = `registries:
  mlflow: { url: ${mlflow.url} }
  other: { url: ${mlflow.url} }
environments:
  production: { alias: champion }
teams:
  fraud: { registry: mlflow }
  risk: { registry: other }
`;
  });
  beforeEach(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, 'other'), { recursive: true });
    mlflow.alias('churn', 'champion', 2);
  });
  afterAll(async () => {
    mlflow.stop();
    await repository.remove();
  });

  it.each([
    ['are not there', undefined, 'the folder has no credentials; put a file token there, or username and password'],
    ['are empty', '', 'the file does not hold one line without control characters'],
    ['are two lines', 'S3CR3T\nOLD', 'the file does not hold one line without control characters'],
    ['fit no header', 'S3CR3T€', 'no server gives tokens with such characters'],
  ])('hold its own teams if they %s, until they are mended', async (_, text, reason) => {
    const server = new MemoryGitServer();
    server.edit({ 'promotion.yaml': rules, [PIN]: pins(1), [OTHERS]: pins(1) });
    const metrics = new WatchMetrics();
    const cycle = new Cycle({
      git: new MemoryGitRepository(server),
      registry: telling(registriesBy(folder), (name, fault) => metrics.faulted(name, fault)),
      synthesize: async () => undefined,
      now: () => new Date(),
      pause: async () => undefined,
    });
    const look = async () => {
      const outcome = await cycle.run();
      metrics.looked({ outcome, seconds: 1 }, new Date());
      const faults = (await metrics.text()).split('\n').filter(line => line.startsWith('mlops_registry_fault{'));
      const held = outcome.plan.held.map(({ team, reasons }) => [team, reasons[0]!.gate, reasons[0]!.reason]);
      return { held, faults, code: exitCodeOfOutcome(outcome) };
    };
    if (text !== undefined) {
      writeFileSync(token, text);
    }
    expect(await look()).toEqual({
      held: [['risk', 'unanswered', expect.stringContaining(reason)]],
      faults: ['mlops_registry_fault{registry="other",fault="anonymous"} 1'],
      code: 17,
    });
    expect([server.text(PIN), server.text(OTHERS)]).toEqual([
      expect.stringContaining('version: 2'),
      expect.stringContaining('version: 1'),
    ]);
    writeFileSync(token, 'a-token\n');
    expect(await look()).toEqual({ held: [], faults: [], code: 0 });
    // They may break later too, when somebody renews them.
    writeFileSync(token, 'two\nlines');
    mlflow.alias('churn', 'champion', 3);
    expect(await look()).toMatchObject({ held: [['risk', 'unanswered', expect.any(String)]], code: 17 });
    expect(server.text(PIN)).toContain('version: 3');
  });

  it('are told by the command, and keep it from nothing else', async () => {
    repository.edit({ 'promotion.yaml': rules, [PIN]: pins(1), [OTHERS]: pins(1) });
    const args = ['plan', '--credentials', folder, '--cache', join(repository.root, 'cache')];
    const { status, stdout } = await mlopsBeside(repository.work, args);
    expect([status, stdout]).toEqual([17, expect.stringContaining('other] the folder has no credentials')]);
    expect(stdout).toMatch(/would promote.*production\/fraud: churn 1 -> 2/);
  });

  it('are its own fault if it is Prometheus', async () => {
    const ask = prometheus({ url: mlflow.url, authorization: credentialsIn(join(folder, 'other')) });
    await expect(ask('up')).rejects.toMatchObject({ name: 'ServiceError', fault: 'anonymous' });
  });
});
