import { describeJudged, isInstalled } from './judge';
import { PROJECT } from './manifests';
import { run } from './npm';
import { exampleNames } from '../scan/examples';

const SCANNERS = ['kube-score', 'checkov', 'trivy'];
const absent = SCANNERS.filter(name => !isInstalled(name));
const missing = absent.length > 0 ? `${absent.join(' and ')} not on the PATH` : undefined;

describeJudged('the scanners', missing, () => {
  const scan = (...paths: string[]) => run(PROJECT, 'npm', 'run', '--silent', 'scan', '--', ...paths);

  test('find nothing in dist/ and the examples but what is waived', () => {
    const { status, stdout } = scan();
    expect({ status, stdout }).toMatchObject({ status: 0 });
    expect(stdout.trim()).toMatch(/\n0 findings, \d+ waived, 0 stale waivers, 3 of 3 scanners ran$/);
    for (const target of ['dist', ...exampleNames().map(name => `examples/${name}`)]) {
      expect(stdout).toMatch(new RegExp(`^${target} +(0 / \\d+ *){3}$`, 'm'));
    }
  }, 180_000);

  test('find forty things at least, and each of them some, in manifests written without care', () => {
    const { status, stdout } = scan('test/scan/naive.k8s.yaml');
    expect(status).toBe(1);
    const [, ...counts] = /^sum +(\d+) \/ 0 +(\d+) \/ 0 +(\d+) \/ 0$/m.exec(stdout)!.map(Number);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(40);
  }, 60_000);
});
