import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rewritePin } from '../../lib/cli/rewrite-pin';
import * as pinEdit from '../../lib/promotion/pin-edit';

jest.mock('../../lib/promotion/pin-edit', () => ({
  __esModule: true,
  ...jest.requireActual<typeof pinEdit>('../../lib/promotion/pin-edit'),
}));

const PINS = 'models:\n  churn:\n    version: 1\n  score:\n    version: 1\n';

describe('rewritePin', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rewrite-pin-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('loses nothing that others write while it works', () => {
    const file = join(folder, 'fraud.yaml');
    writeFileSync(file, `# by Anna\n${PINS}`);
    const { withPin } = pinEdit;
    const edit = jest.spyOn(pinEdit, 'withPin').mockImplementationOnce((...given) => {
      writeFileSync(file, `# by Ben\n${PINS.replace(/1\n$/, '7\n')}`);
      return withPin(...given);
    });
    const texts = { file, before: PINS, after: PINS.replace('1', '2') };
    expect(rewritePin('churn', texts)).toBeUndefined();
    expect(readFileSync(file, 'utf8')).toBe(`# by Ben\n${PINS.replace('1', '2').replace(/1\n$/, '7\n')}`);
    expect([edit.mock.calls.length, readdirSync(folder)]).toEqual([2, ['fraud.yaml']]);
  });
});
