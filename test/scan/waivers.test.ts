import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding, Verdict } from './scanner';
import { isWaived, readWaivers, staleWaivers, waiverTable, type Waiver } from './waivers';

const finding = (rule: string, place: string, scanner = 'trivy'): Finding => ({
  scanner,
  rule,
  object: { target: 'dist', place },
  text: 'too open',
});
const waiver = (change: Partial<Waiver> = {}): Waiver => ({
  scanner: 'trivy',
  rules: ['KSV-1'],
  objects: ['*#Role/owner'],
  reason: 'they own it',
  until: 'they do not',
  ...change,
});
const ran = (...findings: Finding[]): Verdict => ({ scanner: 'trivy', findings });

describe('a waiver', () => {
  const owner = finding('KSV-1', 'dist/fraud.k8s.yaml#Role/owner');

  it('covers a rule of a scanner for the objects it names, and nothing else', () => {
    expect(isWaived([waiver()], owner)).toBe(true);
    expect(isWaived([waiver()], finding('KSV-2', owner.object.place))).toBe(false);
    expect(isWaived([waiver()], finding('KSV-1', owner.object.place, 'checkov'))).toBe(false);
    expect(isWaived([waiver()], finding('KSV-1', 'dist/fraud.k8s.yaml#Role/owners'))).toBe(false);
  });

  it('leaves out what is excepted', () => {
    const objects = ['*', '!examples/air-gap/*'];
    expect(isWaived([waiver({ objects })], owner)).toBe(true);
    expect(isWaived([waiver({ objects })], finding('KSV-1', 'examples/air-gap/fraud.k8s.yaml#Role/owner'))).toBe(false);
  });

  it('takes every other character as it is', () => {
    expect(
      isWaived([waiver({ objects: ['dist/fraud.k8s.yaml#*'] })], finding('KSV-1', 'dist/fraud-k8s.yaml#A/b')),
    ).toBe(false);
  });

  it('is stale where a rule or an object of it matches nothing', () => {
    const stale = waiver({ rules: ['KSV-1', 'KSV-9'], objects: ['*#Role/owner', '*#Role/gone', '!examples/*'] });
    expect(staleWaivers([stale], [ran(owner)])).toEqual([
      'trivy KSV-1, KSV-9: nothing matches KSV-9',
      'trivy KSV-1, KSV-9: nothing matches *#Role/gone',
    ]);
    expect(staleWaivers([waiver()], [ran(owner)])).toEqual([]);
    expect(staleWaivers([waiver()], [ran()])).toHaveLength(2);
  });

  it('is not stale because its scanner did not run', () => {
    expect(staleWaivers([waiver()], [{ ...ran(), notRun: 'it is not installed' }])).toEqual([]);
  });

  test.each([
    ['without a reason', '[{scanner: trivy, rules: [A], objects: ["*"], until: never}]'],
    ['with an empty reason', '[{scanner: trivy, rules: [A], objects: ["*"], reason: "", until: never}]'],
    ['of an unknown scanner', '[{scanner: trivvy, rules: [A], objects: ["*"], reason: so, until: never}]'],
    ['with an unknown field', '[{scanner: trivy, rules: [A], objects: ["*"], reason: so, until: never, all: true}]'],
    ['that names no objects', '[{scanner: trivy, rules: [A], objects: [], reason: so, until: never}]'],
  ])('is refused %s', (_, yaml) => {
    expect(() => readWaivers(yaml)).toThrow('the waivers cannot be read');
  });
});

describe('the waivers of this project', () => {
  const waivers = readWaivers(readFileSync(join(__dirname, 'waivers.yaml'), 'utf8'));

  test('are six at most', () => expect(waivers.length).toBeLessThanOrEqual(6));

  // UPDATE_GOLDEN=1 writes them there.
  test('are those that the page shows', () => {
    const file = join(__dirname, '../../docs/scanning.md');
    const page = readFileSync(file, 'utf8');
    const [shown] = /^\| .*\|$/ms.exec(page)!;
    if (process.env['UPDATE_GOLDEN'] === '1') {
      writeFileSync(
        file,
        page.replace(shown, () => waiverTable(waivers)),
      );
    }
    expect(readFileSync(file, 'utf8')).toContain(`\n\n${waiverTable(waivers)}\n\n`);
  });
});
