import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** One object of a manifest. */
export interface ScannedObject {
  /** What it belongs to and is applied with: `dist`, `examples/monitoring`. */
  readonly target: string;
  /** Where it stands: `dist/staging/fraud.k8s.yaml#Deployment/mlflow`. */
  readonly place: string;
  readonly kind: string;
  readonly manifest: object;
}

/** The objects of a file, or of every manifest below a folder. */
export function objectsOf(target: string, path: string): ScannedObject[] {
  return manifestsOf(path)
    .sort()
    .flatMap(file =>
      parseAllDocuments(readFileSync(file, 'utf8'))
        .map(document => document.toJS() as { kind: string; metadata: { name: string } } | null)
        .filter(manifest => manifest !== null)
        .map(manifest => ({
          target,
          place: `${join(target, relative(path, file))}#${manifest.kind}/${manifest.metadata.name}`,
          kind: manifest.kind,
          manifest,
        })),
    );
}

function manifestsOf(path: string): string[] {
  return statSync(path).isFile()
    ? [path]
    : readdirSync(path, { recursive: true, encoding: 'utf8' })
        .filter(file => file.endsWith('.k8s.yaml'))
        .map(file => join(path, file));
}
