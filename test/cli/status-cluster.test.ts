import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PIN } from '../promotion/one-team';
import { SharedRepository } from '../promotion/shared-repository';
import { mlops } from './process';
import { UNANSWERED } from './unanswered';

jest.setTimeout(60_000);

describe('mlops status of a cluster', () => {
  const repository = new SharedRepository({
    'promotion.yaml': UNANSWERED,
    [PIN]: 'models:\n  churn:\n    version: 1\n',
  });
  afterAll(() => repository.remove());

  it.each([
    [12, 'that answers with a page', 'echo "<html>"'],
    [12, 'that does not answer', 'echo "connection refused" >&2; exit 1'],
    [13, 'that gives no right', 'echo "Error: Forbidden" >&2; exit 1'],
  ])('ends with %i for one %s', (code, _what, script) => {
    const bin = join(repository.root, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'kubectl'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, 'kubectl'), 0o755);
    const { status, stderr } = mlops(
      repository.work,
      ['status', '--argocd', 'argocd', '--cache', join(repository.root, 'cache')],
      { PATH: `${bin}:${process.env['PATH']}`, KUBERNETES_SERVICE_HOST: undefined },
    );
    expect(stderr).toMatch(/^kubectl: [^\n]*\n$/);
    expect(status).toBe(code);
  });
});
