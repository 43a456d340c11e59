import { spawnSync } from 'node:child_process';

/** Whether a program can be started. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ['-h'], { stdio: 'ignore' }).error === undefined;
}

/**
 * A suite that needs a judge from outside of the project. Without it the suite says so and counts as skipped, never as
 * passed.
 *
 * @param missing what is missing, if anything is
 */
export function describeJudged(name: string, missing: string | undefined, define: () => void): void {
  if (missing === undefined) {
    describe(name, define);
    return;
  }
  // Past jest's console, which can be told to keep silent.
  process.stderr.write(`not judged: ${name}: ${missing}\n`);
  describe.skip(name, define);
}
