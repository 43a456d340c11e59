import { join } from 'node:path';
import { describeJudged } from './judge';
import { judge, missing, VERSIONS } from './kubeconform';
import { mutant, objectsBelow, PROJECT } from './manifests';

describeJudged('kubeconform', missing, () => {
  const objects = objectsBelow(join(PROJECT, 'dist'));

  describe.each(VERSIONS)('with the strict schemas of Kubernetes %s', version => {
    test('finds every object of dist/ valid and knows every kind', () => {
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
