import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { airGapPlatform } from './main';

const reference =
  'registry.local/ghcr/fraud/churn:7.1.0@sha256:4b825dc642cb6eb9a060e54bf8d69288fbee4904e5b3a1c1b6d2d6d7f0f1a2b3';

describe('the example of an air gap', () => {
  it('has images of the reachable registry alone, by digest', () => {
    const folder = mkdtempSync(join(tmpdir(), 'air-gap-'));
    airGapPlatform(folder).synth();
    const text = readFileSync(join(folder, 'dist/production/fraud.k8s.yaml'), 'utf8');
    rmSync(folder, { recursive: true });
    expect([...text.matchAll(/ image: (.*)/g)].map(([, image]) => image)).toEqual([reference]);
  });

  it('is listed by the command', () => {
    const root = join(__dirname, '../..');
    const args = ['--import', 'tsx', 'lib/cli/mlops.ts', 'images', '--app', 'examples/air-gap/main.ts'];
    expect(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' })).toBe(
      `ghcr.io/fraud/churn:7.1.0\n  as ${reference}\n  in production/fraud Deployment/churn\n`,
    );
  });
});
