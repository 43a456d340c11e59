import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PIN } from '../promotion/one-team';
import { SharedRepository } from '../promotion/shared-repository';
import { LIBRARY, mlops } from './process';
import { UNANSWERED } from './unanswered';

jest.setTimeout(120_000);

const MAIN = `
import { Platform } from ${LIBRARY};
const platform = new Platform({ name: 'ml' });
platform.environments({ staging: {} })[0].team('fraud', { quota: { cpu: '1', memory: '1Gi' } }, team => void team.pinned('churn'));
export default platform;`;
/** Says something while it is loaded. */
const LOUD = `
console.log('hello');
console.info('hello');${MAIN.replace('void team.pinned', 'void team.isPinned')}`;
/** A pod that whoever is in its cluster reaches, and another one. */
const OPEN = ['a', 'b']
  .map(name => `{ apiVersion: v1, kind: Pod, metadata: { name: ${name}, namespace: ${name} } }\n`)
  .join('---\n');

describe('a command for programs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-json-'));
  writeFileSync(join(folder, 'main.ts'), MAIN);
  writeFileSync(join(folder, 'loud.ts'), LOUD);
  writeFileSync(join(folder, 'open.yaml'), OPEN);
  const repository = new SharedRepository({
    'promotion.yaml': UNANSWERED,
    [PIN]: 'models:\n  churn:\n    version: 1\n',
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await repository.remove();
  });

  /** Whether its standard output is one document of JSON, or nothing. */
  function ended(where: string, args: readonly string[]) {
    const { status, stdout, stderr } = mlops(where, [...args, '--output', 'json']);
    const printed = stdout === '' ? 'nothing' : typeof JSON.parse(stdout);
    return { code: status, printed, told: stderr.trim() !== '' };
  }

  it.each<[string, number, string]>([
    ['init', 1, 'nothing'],
    ['synth', 1, 'nothing'],
    ['synth --app=loud.ts', 0, 'object'],
    ['validate', 1, 'object'],
    ['isolation', 1, 'nothing'],
    ['isolation open.yaml', 16, 'object'],
    ['images', 1, 'nothing'],
    ['secrets template', 1, 'nothing'],
    ['keys', 1, 'nothing'],
    ['digest nowhere', 1, 'nothing'],
    ['helm write', 1, 'nothing'],
    ['helm check', 1, 'nothing'],
    ['helm package', 1, 'nothing'],
    ['routes --list', 1, 'nothing'],
    ['deploy churn --apply --timeout=x', 1, 'nothing'],
    ['synth --unknown', 1, 'nothing'],
  ])('prints JSON or nothing, and tells why: %s', (line, code, printed) => {
    expect(ended(folder, line.split(' '))).toEqual({ code, printed, told: true });
  });

  const asked = (line: string) =>
    ended(repository.work, [...line.split(' '), '--cache', join(repository.root, 'cache')]);

  it.each<[string, number, string]>([
    ['status', 3, 'object'],
    ['diff', 3, 'object'],
    ['promote churn:2 --dry-run', 3, 'object'],
    ['rollback churn', 19, 'nothing'],
    ['history --limit=x', 1, 'nothing'],
    ['delete other', 1, 'nothing'],
    ['delete churn', 9, 'object'],
    ['routes churn', 1, 'nothing'],
  ])('does so about promotions: %s', (line, code, printed) => {
    expect(asked(line)).toEqual({ code, printed, told: true });
  });

  it.each(['plan', 'status', 'diff', 'history', 'promote churn', 'rollback churn', 'delete churn', 'routes churn'])(
    'does so without a repository: %s',
    line => {
      expect(asked(`${line} --repository=/nowhere`)).toEqual({ code: 5, printed: 'nothing', told: true });
    },
  );

  it('has lines of JSON from watch, each of which is an event', () => {
    const { status, stdout } = mlops(repository.work, ['watch', '--once', '--cache', join(repository.root, 'cache')]);
    const events = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).event);
    expect([status, events]).toEqual([3, ['started', 'looked', 'stopped']]);
  });
});
