import { execFile } from 'node:child_process';
import { PlatformError } from '../../core/platform-error';
import { plainText } from '../plain-text';

/** What the program that declares the platform may see. */
const VARIABLES = ['PATH', 'HOME', 'TMPDIR', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS'];
const SECONDS = 300;

/**
 * Writes the manifest of a unit by `mlops synth --only`, in a process of its own: it loads `main.ts` of the very commit,
 * and sees no credentials.
 *
 * @param command the program and its arguments before `synth`
 * @returns takes the folder with the files, and the unit
 */
export function synthesis(command: readonly string[]): (folder: string, unit: string) => Promise<void> {
  const [program, ...args] = command;
  const env = Object.fromEntries(VARIABLES.flatMap(name => (process.env[name] ? [[name, process.env[name]]] : [])));
  return (folder, unit) =>
    new Promise((resolve, reject) => {
      const options = { cwd: folder, env, timeout: SECONDS * 1000, maxBuffer: 16 * 1024 * 1024 };
      execFile(program!, [...args, 'synth', '--only', unit], options, (error, _stdout, stderr) => {
        if (error === null) {
          resolve();
          return;
        }
        const said = stderr.trim().split('\n').slice(0, 8).join(' | ');
        const why = error.killed ? `it took longer than ${SECONDS} s` : plainText(said, 1_000);
        reject(new PlatformError(unit, `its manifest cannot be made: ${why}`, 'mend it, and push'));
      });
    });
}
