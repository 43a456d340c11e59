import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor } from './actors';
import type { Cell, Target } from './cells';
import { Session } from './session';

/** Answers of the cells in their order; null where nothing answered. */
export type Answers = readonly (string | null)[];

/** Pods that call at the same time: more would keep each other waiting. */
const AT_ONCE = 15;
/** How often a cell is asked that should answer and does not: a lost packet is no refusal. */
const ATTEMPTS = 4;
/** Local ports of one series of calls; none of them is a port that somebody listens on. */
const SERIES = { first: 14_000, size: 1000, count: 50 };

const PROGRAM = readFileSync(join(__dirname, 'pods', 'ask.py'), 'utf8');

type Address = Pick<Target, 'address' | 'port' | 'protocol'>;

/** Calls from within the actors' pods. */
export class Prober {
  private readonly sessions = new Map<string, Session>();
  private series = 0;

  /** @param signal ends all calls */
  constructor(private readonly signal: AbortSignal) {}

  /** Calls all targets at once from one pod. */
  public async ask(
    { namespace, name }: Pick<Actor, 'namespace' | 'name'>,
    targets: readonly Address[],
  ): Promise<Answers> {
    if (targets.length > SERIES.size) {
      throw new Error(`${namespace}/${name} has ${targets.length} targets and ${SERIES.size} local ports to call from`);
    }
    const source = SERIES.first + SERIES.size * (this.series++ % SERIES.count);
    const input = { source, targets: targets.map(({ address, port, protocol }) => [address, port, protocol]) };
    return this.session(namespace, name).ask(input);
  }

  /**
   * Asks all cells, and those again that should have answered.
   *
   * @param shouldAnswer what is expected of each cell
   */
  public async askAll(cells: readonly Cell[], shouldAnswer: readonly boolean[]): Promise<Answers> {
    const answers: (string | null)[] = cells.map(() => null);
    let left = cells.map((_, index) => index);
    for (let attempt = 0; attempt < ATTEMPTS && left.length > 0; attempt++) {
      await this.askSome(cells, left, answers);
      left = left.filter(index => shouldAnswer[index] && answers[index] === null);
    }
    return answers;
  }

  /** Leaves the pods. */
  public end(): void {
    this.sessions.forEach(session => session.end());
  }

  private session(namespace: string, pod: string): Session {
    const known = this.sessions.get(`${namespace}/${pod}`);
    if (known) {
      return known;
    }
    const session = new Session(namespace, pod, PROGRAM, this.signal);
    this.sessions.set(`${namespace}/${pod}`, session);
    return session;
  }

  private async askSome(cells: readonly Cell[], some: readonly number[], answers: (string | null)[]): Promise<void> {
    const byPod = new Map<string, number[]>();
    for (const index of some) {
      const { namespace, name } = cells[index]!.from;
      const known = byPod.get(`${namespace}/${name}`);
      if (known) {
        known.push(index);
      } else {
        byPod.set(`${namespace}/${name}`, [index]);
      }
    }
    const waiting = [...byPod.values()];
    const work = async () => {
      for (let own = waiting.pop(); own; own = waiting.pop()) {
        const said = await this.ask(
          cells[own[0]!]!.from,
          own.map(index => cells[index]!.to),
        );
        own.forEach((index, place) => (answers[index] = said[place]!));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }
}
