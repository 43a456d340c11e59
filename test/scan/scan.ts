import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScannedObject } from './objects';
import type { Reading, Scanner, Verdict } from './scanner';

const MEGABYTE = 2 ** 20;

/**
 * Lets a scanner look at the objects, each in a file of its own below the folder: so a finding names its object, and
 * no comment in a manifest reaches the scanner.
 *
 * @throws Error if it fails, or looks at nothing
 */
export async function scan(scanner: Scanner, objects: readonly ScannedObject[], folder: string): Promise<Verdict> {
  const findings: Verdict['findings'][number][] = [];
  let seen = 0;
  for (const group of new Set(objects.map(scanner.group))) {
    const members = objects.filter(object => scanner.group(object) === group);
    const place = join(folder, scanner.name, group);
    mkdirSync(place, { recursive: true });
    const files = members.map(({ manifest }, index) => {
      const file = `${index}.yaml`;
      writeFileSync(join(place, file), JSON.stringify(manifest));
      return file;
    });
    const output = await run(scanner, files, place);
    if (output === undefined) {
      return { scanner: scanner.name, findings: [], notRun: 'it is not installed' };
    }
    const reading = readingOf(scanner, output);
    seen += reading.seen;
    for (const { file, rule, text } of reading.findings) {
      findings.push({ scanner: scanner.name, rule, text, object: members[Number.parseInt(file, 10)]! });
    }
  }
  if (seen === 0) {
    throw new Error(`${scanner.name} looked at nothing`);
  }
  return { scanner: scanner.name, findings };
}

interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** What it printed; undefined if it cannot be started. Scanners exit with 1 if they find something. */
function run(scanner: Scanner, files: readonly string[], cwd: string): Promise<Output | undefined> {
  return new Promise(resolve => {
    execFile(scanner.name, scanner.args(files), { cwd, maxBuffer: 200 * MEGABYTE }, (error, stdout, stderr) =>
      resolve(error?.code === 'ENOENT' ? undefined : { stdout, stderr }),
    );
  });
}

function readingOf(scanner: Scanner, { stdout, stderr }: Output): Reading {
  try {
    return scanner.read(stdout);
  } catch (error) {
    throw new Error(`${scanner.name} failed: ${(error as Error).message}\n${stderr}`, { cause: error });
  }
}
