import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
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
    watching = new Watching(repository.work, '--interval=1s', '--cache', join(repository.root, 'cache'));
    const { port } = await watching.next('started');
    await watching.next('looked');
    const { text } = await watching.get(port!, '/metrics');
    expect(text).toMatch(/^mlops_looks_total\{result="partial"\} \d+$/m);
    expect(text).not.toMatch(/result="ok"/);
    expect(text).toMatch(/^mlops_last_success_timestamp_seconds 0$/m);
    expect(text).toMatch(/^mlops_registry_fault\{registry="mlflow",fault="denied"\} 1$/m);
  });
});
