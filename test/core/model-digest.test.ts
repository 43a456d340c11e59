import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { isModelDigest, modelDigest } from '../../lib/core/model-digest';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the digest of a model', () => {
  it('is that of the sorted lines of sha256sum', () => {
    const lines = [`${'a'.repeat(64)}  data/z`, `${'b'.repeat(64)}  MLmodel`];
    const digest = modelDigest([
      { path: 'MLmodel', sha256: 'b'.repeat(64) },
      { path: 'data/z', sha256: 'a'.repeat(64) },
    ]);
    expect(digest).toBe(`sha256:${sha256(`${lines.join('\n')}\n`)}`);
    expect(isModelDigest(digest)).toBe(true);
  });

  it('does not depend on the order in which files are found, and on nothing else does it not depend', () => {
    const file = fc.record({ path: fc.stringMatching(/^[a-zé/]{1,9}$/), sha256: fc.stringMatching(/^[0-9a-f]{64}$/) });
    fc.assert(
      fc.property(fc.uniqueArray(file, { minLength: 1, selector: ({ path }) => path }), files => {
        const digest = modelDigest(files);
        expect(modelDigest(files.toReversed())).toBe(digest);
        const [first, ...others] = files as [(typeof files)[number], ...typeof files];
        expect(modelDigest(others)).not.toBe(digest);
        expect(modelDigest([{ ...first, path: `${first.path}x` }, ...others])).not.toBe(digest);
        expect(modelDigest([{ ...first, sha256: sha256(first.sha256) }, ...others])).not.toBe(digest);
      }),
      { numRuns: 50 },
    );
  });
});
