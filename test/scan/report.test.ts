import { report } from './report';
import type { Finding, Verdict } from './scanner';

const finding = (scanner: string, rule: string, target = 'dist'): Finding => ({
  scanner,
  rule,
  object: { target, place: `${target}/a.k8s.yaml#Role/owner` },
  text: 'too open',
});
const clean = (scanner: string): Verdict => ({ scanner, findings: [] });
const absent: Verdict = { scanner: 'trivy', findings: [], notRun: 'it is not installed' };
const waivers = [
  { scanner: 'checkov' as const, rules: ['CKV-1'], objects: ['*'], reason: 'so', until: 'then' },
  { scanner: 'trivy' as const, rules: ['KSV-1'], objects: ['*'], reason: 'so', until: 'then' },
];
const targets = ['dist', 'examples/secrets'];

describe('the report of a scan', () => {
  it('lists what was found, then counts it for each target and scanner, and in sum', () => {
    const verdicts = [
      { scanner: 'checkov', findings: [finding('checkov', 'CKV-1'), finding('checkov', 'CKV-2', 'examples/secrets')] },
      { scanner: 'trivy', findings: [finding('trivy', 'KSV-1')] },
    ];
    expect(report(targets, verdicts, waivers, true)).toEqual({
      exitCode: 1,
      text: [
        'checkov CKV-2 examples/secrets/a.k8s.yaml#Role/owner: too open',
        'findings / waived     checkov       trivy',
        'dist                    0 / 1       0 / 1',
        'examples/secrets        1 / 0       0 / 0',
        'sum                     1 / 1       0 / 1',
        '1 findings, 2 waived, 0 stale waivers, 2 of 2 scanners ran',
      ].join('\n'),
    });
  });

  it('is good if all scanners ran and found nothing but what is waived', () => {
    const verdicts = [{ scanner: 'checkov', findings: [finding('checkov', 'CKV-1')] }];
    expect(report(targets, verdicts, waivers, true).exitCode).toBe(0);
  });

  it('is not good while a waiver is stale', () => {
    const { text, exitCode } = report(targets, [clean('checkov')], waivers, true);
    expect(exitCode).toBe(1);
    expect(text).toContain('stale waiver: checkov CKV-1: nothing matches CKV-1; remove it');
    expect(text).toContain('0 findings, 0 waived, 2 stale waivers');
  });

  it('calls no waiver stale after looking at a part', () => {
    expect(report(targets, [clean('checkov')], waivers, false).exitCode).toBe(0);
  });

  it('never takes a scanner that did not run as one that found nothing', () => {
    const { text, exitCode } = report(targets, [clean('kube-score'), absent], waivers, true);
    expect(exitCode).toBe(2);
    expect(text).toMatch(/^dist +0 \/ 0 +not run$/m);
    expect(text).toMatch(/^sum +0 \/ 0 +not run$/m);
    expect(text).toContain('NOT RUN: trivy, it is not installed');
    expect(text).toMatch(/1 of 2 scanners ran$/);
  });

  it('has findings as its first concern where a scanner did not run either', () => {
    const verdicts = [{ scanner: 'checkov', findings: [finding('checkov', 'CKV-2')] }, absent];
    expect(report(targets, verdicts, waivers, false).exitCode).toBe(1);
  });
});
