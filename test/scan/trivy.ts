import { join } from 'node:path';
import type { Reading, Scanner } from './scanner';

/** Kinds for which trivy has a rule that it holds against every other object of the same run too. */
const ALONE = ['LimitRange', 'ResourceQuota'];

/**
 * Its checks are those that it was built with: none are fetched, and none are taken from a cache.
 *
 * @see https://avd.aquasec.com/misconfig/kubernetes/
 */
export const trivy: Scanner = {
  name: 'trivy',
  group: ({ kind }) => (ALONE.includes(kind) ? kind : 'others'),
  args: () => [
    'config',
    '--skip-check-update',
    '--skip-version-check',
    '--disable-telemetry',
    '--cache-dir=.trivy-cache',
    `--config-data=${join(__dirname, 'trivy-data')}`,
    '--quiet',
    '--format=json',
    '.',
  ],
  read,
};

function read(output: string): Reading {
  const results = (JSON.parse(output).Results ?? []) as any[];
  const findings = results.flatMap(({ Target, Misconfigurations = [] }) =>
    (Misconfigurations as any[]).map(({ ID, Message }) => ({
      file: Target as string,
      rule: ID as string,
      text: Message as string,
    })),
  );
  return { seen: results.length, findings };
}
