import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { MemoryMlflow } from '../promotion/memory-mlflow';
import { PIN, RULES } from '../promotion/one-team';
import { SharedRepository } from '../promotion/shared-repository';
import { Watching } from './watching';

jest.setTimeout(120_000);

describe('mlops watch', () => {
  const repository = new SharedRepository();
  let registry: Server;
  let watching: Watching | undefined;

  beforeAll(async () => {
    registry = createServer((_, response) => void response.writeHead(403).end());
    await new Promise<void>(resolve => registry.listen(0, '127.0.0.1', resolve));
    const { port } = registry.address() as AddressInfo;
    repository.edit({
      'promotion.yaml': RULES.replace('mlflow.example.com', `127.0.0.1:${port}`),
      [PIN]: 'models:\n  churn:\n    version: 1\n',
    });
  });
  afterAll(async () => {
    await watching?.stop();
    registry.close();
    await repository.remove();
  });

  it('does not say that all is well while a registry takes no credentials', async () => {
    watching = new Watching(repository.work, ['--interval=1s', '--cache', join(repository.root, 'cache')]);
    const { port } = await watching.next('started');
    await watching.next('looked');
    const { text } = await watching.get(port!, '/metrics');
    expect(text).toMatch(/^mlops_looks_total\{result="partial"\} \d+$/m);
    expect(text).not.toMatch(/result="ok"/);
    expect(text).toMatch(/^mlops_last_success_timestamp_seconds 0$/m);
    expect(text).toMatch(/^mlops_registry_fault\{registry="mlflow",fault="denied"\} 1$/m);
  });

  it('does not say that models stay as they are while a registry takes no tags alone', async () => {
    const mlflow = new MemoryMlflow();
    await mlflow.start();
    mlflow.refusesTags = true;
    mlflow.register('churn', 2);
    mlflow.alias('churn', 'champion', 2);
    const rules = RULES.replace('alias: champion', 'alias: champion, deployment: $team/$model');
    const promoted = { environment: 'production', team: 'fraud', model: 'churn', from: 1, to: 2, by: 'alias champion' };
    const trailers = Object.entries(promoted).map(
      ([key, value]) => `Mlops-${key[0]!.toUpperCase()}${key.slice(1)}: ${value}`,
    );
    const tagging = new SharedRepository({
      'promotion.yaml': rules.replace('http://mlflow.example.com', mlflow.url),
      [PIN]: 'models:\n  churn:\n    version: 1\n',
    });
    tagging.edit(
      { [PIN]: 'models:\n  churn:\n    version: 2\n' },
      `production/fraud: churn 1 -> 2\n\n${trailers.join('\n')}`,
    );
    const deployment = {
      metadata: { generation: 1 },
      spec: { replicas: 1, template: { metadata: { labels: { 'app.kubernetes.io/version': '2' } } } },
      status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
    };
    const bin = join(tagging.root, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'kubectl'), `#!/bin/sh\necho '${JSON.stringify(deployment)}'\n`);
    chmodSync(join(bin, 'kubectl'), 0o755);
    const args = ['--interval=1s', '--deployments', '--cache', join(tagging.root, 'cache')];
    const variables = { PATH: `${bin}:${process.env['PATH']}`, KUBERNETES_SERVICE_HOST: undefined };
    const tagger = new Watching(tagging.work, args, variables);
    try {
      const { port } = await tagger.next('started');
      expect((await tagger.next('deployment unknown')).detail).toMatch(/set-tag does not allow it \(403\)/);
      await tagger.next('deployment unknown');
      const { text } = await tagger.get(port!, '/metrics');
      expect(text).toMatch(/^mlops_looks_total\{result="ok"\} [2-9]$/m);
      expect(text).not.toMatch(/^mlops_registry_fault\{/m);
    } finally {
      await tagger.stop();
      mlflow.stop();
      await tagging.remove();
    }
  });
});
