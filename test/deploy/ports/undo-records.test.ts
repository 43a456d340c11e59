import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UndoRecords } from '../../../lib/deploy/ports/undo-records';

describe('UndoRecords', () => {
  const folder = mkdtempSync(join(tmpdir(), 'undo-'));
  const world = { platform: '/home/anna/platform', cluster: '0b4f' };
  const recordsOf = (other: Partial<typeof world> = {}) =>
    new UndoRecords(join(folder, 'undo'), { ...world, ...other });
  const records = recordsOf();
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const key = ['delete', 'staging/fraud', 'churn'];
  const change = (name: string) => ({
    before: [{ apiVersion: 'v1', kind: 'Service', metadata: { name } }],
    created: [],
  });

  it('remember nothing of a change that was undone at once', () => {
    const { begun, undone } = records.journal(key);
    begun(change('churn'));
    undone();
    expect(() => records.read(key)).toThrow(
      'nothing is known that could be undone; only the last --apply from this folder is',
    );
  });

  it('remember the last change, and after one that was undone at once the one before', () => {
    records.journal(key).begun(change('first'));
    const { begun, undone } = records.journal(key);
    begun(change('second'));
    expect(records.read(key)).toEqual(change('second'));
    undone();
    expect(records.read(key)).toEqual(change('first'));
  });

  it('are of one cluster: one that was made anew under the same name is refused', () => {
    records.journal(key).begun(change('first'));
    const other = recordsOf({ cluster: '7c21' });
    expect(() => other.read(key)).toThrow(
      '[delete staging/fraud churn] the last --apply from this folder changed another cluster; name that one: --context',
    );
    other.journal(key).begun(change('second'));
    other.forget(key);
    expect(records.read(key)).toEqual(change('first'));
  });

  it('are of one platform: the same model of another one is not known', () => {
    records.journal(key).begun(change('first'));
    expect(() => recordsOf({ platform: '/home/anna/another' }).read(key)).toThrow(
      'nothing is known that could be undone',
    );
  });

  it('are for the eyes of the user alone', () => {
    expect(statSync(join(folder, 'undo')).mode & 0o777).toBe(0o700);
    readdirSync(join(folder, 'undo')).forEach(file =>
      expect(statSync(join(folder, 'undo', file)).mode & 0o777).toBe(0o600),
    );
  });
});
