import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** Whether the browser is there. */
export const hasChromium = (): boolean => spawnSync('chromium', ['--version']).status === 0;

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: any;
  readonly result?: any;
  readonly error?: { readonly message: string };
}

/** Chromium without a window, driven by its DevTools protocol over a pipe. */
export class Chromium {
  private readonly profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private session: string | undefined;
  private last = 0;
  /** What the page tried to load, said on its console, or failed at. */
  public readonly requests: string[] = [];
  public readonly complaints: string[] = [];

  constructor() {
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--remote-debugging-pipe'];
    this.child = spawn('chromium', [...args, `--user-data-dir=${this.profile}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    let rest = '';
    (this.child.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\0');
      rest = parts.pop()!;
      parts.forEach(part => this.receive(JSON.parse(part) as Answer));
    });
  }

  /** Opens a page of its own, and says how long it took until `ready` was true in it. */
  public async open(url: string, ready: string, width = 1280, height = 900): Promise<number> {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    this.session = (await this.send('Target.attachToTarget', { targetId, flatten: true })).sessionId;
    for (const domain of ['Page', 'Runtime', 'Network', 'Log']) {
      await this.send(`${domain}.enable`);
    }
    await this.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    this.requests.length = 0;
    this.complaints.length = 0;
    const start = performance.now();
    await this.send('Page.navigate', { url });
    while ((await this.evaluate(ready).catch(() => false)) !== true) {
      if (performance.now() - start > 60_000) {
        throw new Error(`${url} was not ready: ${this.complaints.join(', ')}`);
      }
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    // Two frames: what was asked for is painted then.
    await this.evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))');
    return performance.now() - start;
  }

  /** The value of an expression in the page. */
  public async evaluate<Value = any>(expression: string): Promise<Value> {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value as Value;
  }

  /** Presses a key as a person does. */
  public async press(key: string, modifiers = 0): Promise<void> {
    const text = key === 'Enter' ? '\r' : undefined;
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', key, code: key, modifiers, text });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key, modifiers });
  }

  /** @param features of the medium, such as `prefers-color-scheme` */
  public async emulate(media: 'print' | 'screen', features: Readonly<Record<string, string>> = {}): Promise<void> {
    const list = Object.entries(features).map(([name, value]) => ({ name, value }));
    await this.send('Emulation.setEmulatedMedia', { media, features: list });
  }

  /** A picture of the whole page. */
  public async screenshot(): Promise<Buffer> {
    const { data } = await this.send('Page.captureScreenshot', { captureBeyondViewport: true });
    return Buffer.from(data as string, 'base64');
  }

  /** Number of pages that it prints on. */
  public async printedPages(): Promise<number> {
    const { data } = await this.send('Page.printToPDF', { preferCSSPageSize: true });
    return (
      Buffer.from(data as string, 'base64')
        .toString('latin1')
        .split(/\/Type\s*\/Page[^s]/).length - 1
    );
  }

  public async close(): Promise<void> {
    const ended = new Promise(resolve => this.child.once('exit', resolve));
    this.child.kill();
    await ended;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  private send(method: string, params: object = {}): Promise<any> {
    const id = ++this.last;
    const isOfBrowser = method.startsWith('Target.');
    const message = { id, method, params, ...(!isOfBrowser && { sessionId: this.session }) };
    (this.child.stdio[3] as Writable).write(`${JSON.stringify(message)}\0`);
    return new Promise((resolve, reject) =>
      this.waiting.set(id, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result))),
    );
  }

  private receive(answer: Answer): void {
    if (answer.id !== undefined) {
      this.waiting.get(answer.id)?.(answer);
      this.waiting.delete(answer.id);
      return;
    }
    const { method, params } = answer;
    if (method === 'Network.requestWillBeSent') {
      this.requests.push(params.request.url);
    } else if (method === 'Runtime.exceptionThrown') {
      this.complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    } else if (method === 'Log.entryAdded') {
      this.complaints.push(params.entry.text);
    } else if (method === 'Runtime.consoleAPICalled') {
      this.complaints.push(JSON.stringify(params.args));
    }
  }
}
