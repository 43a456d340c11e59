import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isInstalled } from './judge';
import type { Manifest } from './manifests';

const schemas = process.env.MLOPS_SCHEMAS ?? '';

export const VERSIONS = ['1.33.0', '1.34.0', '1.35.0', '1.36.0'];

interface Verdict {
  readonly resources: readonly { readonly kind: string; readonly status: string; readonly msg: string }[];
  readonly summary: Record<'valid' | 'invalid' | 'errors' | 'skipped', number>;
}

/** What keeps kubeconform from judging; undefined if nothing does. */
export const missing = !isInstalled('kubeconform')
  ? 'kubeconform is not on the PATH'
  : !existsSync(join(schemas, 'crd-schemas'))
    ? 'MLOPS_SCHEMAS names no folder of schemas'
    : undefined;

/** Judges objects by the strict schemas of a version of Kubernetes. */
export function judge(version: string, objects: readonly Manifest[]): Verdict {
  const locations = [
    'kubernetes/{{.NormalizedKubernetesVersion}}-standalone{{.StrictSuffix}}/{{.ResourceKind}}{{.KindSuffix}}.json',
    'crd-schemas/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json',
  ].flatMap(location => ['-schema-location', join(schemas, location)]);
  const { stdout } = spawnSync(
    'kubeconform',
    ['-strict', '-summary', '-output', 'json', '-kubernetes-version', version, ...locations, '-'],
    { input: objects.map(object => JSON.stringify(object)).join('\n---\n'), encoding: 'utf8' },
  );
  return JSON.parse(stdout) as Verdict;
}
