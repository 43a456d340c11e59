import { execFile } from 'node:child_process';
import { PlatformError } from '../../core/platform-error';
import { plainText } from '../plain-text';

/** What the program that declares the platform may see. */
const VARIABLES = ['PATH', 'HOME', 'TMPDIR', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS'];
const SECONDS = 300;
const MOST_TOLD = 1_000;
/** What Node.js prints around the message of a defect, and empty lines. */
const NOISE = /^\s*(?:at .*|\^+|Node\.js v.*)?$/;

/**
 * Runs the command in a folder, in a process of its own: it loads `main.ts` of the very commit that is laid out there, and
 * sees no credentials.
 *
 * @param command the program and its arguments before those of a call
 * @returns takes the folder and the arguments; returns what was printed, or throws a PlatformError with what was told
 */
export function runIn(command: readonly string[]): (folder: string, args: readonly string[]) => Promise<string> {
  const [program, ...first] = command;
  const env = Object.fromEntries(VARIABLES.flatMap(name => (process.env[name] ? [[name, process.env[name]]] : [])));
  return (folder, args) =>
    new Promise((resolve, reject) => {
      const options = { cwd: folder, env, timeout: SECONDS * 1000, maxBuffer: 16 * 1024 * 1024 };
      execFile(program!, [...first, ...args], options, (error, stdout, stderr) => {
        if (error === null) {
          resolve(stdout);
          return;
        }
        const why = error.killed ? `it took longer than ${SECONDS} s` : plainText(lastWords(stderr), MOST_TOLD);
        reject(new PlatformError(args.join(' '), `main.ts of the branch cannot be used: ${why}`, 'mend it, and push'));
      });
    });
}

/** The end of what was told, where mistakes are; before them is whatever the program logs. */
function lastWords(stderr: string): string {
  const lines = stderr.split('\n').filter(line => !NOISE.test(line));
  return lines.slice(-8).join(' | ').slice(-MOST_TOLD);
}

/**
 * Writes the manifest of a unit by `mlops synth --only`.
 *
 * @param command the program and its arguments before `synth`
 * @returns takes the folder with the files, and the unit
 */
export function synthesis(command: readonly string[]): (folder: string, unit: string) => Promise<void> {
  const run = runIn(command);
  return async (folder, unit) => void (await run(folder, ['synth', '--only', unit]));
}
