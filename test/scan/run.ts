import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { checkov } from './checkov';
import { exampleNames, exampleObjects, prepare } from './examples';
import { kubeScore } from './kube-score';
import { objectsOf, type ScannedObject } from './objects';
import { report } from './report';
import { scan } from './scan';
import { trivy } from './trivy';
import { readWaivers } from './waivers';

const PROJECT = join(__dirname, '../..');

/** dist/ as it lies there, and what every example writes. */
function everything(folder: string): ScannedObject[] {
  prepare(folder);
  return [...objectsOf('dist', join(PROJECT, 'dist')), ...exampleNames().flatMap(name => exampleObjects(name, folder))];
}

/** Scans the given files and folders, or everything; returns the exit code. */
async function main(paths: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'scan-'));
  try {
    const objects =
      paths.length === 0 ? everything(folder) : paths.flatMap(path => objectsOf(relative(PROJECT, path), path));
    const verdicts = await Promise.all([kubeScore, checkov, trivy].map(scanner => scan(scanner, objects, folder)));
    const waivers = readWaivers(readFileSync(join(__dirname, 'waivers.yaml'), 'utf8'));
    const targets = [...new Set(objects.map(({ target }) => target))];
    const { text, exitCode } = report(targets, verdicts, waivers, paths.length === 0);
    console.log(text);
    return exitCode;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main(process.argv.slice(2)).then(
  exitCode => (process.exitCode = exitCode),
  error => {
    console.error((error as Error).message);
    process.exitCode = 1;
  },
);
