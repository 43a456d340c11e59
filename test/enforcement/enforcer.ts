import { within } from '../cluster/checks';
import type { Kubectl } from '../cluster/kubectl';
import { CANARY } from './actors';
import type { Prober } from './prober';

const SECONDS = 30;
const PORTS = [5000, 12345];
const CALLER = { namespace: CANARY, name: 'caller' };

/** Puts policies into force, and returns once the network obeys them. */
export class Enforcer {
  private inForce = new Map<string, any>();
  private changes = 0;

  /** @param called address of the canary's other pod */
  constructor(
    private readonly kubectl: Kubectl,
    private readonly prober: Prober,
    private readonly called: string,
  ) {}

  /** Makes these policies the only ones. */
  public async enforce(policies: readonly any[]): Promise<void> {
    const wanted = new Map(policies.map(policy => [`${policy.metadata.namespace} ${policy.metadata.name}`, policy]));
    const text = (policy: any) => JSON.stringify(policy?.spec);
    const changed = [...wanted].filter(([key, policy]) => text(this.inForce.get(key)) !== text(policy));
    const removed = [...this.inForce.keys()].filter(key => !wanted.has(key));
    for (const key of removed) {
      const [namespace, name] = key.split(' ');
      await this.kubectl.run(['delete', 'networkpolicy', `--namespace=${namespace}`, name!]);
    }
    if (changed.length > 0) {
      await this.kubectl.apply(...changed.map(([, policy]) => policy));
    }
    this.inForce = wanted;
    await this.settle();
  }

  /**
   * Opens the canary's other port and closes this one. The network learns of policies in the order in which they
   * change: once it obeys this one, it obeys those before it.
   */
  private async settle(): Promise<void> {
    const open = PORTS[this.changes++ % PORTS.length]!;
    await this.kubectl.apply({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'canary', namespace: CANARY },
      spec: {
        podSelector: { matchLabels: { app: 'called' } },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: {} }], ports: [{ port: open, protocol: 'TCP' }] }],
      },
    } as any);
    await within(SECONDS, `the network obeys a policy that opens ${open}`, async () => {
      const answers = await this.prober.ask(
        CALLER,
        PORTS.map(port => ({ address: this.called, port, protocol: 'TCP' })),
      );
      return PORTS.every((port, index) => (answers[index] !== null) === (port === open));
    });
  }
}
