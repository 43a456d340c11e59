import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PIN, RULES } from '../promotion/one-team';
import { MemoryMlflow } from '../promotion/memory-mlflow';
import { SharedRepository } from '../promotion/shared-repository';
import { mlopsBeside } from './process';
import { UNANSWERED } from './unanswered';

jest.setTimeout(120_000);

const PINS = 'models:\n  churn:\n    version: 1\n';

describe('a mistake', () => {
  const mlflow = new MemoryMlflow();
  let repository: SharedRepository;
  let rules: string;
  let credentials: string;

  beforeAll(async () => {
    await mlflow.start();
    mlflow.register('churn', 2);
    mlflow.alias('churn', 'champion', 2);
    rules = RULES.replace('http://mlflow.example.com', mlflow.url);
    repository = new SharedRepository({ 'promotion.yaml': rules, [PIN]: PINS });
    credentials = join(repository.root, 'credentials');
  });
  beforeEach(() => void repository.edit({ 'promotion.yaml': rules, [PIN]: PINS }));
  afterAll(async () => {
    mlflow.stop();
    await repository.remove();
  });

  const run = (...args: string[]) => mlopsBeside(repository.work, [...args, '--cache', join(repository.root, 'cache')]);

  it.each([
    ['a malformed file', 20, 'models: [\n', 'fraud.yaml:'],
    ['two models of one name in a file', 22, `${PINS}  churn:\n    version: 2\n`, 'model "churn" is pinned in line 2'],
  ])('is %s of pins, which ends with %i', async (_, code, pins, text) => {
    const tip = repository.edit({ [PIN]: pins });
    for (const args of [['status'], ['history'], ['promote', 'churn']]) {
      const { status, stderr } = await run(...args);
      expect([args[0], status, stderr]).toEqual([args[0], code, expect.stringContaining(text)]);
    }
    expect(repository.tip()).toBe(tip);
  });

  it('is two models whose names differ in capitals alone, which ends with 22', async () => {
    repository.edit({ [PIN]: `${PINS}  Churn:\n    version: 1\n` });
    expect(await run('promote', 'churn')).toMatchObject({
      status: 22,
      stdout: expect.stringContaining('model Churn of the same team differs only in capitals; rename one of the two'),
    });
  });

  it.each([
    [['promote', 'churn@nobody'], 'alias "nobody" is not set, only: champion'],
    [['promote', 'churn', '--version=99'], 'the registry has no version 99; name one that it has, or move the alias'],
    [['deploy', 'churn@nobody'], 'alias "nobody" is not set, only: champion'],
    [['deploy', 'churn:99'], 'the registry has no version 99; name one that it has, or move the alias'],
  ])('is an alias or a version that does not exist, which ends with 19: %j', async (args, text) => {
    const tip = repository.tip();
    const { status, stdout, stderr } = await run(...args, '--output=json');
    const { held } = JSON.parse(stdout);
    expect([status, stderr, held]).toEqual([
      19,
      expect.stringContaining(text),
      [expect.objectContaining({ model: 'churn', reasons: [expect.objectContaining({ reason: text })] })],
    ]);
    expect(repository.tip()).toBe(tip);
  });

  it.each([['promote', 'churn'], ['deploy', 'churn'], ['deploy', 'churn:2'], ['promote', 'churn:2'], ['plan']])(
    'is the code of a registry that does not answer, with the outcome for programs: %s %s',
    async (...args) => {
      const tip = repository.edit({ 'promotion.yaml': UNANSWERED });
      const { status, stdout, stderr } = await run(...args, '--output=json');
      const { held } = JSON.parse(stdout);
      expect([status, stderr, held[0].reasons]).toEqual([
        3,
        expect.stringContaining('http://127.0.0.1:9/'),
        [{ gate: 'unanswered', reason: expect.stringContaining('http://127.0.0.1:9/'), fault: 'unreachable' }],
      ]);
      expect(repository.tip()).toBe(tip);
    },
  );

  it.each([
    [17, 'credentials that are not there', 401, false, 'wants credentials, and none were sent (401)'],
    [4, 'credentials that are refused', 401, true, 'does not know the credentials (401)'],
    [4, 'a right that is not there', 403, true, 'does not allow it (403)'],
    [18, 'a URL of something else', 404, true, "write the URL of MLflow as the registry's url"],
  ])('ends with %i for %s', async (code, _, answer, isKnown, text) => {
    const server = createServer((_request, response) => void response.writeHead(answer).end());
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const tip = repository.edit({ 'promotion.yaml': rules.replace(mlflow.url, url) });
    mkdirSync(join(credentials, 'mlflow'), { recursive: true });
    writeFileSync(join(credentials, 'mlflow/token'), 'a-token');
    for (const args of [['plan'], ['promote', 'churn'], ['deploy', 'churn:2']]) {
      const { status, stdout, stderr } = await run(...args, ...(isKnown ? ['--credentials', credentials] : []));
      expect([args[0], status, `${stdout}${stderr}`]).toEqual([args[0], code, expect.stringContaining(text)]);
    }
    server.close();
    expect(repository.tip()).toBe(tip);
  });

  it('ends with 17 if the folder of credentials is not there, or has none', async () => {
    const empty = join(repository.root, 'empty');
    mkdirSync(join(empty, 'mlflow'), { recursive: true });
    for (const [folder, text] of [
      ['/nowhere', 'there is no folder "/nowhere"'],
      [empty, 'the folder has no credentials; put a file token there'],
    ] as const) {
      const { status, stdout, stderr } = await run('plan', '--credentials', folder);
      expect([status, `${stdout}${stderr}`]).toEqual([17, expect.stringContaining(text)]);
    }
  });

  it.each([
    ['malformed', 'registries: [\n'],
    ['not there', undefined],
  ])('is that promotion.yaml is %s, which ends with 21', async (_, text) => {
    repository.edit({ 'promotion.yaml': text });
    expect(await run('plan')).toMatchObject({ status: 21, stderr: expect.stringContaining('[promotion.yaml') });
  });
});
