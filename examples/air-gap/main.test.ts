import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { airGapPlatform } from './main';

const model =
  'registry.local/ghcr/fraud/churn:7.1.0@sha256:4b825dc642cb6eb9a060e54bf8d69288fbee4904e5b3a1c1b6d2d6d7f0f1a2b3';
const proxy =
  'registry.local/hub/envoyproxy/envoy:distroless-v1.40.0@sha256:9c1f3a5e7b2d4860a1c3e5f7092b4d6e8f0a2c4b6d8e0f1a3c5b7d9e1f2a4c6e';

describe('the example of an air gap', () => {
  it('has images of the reachable registry alone, by digest', () => {
    const folder = mkdtempSync(join(tmpdir(), 'air-gap-'));
    airGapPlatform(folder).synth();
    const text = readFileSync(join(folder, 'dist/production/fraud.k8s.yaml'), 'utf8');
    rmSync(folder, { recursive: true });
    expect([...text.matchAll(/ image: (.*)/g)].map(([, image]) => image)).toEqual([model, proxy]);
  });

  it('is listed by the command', () => {
    const root = join(__dirname, '../..');
    const args = ['--import', 'tsx', 'lib/cli/mlops.ts', 'images', '--app', 'examples/air-gap/main.ts'];
    expect(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' })).toBe(
      'docker.io/envoyproxy/envoy:distroless-v1.40.0\n' +
        `  as ${proxy}\n  in production/fraud Deployment/churn\n` +
        `ghcr.io/fraud/churn:7.1.0\n  as ${model}\n  in production/fraud Deployment/churn\n`,
    );
  });
});
