import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROXY_PORTS } from '../../../lib/core/envoy-bootstrap';

/** Longest and shortest time until a node has learnt of a change, in milliseconds. */
const LEARNT = [1000, 3000] as const;
export const between = ([least, most]: readonly [number, number]): number => least + Math.random() * (most - least);

/**
 * What kube-proxy makes of a Service on one node: each new connection goes to one of the pods that the node knows of,
 * without anybody between caller and pod, and stays there. The node learns late of what has changed.
 */
export class ServiceNode {
  private readonly addresses: string[] = [];
  private learnt: Promise<unknown> = Promise.resolve();

  public change(apply: (addresses: string[]) => void): void {
    const delay = sleep(between(LEARNT));
    // In the order in which they were made.
    this.learnt = this.learnt.then(() => delay).then(() => apply(this.addresses));
  }

  public pick(): string {
    const address = this.addresses[Math.floor(Math.random() * this.addresses.length)];
    if (address === undefined) {
      throw new Error('the Service has no pod');
    }
    return address;
  }
}

/** A Service as the nodes of a cluster see it. */
export class Service {
  public readonly nodes = [1, 2, 3].map(() => new ServiceNode());

  public add(address: string): void {
    this.nodes.forEach(node => node.change(addresses => addresses.push(address)));
  }

  public remove(address: string): void {
    this.nodes.forEach(node => node.change(addresses => addresses.splice(addresses.indexOf(address), 1)));
  }
}

/** A kind of caller. */
export interface Habit {
  readonly callers: number;
  /** Whether a caller uses its connection again. */
  readonly keepAlive: boolean;
  /** Time between an answer and the next request, in milliseconds. */
  readonly pause: readonly [least: number, most: number];
  /** Time that the model takes for an answer, in milliseconds. */
  readonly wait?: readonly [least: number, most: number];
}

/** Callers of a Service: none asks twice. */
export class Callers {
  /** Answers of each kind of caller. */
  public readonly answered: Record<string, number> = {};
  /** Requests without the answer 200. */
  public readonly failed: string[] = [];
  /** Versions that have answered. */
  public readonly versions = new Set<string>();
  private readonly started = Date.now();
  private readonly running: Promise<void>[] = [];
  private stopped = false;

  constructor(
    private readonly service: Service,
    private readonly headers: Readonly<Record<string, string>>,
    habits: Readonly<Record<string, Habit>>,
  ) {
    for (const [name, habit] of Object.entries(habits)) {
      this.answered[name] = 0;
      this.running.push(...Array.from({ length: habit.callers }, (_, index) => this.call(name, habit, index)));
    }
  }

  public get total(): number {
    return Object.values(this.answered).reduce((sum, count) => sum + count, 0);
  }

  /** Waits for the last answers. */
  public async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.running);
  }

  private async call(name: string, { keepAlive, pause, wait = [0, 0] }: Habit, index: number): Promise<void> {
    const node = this.service.nodes[index % this.service.nodes.length]!;
    const agent = new Agent({ keepAlive, maxSockets: 1 });
    let address = '';
    // Not all at once.
    await sleep(between([0, Math.max(pause[1], 1000)]));
    agent.createConnection = () => connect({ host: (address = node.pick()), port: PROXY_PORTS.api, noDelay: true });
    while (!this.stopped) {
      const asked = Date.now();
      try {
        const { status, body } = await score(agent, `/score?wait=${Math.round(between(wait))}`, this.headers);
        if (status !== 200) {
          throw new Error(`${status} ${body}`);
        }
        this.answered[name]!++;
        this.versions.add(body);
      } catch (error) {
        const when = ((asked - this.started) / 1000).toFixed(2);
        this.failed.push(`${name} at ${when} s from ${address}: ${(error as Error).message}`);
      }
      const next = Date.now() + between(pause);
      while (!this.stopped && Date.now() < next) {
        await sleep(Math.min(next - Date.now(), 500));
      }
    }
    agent.destroy();
  }
}

function score(agent: Agent, path: string, headers: Readonly<Record<string, string>>) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const body = JSON.stringify({ inputs: [[1, 2, 3]] });
    const length = { 'content-type': 'application/json', 'content-length': `${body.length}` };
    const asked = request({ agent, path, method: 'POST', headers: { ...headers, ...length } }, answer => {
      let text = '';
      answer.on('data', data => (text += data));
      answer.once('error', reject);
      answer.once('end', () => resolve({ status: answer.statusCode!, body: text }));
    });
    asked.once('error', reject).end(body);
  });
}
