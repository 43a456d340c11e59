import { setTimeout } from 'node:timers/promises';
import type { Kubectl } from '../cluster/kubectl';

const CONDITIONS = ['Accepted', 'ResolvedRefs'];

/** Accepts every route, as the controller of a gateway would; Argo CD takes a route for healthy only then. */
export class FakeGateway {
  private running = true;

  constructor(private readonly kubectl: Kubectl) {}

  /** Goes on until it is stopped. */
  public async start(): Promise<void> {
    while (this.running) {
      const { failed, stdout } = await this.kubectl.attempt(['get', 'httproutes', '--all-namespaces', '--output=json']);
      for (const route of failed ? [] : JSON.parse(stdout).items.filter(isNew)) {
        await this.accept(route);
      }
      await setTimeout(1000);
    }
  }

  public stop(): void {
    this.running = false;
  }

  private async accept({ metadata, spec }: any): Promise<void> {
    const condition = (type: string) => ({
      type,
      status: 'True',
      reason: type,
      message: '',
      observedGeneration: metadata.generation,
      lastTransitionTime: new Date().toISOString(),
    });
    const parents = spec.parentRefs.map((parentRef: unknown) => ({
      controllerName: 'example.com/test',
      parentRef,
      conditions: CONDITIONS.map(condition),
    }));
    const patch = JSON.stringify({ status: { parents } });
    const place = [`--namespace=${metadata.namespace}`, 'httproute', metadata.name];
    await this.kubectl.attempt(['patch', ...place, '--subresource=status', '--type=merge', `--patch=${patch}`]);
  }
}

/** Whether its conditions are of another generation, or none. */
const isNew = ({ metadata, status }: any): boolean =>
  status?.parents?.[0]?.conditions?.[0]?.observedGeneration !== metadata.generation;
