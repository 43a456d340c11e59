import { spawnSync } from 'node:child_process';

/** A registry that answers at all answers this. */
const PROBE = ['view', 'constructs', 'version'];
const PATIENCE = ['--fetch-retries=2', '--fetch-retry-mintimeout=500', '--fetch-retry-maxtimeout=2000'];

/** What a program printed. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program in a folder. */
export function run(folder: string, program: string, ...args: string[]): Run {
  return spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
}

/**
 * Runs npm or npx for something that needs a package registry.
 *
 * @returns why it could not, if no registry can be reached
 * @throws Error if it fails for another reason
 */
export function reach(folder: string, program: 'npm' | 'npx', ...args: string[]): string | undefined {
  const { status, stderr } = run(folder, program, ...PATIENCE, '--loglevel=error', ...args);
  if (status === 0) {
    return undefined;
  }
  if (run(folder, 'npm', ...PATIENCE, ...PROBE).status !== 0) {
    return 'no package registry can be reached';
  }
  throw new Error(`${program} ${args.join(' ')} failed: ${stderr}`);
}
