import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as snippets from '../docs';
import { exampleNames, exampleObjects, prepare } from '../scan/examples';
import { objectsBelow, PROJECT, type Manifest } from './manifests';

/** What lies in dist/, what every example writes, and what the pages show. */
export function everything(): Manifest[] {
  const folder = mkdtempSync(join(tmpdir(), 'judged-'));
  try {
    prepare(folder);
    const examples = exampleNames().flatMap(name => exampleObjects(name, folder).map(one => one.manifest as Manifest));
    const shown = Object.values(snippets)
      .flatMap(page => Object.values(page))
      .flatMap((show, index) => {
        const outdir = join(folder, 'shown', `${index}`);
        show(outdir).synth();
        return objectsBelow(outdir);
      });
    return [...objectsBelow(join(PROJECT, 'dist')), ...examples, ...shown];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether there is a schema to judge it by: Kubeflow publishes none for what its webhook reads. */
export const hasSchema = ({ apiVersion }: Manifest): boolean => !apiVersion.startsWith('kubeflow.org/');
