import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Server as NetServer } from 'node:net';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A request as a server saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
}

/** A REST API that tells each caller what it saw of the request, and remembers it. */
export class EchoServer {
  public readonly seen: Seen[] = [];
  public port = 0;
  private readonly server: Server = createServer({ insecureHTTPParser: true }, (request, response) => {
    const { method, url, rawHeaders } = request;
    const seen = { method: method!, url: url!, rawHeaders };
    this.seen.push(seen);
    const wait = Number(/[?&]wait=(\d+)/.exec(url!)?.[1] ?? 0);
    request.resume().once('end', () => {
      const answering = setTimeout(() => response.end(JSON.stringify(seen)), wait);
      response.once('close', () => clearTimeout(answering));
    });
  });

  public async start(): Promise<void> {
    this.port = await listening(this.server);
  }

  public stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

export interface Decision {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
  readonly wait?: number;
}

/** A service that answers as the test decides. */
export class DecidingServer {
  public readonly seen: Seen[] = [];
  public port = 0;
  private readonly server: Server;

  constructor(decide: (request: IncomingMessage) => Decision, tls?: { readonly key: string; readonly cert: string }) {
    const answer: RequestListener = (request, response) => {
      this.seen.push({ method: request.method!, url: request.url!, rawHeaders: request.rawHeaders });
      const { status, headers, body, wait = 0 } = decide(request);
      setTimeout(() => response.writeHead(status, headers).end(body), wait);
    };
    this.server = tls ? createTlsServer(tls, answer) : createServer(answer);
  }

  public async start(): Promise<void> {
    this.port = await listening(this.server);
  }

  public stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

export function listening(server: NetServer): Promise<number> {
  return new Promise(resolve => {
    // A test that fails must not keep the process.
    server.unref().listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** Values of a header, however it is spelled: as a server that reads X_Name as X-Name sees them. */
export function valuesOf({ rawHeaders }: Seen, name: string): string[] {
  return rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]!.trim().toLowerCase().replaceAll('_', '-') === name,
  );
}
