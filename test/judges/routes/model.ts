import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A model that tells which one it is and what path it saw. */
export class FakeModel {
  public port = 0;
  /** Requests that came so far. */
  public requests = 0;
  private readonly server = createServer((request, response) => {
    this.requests++;
    request.resume();
    if (this.answers) {
      response.writeHead(this.answers).end(`${this.name} ${request.url}`);
    }
  });

  /** @param answers the status of every answer; 0 for never */
  constructor(
    private readonly name: string,
    private readonly answers = 200,
  ) {}

  public start(): Promise<this> {
    return new Promise(resolve => {
      this.server.listen(0, '127.0.0.1', () => {
        this.port = (this.server.address() as AddressInfo).port;
        resolve(this);
      });
    });
  }

  public stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
