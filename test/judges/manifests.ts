import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** Folder of the project. */
export const PROJECT = join(__dirname, '../..');

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: any;
}

/** The manifests below a folder, by path. */
export function manifestTexts(folder: string): Record<string, string> {
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  return Object.fromEntries(
    files.filter(file => file.endsWith('.k8s.yaml')).map(file => [file, readFileSync(join(folder, file), 'utf8')]),
  );
}

export function objectsBelow(folder: string): Manifest[] {
  return Object.values(manifestTexts(folder)).flatMap(objectsIn);
}

/** The objects of a text. */
export const objectsIn = (text: string): Manifest[] =>
  parseAllDocuments(text).map(document => document.toJS() as Manifest);

/** A copy of the first object of a kind, changed. */
export function mutant(objects: readonly Manifest[], kind: string, change: (copy: any) => void): Manifest {
  const copy = structuredClone(objects.find(object => object.kind === kind)) as Manifest;
  change(copy);
  return copy;
}
