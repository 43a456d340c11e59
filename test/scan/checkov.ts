import { basename } from 'node:path';
import type { Reading, Scanner } from './scanner';

/** @see https://www.checkov.io/5.Policy%20Index/kubernetes.html */
export const checkov: Scanner = {
  name: 'checkov',
  // It takes longer to start than to look at everything.
  group: () => 'all',
  args: () => ['--directory=.', '--framework=kubernetes', '--skip-download', '--compact', '--output=json'],
  read,
};

/** @throws Error if a manifest tells it what to overlook */
function read(output: string): Reading {
  const { results, summary, resource_count } = JSON.parse(output);
  if (results === undefined) {
    return { seen: resource_count, findings: [] };
  }
  if (summary.skipped > 0 || summary.parsing_errors > 0) {
    throw new Error(`checkov skipped ${summary.skipped} checks and could not read ${summary.parsing_errors} files`);
  }
  const findings = (results.failed_checks as any[]).map(({ file_path, check_id, check_name }) => ({
    file: basename(file_path),
    rule: check_id as string,
    text: check_name as string,
  }));
  return { seen: summary.resource_count, findings };
}
