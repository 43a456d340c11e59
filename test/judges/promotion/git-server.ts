import { execFileSync, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** What goes wrong with a request: it is refused, is cut before it is read, or is done and then cut. */
export type GitServerFault = 'unavailable' | 'cut' | 'cut after';

const BACKEND = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');

/** Git's own server behind HTTP, with a password. */
export class GitServer {
  public url = '';
  public requests = 0;
  /** Requests that were spoilt. */
  public spoilt = 0;
  /** Asked before each request; what it does before it answers comes between two steps of a client. */
  public fault: (request: IncomingMessage) => GitServerFault | undefined = () => undefined;
  private running = 0;
  private readonly server: Server;

  private constructor(
    private readonly root: string,
    private readonly authorization: string | undefined,
  ) {
    this.server = createServer((request, response) => this.answer(request, response));
  }

  /** @param authorization the header that every request must have */
  public static async start(root: string, authorization?: string): Promise<GitServer> {
    const made = new GitServer(root, authorization);
    await new Promise<void>(resolve => made.server.listen(0, '127.0.0.1', resolve));
    made.url = `http://127.0.0.1:${(made.server.address() as AddressInfo).port}`;
    return made;
  }

  /** Whether Git is still at a request. */
  public busy(): boolean {
    return this.running > 0;
  }

  public stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests++;
    if (this.authorization !== undefined && request.headers.authorization !== this.authorization) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    const fault = this.fault(request);
    this.spoilt += fault === undefined ? 0 : 1;
    if (fault === 'unavailable') {
      response.writeHead(503).end();
      return;
    }
    if (fault === 'cut') {
      request.socket.destroy();
      return;
    }
    const [path, query = ''] = request.url!.split('?');
    const child = spawn(BACKEND, {
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: this.root,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: path,
        QUERY_STRING: query,
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        GIT_PROTOCOL: request.headers['git-protocol']?.toString() ?? '',
        REMOTE_USER: 'git',
      },
    });
    this.running++;
    child.stdin.on('error', () => undefined);
    request.pipe(child.stdin);
    // A client that is killed ends what it was sending.
    request.on('aborted', () => child.stdin.destroy());
    const parts: Buffer[] = [];
    child.stdout.on('data', part => parts.push(part));
    child.on('close', () => {
      this.running--;
      if (fault === 'cut after') {
        request.socket.destroy();
        return;
      }
      const answer = Buffer.concat(parts);
      const end = answer.indexOf('\r\n\r\n');
      const headers = Object.fromEntries(
        answer
          .subarray(0, end)
          .toString()
          .split('\r\n')
          .map(line => line.split(': ', 2)),
      );
      response.writeHead(Number(headers['Status']?.slice(0, 3) ?? 200), headers).end(answer.subarray(end + 4));
    });
  }
}

/** Whether a request brings what is pushed: Git asks with an empty push first whether it may. */
export const isPush = ({ url, headers }: IncomingMessage): boolean =>
  url!.endsWith('git-receive-pack') &&
  (headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 4);
