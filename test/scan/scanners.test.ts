import { checkov } from './checkov';
import { kubeScore } from './kube-score';
import type { ScannedObject } from './objects';
import { trivy } from './trivy';

const object = (kind: string, target = 'dist'): ScannedObject => ({
  target,
  place: `${target}/a.k8s.yaml#${kind}/a`,
  kind,
  manifest: {},
});

describe('kube-score', () => {
  const check = (id: string, grade: number, skipped = false) => ({
    check: { id },
    grade,
    skipped,
    comments: [
      { path: 'model', summary: 'No limit' },
      { path: '', summary: 'No request' },
    ],
  });

  it('finds whatever it does not call good', () => {
    const checks = [
      check('critical', 1),
      check('warning', 5),
      check('almost', 7),
      check('good', 10),
      check('no', 0, true),
    ];
    const { seen, findings } = kubeScore.read(JSON.stringify([{ file_name: '/tmp/scan/3.yaml', checks }]));
    expect(seen).toBe(1);
    expect(findings.map(({ rule }) => rule)).toEqual(['critical', 'warning', 'almost']);
    expect(findings[0]).toMatchObject({ file: '3.yaml', text: 'model: No limit; No request' });
  });

  it('has looked at nothing if it knows none of the kinds', () => {
    expect(kubeScore.read('null')).toEqual({ seen: 0, findings: [] });
  });

  it('looks at one target at a time, and does not listen to annotations', () => {
    const [one, other] = [object('Service'), object('Service', 'examples/secrets')];
    expect(kubeScore.group(one)).not.toBe(kubeScore.group(other));
    expect(kubeScore.args(['0.yaml'])).toContain('--disable-ignore-checks-annotations');
  });
});

describe('checkov', () => {
  const output = (summary: object, failed_checks: object[] = []) =>
    JSON.stringify({ results: { failed_checks }, summary });
  const failed = { file_path: '/2.yaml', check_id: 'CKV_K8S_43', check_name: 'Image should use digest' };

  it('finds what failed', () => {
    expect(checkov.read(output({ skipped: 0, parsing_errors: 0, resource_count: 7 }, [failed]))).toEqual({
      seen: 7,
      findings: [{ file: '2.yaml', rule: 'CKV_K8S_43', text: 'Image should use digest' }],
    });
  });

  it('has looked at nothing if it knows none of the kinds', () => {
    expect(checkov.read('{"passed": 0, "failed": 0, "resource_count": 0}')).toEqual({ seen: 0, findings: [] });
  });

  test.each([
    ['skipped a check', { skipped: 1, parsing_errors: 0 }, 'checkov skipped 1 checks and could not read 0 files'],
    ['could not read a file', { skipped: 0, parsing_errors: 1 }, 'checkov skipped 0 checks and could not read 1 files'],
  ])('does not count if it %s', (_, summary, message) => {
    expect(() => checkov.read(output(summary))).toThrow(message);
  });
});

describe('trivy', () => {
  it('finds misconfigurations, and counts the files that have none', () => {
    const Results = [{ Target: '0.yaml' }, { Target: '1.yaml', Misconfigurations: [{ ID: 'KSV-1', Message: 'open' }] }];
    expect(trivy.read(JSON.stringify({ Results }))).toEqual({
      seen: 2,
      findings: [{ file: '1.yaml', rule: 'KSV-1', text: 'open' }],
    });
  });

  it('gets limits and quotas alone', () => {
    const groups = ['LimitRange', 'ResourceQuota', 'Deployment', 'Role'].map(kind => trivy.group(object(kind)));
    expect(new Set(groups).size).toBe(3);
  });

  it('fetches nothing', () => {
    expect(trivy.args([])).toEqual(
      expect.arrayContaining(['--skip-check-update', '--skip-version-check', '--disable-telemetry']),
    );
  });
});
