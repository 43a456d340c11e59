import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What is done to an answer; undefined lets it pass. */
export type Fault = (
  question: IncomingMessage,
  answer: ServerResponse,
  body: () => Promise<Answer>,
) => Promise<void> | void;

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Stands before a server, and spoils its answers. */
export class FaultProxy {
  public url = '';
  public fault: Fault | undefined;
  /** Paths that were asked. */
  public readonly asked: string[] = [];
  private readonly server: Server;

  constructor(private readonly target: string) {
    this.server = createServer((question, answer) => {
      this.asked.push(question.url!.split('?')[0]!);
      const body = () => this.forward(question);
      const spoil = this.fault ?? pass;
      void Promise.resolve(spoil(question, answer, body)).catch(() => answer.destroy());
    });
  }

  public async start(): Promise<void> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private forward(question: IncomingMessage): Promise<Answer> {
    const { url, method, headers } = question;
    return new Promise((resolve, reject) => {
      // Pages that a fault made up are the first one again.
      const first = url!.replace(/&page_token=[^&]*/, '');
      const sent = request(this.target + first, { method, headers: { ...headers, connection: 'close' } }, response => {
        const parts: Buffer[] = [];
        response.on('data', part => parts.push(part));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode!, text: Buffer.concat(parts).toString() }));
      });
      sent.on('error', reject);
      question.pipe(sent);
    });
  }
}

const pass: Fault = async (_question, answer, body) => {
  const { status, text } = await body();
  answer.writeHead(status, { 'content-type': 'application/json' }).end(text);
};

/** Answers with this, and asks nobody. */
export const says =
  (status: number, text: string, headers: Record<string, string> = {}): Fault =>
  (_question, answer) =>
    void answer.writeHead(status, headers).end(text);

/** Lets the answer pass with another text. */
export const changes =
  (path: RegExp, change: (text: string, url: string) => string): Fault =>
  async (question, answer, body) => {
    const { status, text } = await body();
    const spoilt = path.test(question.url!) ? change(text, question.url!) : text;
    answer.writeHead(status, { 'content-type': 'application/json' }).end(spoilt);
  };
