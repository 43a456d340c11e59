import { join } from 'node:path';
import { PIN, RULES } from '../promotion/one-team';
import { MemoryMlflow } from '../promotion/memory-mlflow';
import { SharedRepository } from '../promotion/shared-repository';
import { mlopsBeside } from './process';

jest.setTimeout(120_000);

const PINS = 'models:\n  churn:\n    version: 1\n';

describe('a mistake', () => {
  const mlflow = new MemoryMlflow();
  let repository: SharedRepository;
  let rules: string;

  beforeAll(async () => {
    await mlflow.start();
    mlflow.register('churn', 2);
    mlflow.alias('churn', 'champion', 2);
    rules = RULES.replace('http://mlflow.example.com', mlflow.url);
    repository = new SharedRepository({ 'promotion.yaml': rules, [PIN]: PINS });
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
    for (const args of [['status'], ['promote', 'churn']]) {
      const { status, stderr } = await run(...args);
      expect([args[0], status, stderr]).toEqual([args[0], code, expect.stringContaining(text)]);
    }
    expect(repository.tip()).toBe(tip);
  });

  it.each([
    ['malformed', 'registries: [\n'],
    ['not there', undefined],
  ])('is that promotion.yaml is %s, which ends with 21', async (_, text) => {
    repository.edit({ 'promotion.yaml': text });
    expect(await run('plan')).toMatchObject({ status: 21, stderr: expect.stringContaining('[promotion.yaml') });
  });
});
