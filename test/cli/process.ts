import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const PROJECT = join(__dirname, '../..');
/** What an import of the library names. */
export const LIBRARY = JSON.stringify(join(PROJECT, 'lib'));
const TSX = pathToFileURL(require.resolve('tsx')).href;

/** The program, and what it is given to run the command. */
export const command = (args: readonly string[]): readonly string[] => [
  process.execPath,
  '--import',
  TSX,
  join(PROJECT, 'lib/cli/mlops.ts'),
  ...args,
];

/** Runs the command in a folder, as a process of its own that reads an input. */
export function mlops(folder: string, args: readonly string[], variables: NodeJS.ProcessEnv = {}, input = '') {
  const [program, ...all] = command(args);
  const { status, stdout, stderr } = spawnSync(program!, all, {
    cwd: folder,
    encoding: 'utf8',
    input,
    env: { ...process.env, CDK8S_OUTDIR: undefined, ...variables },
  });
  return { status, stdout, stderr };
}

/** The same while servers of the test's own process answer. */
export function mlopsBeside(folder: string, args: readonly string[], variables: NodeJS.ProcessEnv = {}) {
  const [program, ...all] = command(args);
  const env = { ...process.env, CDK8S_OUTDIR: undefined, ...variables };
  return new Promise<{ status: number; stdout: string; stderr: string }>(resolve =>
    execFile(program!, all, { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    ),
  );
}
