import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MemoryMlflow } from '../promotion/memory-mlflow';
import { PIN, RULES } from '../promotion/one-team';
import { SharedRepository } from '../promotion/shared-repository';
import { LIBRARY, mlopsBeside } from './process';

jest.setTimeout(120_000);

const MAIN = `
import { Platform } from ${LIBRARY};
const platform = new Platform({ name: 'ml' });
platform.environments({ production: {} })[0].team('fraud', { quota: { cpu: '4', memory: '8Gi' } }, team => void team.pinned('churn'));
export default platform;`;
const VALUES = 'alias: champion, values: releases/$model.yaml';

describe('mlops promote --dry-run', () => {
  const mlflow = new MemoryMlflow();
  const repository = new SharedRepository();

  beforeAll(async () => {
    await mlflow.start();
    mlflow.register('churn', 2);
    mlflow.alias('churn', 'champion', 2);
  });
  afterAll(async () => {
    mlflow.stop();
    await repository.remove();
  });

  it.each([
    ['values', 'releases/churn.yaml', VALUES],
    ['manifest', 'dist/production/fraud.k8s.yaml', 'alias: champion'],
  ])('holds a model whose %s is a link, and ends as the promotion does', async (_, path, rule) => {
    const link = join(repository.work, path);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync('other.yaml', link);
    const tip = repository.edit({
      'main.ts': MAIN,
      'promotion.yaml': RULES.replace('http://mlflow.example.com', mlflow.url).replace('alias: champion', rule),
      [PIN]: 'models:\n  churn:\n    version: 1\n',
    });
    const args = ['promote', 'churn', '--output=json', '--cache', join(repository.root, 'cache')];
    const [real, dry] = [
      await mlopsBeside(repository.work, args),
      await mlopsBeside(repository.work, [...args, '--dry-run']),
    ];
    expect([dry.status, JSON.parse(dry.stdout), dry.stderr]).toEqual([9, JSON.parse(real.stdout), real.stderr]);
    expect([real.status, real.stderr]).toEqual([9, expect.stringContaining('synthesis: ')]);
    expect(real.stderr).toContain(path);
    expect(repository.tip()).toBe(tip);
    rmSync(link);
  });
});
