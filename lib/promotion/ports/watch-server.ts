import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { PlatformError } from '../../core/platform-error';
import { plainText } from '../plain-text';
import type { Deliveries } from '../webhook';

export interface WatchServerProps {
  readonly host: string;
  readonly port: number;
  /** Judges what arrives at `/webhook`; without one nothing is taken there. */
  readonly deliveries?: Deliveries;
  /** Told of a delivery that is to be believed. */
  readonly onHint: () => void;
  readonly onDelivery: (status: number) => void;
  /** Text for Prometheus. */
  readonly metrics: () => Promise<string>;
  readonly ready: () => boolean;
  readonly alive: () => boolean;
  readonly now: () => Date;
}

/** Longest body of a delivery. */
const MOST_BYTES = 64 * 1024;
/** Deliveries in a second, of whomever; reading more would cost more than looking. */
const MOST_A_SECOND = 100;
/** Connections at a time. Who only holds theirs must not keep the kubelet out, so the oldest makes room for a new one. */
const MOST_CONNECTIONS = 256;
/** Nobody who means it takes longer; Node looks every `connectionsCheckingInterval` at who does. */
const TIMES = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};

/** Listens for hints, and tells how the controller does. */
export class WatchServer {
  private readonly server: Server;
  /** The oldest first. */
  private readonly connections = new Set<Socket>();
  private second = 0;
  private count = 0;

  constructor(private readonly props: WatchServerProps) {
    this.server = createServer({ maxHeaderSize: 8 * 1024, ...TIMES }, (request, response) => {
      void this.answer(request, response).catch(() => response.destroy());
    });
    this.server.on('connection', socket => this.admit(socket));
  }

  /**
   * @returns the port
   * @throws PlatformError if nobody can listen there, or somebody does
   */
  public listen(): Promise<number> {
    const { host, port } = this.props;
    return new Promise((resolve, reject) => {
      this.server.once('error', (error: NodeJS.ErrnoException) => {
        const why = error.code === 'EADDRINUSE' ? 'another program listens there' : (error.code ?? error.message);
        reject(
          new PlatformError('--listen', `${plainText(host)}:${port} cannot be used: ${why}`, 'name another address'),
        );
      });
      this.server.listen(port, host, () => resolve((this.server.address() as AddressInfo).port));
    });
  }

  public close(): Promise<void> {
    return new Promise(resolve => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private admit(socket: Socket): void {
    this.connections.add(socket);
    socket.once('close', () => this.connections.delete(socket));
    if (this.connections.size > MOST_CONNECTIONS) {
      const [oldest] = this.connections;
      this.connections.delete(oldest!);
      oldest!.destroy();
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { metrics, ready, alive } = this.props;
    const path = request.url?.split('?')[0];
    if (request.method === 'POST' && path === '/webhook' && this.props.deliveries) {
      const status = await this.take(request, this.props.deliveries);
      this.props.onDelivery(status);
      // What is left of a body that is too long is not read.
      response.writeHead(status, status === 413 ? { connection: 'close' } : {}).end();
      return;
    }
    if (request.method !== 'GET') {
      response.writeHead(404).end();
      return;
    }
    switch (path) {
      case '/livez':
        response.writeHead(alive() ? 200 : 503).end();
        break;
      case '/readyz':
        response.writeHead(ready() ? 200 : 503).end();
        break;
      case '/metrics':
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(await metrics());
        break;
      default:
        response.writeHead(404).end();
    }
  }

  private async take(request: IncomingMessage, deliveries: Deliveries): Promise<number> {
    const now = this.props.now();
    if (this.tooMany(now)) {
      return 429;
    }
    const header = (name: string) => {
      const values = request.headersDistinct[name] ?? [];
      return values.length === 1 ? values[0] : undefined;
    };
    if (!/^application\/json\b/.test(header('content-type') ?? '')) {
      return 415;
    }
    const length = header('content-length');
    // A body without a length could be any.
    if (length === undefined || request.headers['transfer-encoding'] !== undefined) {
      return 411;
    }
    if (Number(length) > MOST_BYTES) {
      return 413;
    }
    const parts: Buffer[] = [];
    for await (const part of request) {
      parts.push(part as Buffer);
    }
    const status = deliveries.judge(
      {
        id: header('x-mlflow-delivery-id'),
        timestamp: header('x-mlflow-timestamp'),
        signature: header('x-mlflow-signature'),
        body: Buffer.concat(parts),
      },
      now,
    );
    if (status === 204) {
      this.props.onHint();
    }
    return status;
  }

  private tooMany(now: Date): boolean {
    const second = Math.floor(now.getTime() / 1000);
    this.count = second === this.second ? this.count + 1 : 1;
    this.second = second;
    return this.count > MOST_A_SECOND;
  }
}
