import { createServer, type Server } from 'node:http';
import { listening } from './servers';

/** A model whose capacity is known: it works on so many requests at one time, takes as long for each, and lets others wait. */
export class SlotModel {
  public port = 0;
  /** Requests that have reached it. */
  public seen = 0;
  /** Most requests that were there at one time. */
  public most = 0;
  private present = 0;
  private free: number;
  private readonly waiting: (() => void)[] = [];
  private readonly server: Server;

  constructor(slots: number, milliseconds: number) {
    this.free = slots;
    this.server = createServer((request, response) => {
      this.seen++;
      this.most = Math.max(this.most, ++this.present);
      response.once('close', () => this.present--);
      const work = (): void => {
        this.free--;
        setTimeout(() => {
          response.end('42');
          this.free++;
          this.waiting.shift()?.();
        }, milliseconds);
      };
      request.resume().once('end', () => (this.free > 0 ? work() : this.waiting.push(work)));
    });
  }

  public async start(): Promise<void> {
    this.port = await listening(this.server);
  }

  public stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
