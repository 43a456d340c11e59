import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describeJudged, isInstalled } from './judge';
import { mutant, objectsBelow, PROJECT, type Manifest } from './manifests';

const schemas = process.env.MLOPS_SCHEMAS ?? '';

interface Verdict {
  readonly resources: readonly { readonly kind: string; readonly status: string; readonly msg: string }[];
  readonly summary: Record<'valid' | 'invalid' | 'errors' | 'skipped', number>;
}

function judge(version: string, objects: readonly Manifest[]): Verdict {
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

const missing = !isInstalled('kubeconform')
  ? 'kubeconform is not on the PATH'
  : !existsSync(join(schemas, 'crd-schemas'))
    ? 'MLOPS_SCHEMAS names no folder of schemas'
    : undefined;

describeJudged('kubeconform', missing, () => {
  const examples = readdirSync(join(PROJECT, 'examples')).map(name => join(PROJECT, 'examples', name, 'dist'));
  const objects = [join(PROJECT, 'dist'), ...examples].flatMap(objectsBelow);

  describe.each(['1.33.0', '1.34.0', '1.35.0', '1.36.0'])('with the strict schemas of Kubernetes %s', version => {
    test('finds every object valid and knows every kind', () => {
      const { resources, summary } = judge(version, objects);
      expect(resources).toEqual([]);
      expect(summary).toEqual({ valid: objects.length, invalid: 0, errors: 0, skipped: 0 });
    });

    test.each(['Deployment', 'AppProject', 'Application'])('refuses an unknown field in a kind such as %s', kind => {
      const { resources } = judge(version, [mutant(objects, kind, copy => (copy.spec.unknownField = 'x'))]);
      expect(resources).toEqual([expect.objectContaining({ kind, status: 'statusInvalid' })]);
      expect(resources[0]!.msg).toContain('unknownField');
    });
  });
});
