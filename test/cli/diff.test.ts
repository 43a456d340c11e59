import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryMlflow } from '../promotion/memory-mlflow';
import { PIN, RULES } from '../promotion/one-team';
import { SharedRepository } from '../promotion/shared-repository';
import { mlopsBeside } from './process';

jest.setTimeout(60_000);

describe('mlops diff', () => {
  const mlflow = new MemoryMlflow();
  const repository = new SharedRepository();

  beforeAll(async () => {
    await mlflow.start();
    for (const model of ['churn', 'other']) {
      mlflow.register(model, 2);
      mlflow.alias(model, 'champion', 2);
    }
    mkdirSync(join(repository.work, 'releases'));
    symlinkSync('other.yaml', join(repository.work, 'releases/churn.yaml'));
    repository.edit({
      'promotion.yaml': RULES.replace('http://mlflow.example.com', mlflow.url).replace(
        'alias: champion',
        'alias: champion, values: releases/$model.yaml',
      ),
      [PIN]: 'models:\n  churn:\n    version: 1\n  other:\n    version: 1\n',
      'releases/other.yaml': 'model: { name: other, version: 1 }\nsource: { kind: registry }\n',
    });
  });
  afterAll(async () => {
    mlflow.stop();
    await repository.remove();
  });

  const diff = (...args: string[]) =>
    mlopsBeside(repository.work, ['diff', '--cache', join(repository.root, 'cache'), ...args]);

  it('holds a model whose values are a link, and shows the others', async () => {
    const { status, stdout, stderr } = await diff();
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(
      'held  production/fraud/churn 2  synthesis: releases/churn.yaml is no plain file but a link',
    );
    expect(stdout).toContain('+model: { name: other, version: 2 }');
  });

  it('does so for programs', async () => {
    const { status, stdout } = await diff('--output', 'json');
    const held = [{ gate: 'synthesis', reason: expect.stringContaining('but a link') }];
    expect([status, JSON.parse(stdout)]).toEqual([
      0,
      [
        expect.objectContaining({ model: 'churn', diff: '', held }),
        expect.objectContaining({ model: 'other', diff: expect.stringContaining('version: 2 }') }),
      ],
    ]);
  });
});
