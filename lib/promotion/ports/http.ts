import { DelegateBackoff, handleWhen, retry, type IRetryBackoffContext } from 'cockatiel';
import { PlatformError } from '../../core/platform-error';
import { plainText, withoutCredentials } from '../plain-text';
import { ServiceError } from '../service-error';

export interface HttpOptions {
  /** What the request is sent to, without a "/" at its end. */
  readonly url: string;
  /** Value of the header Authorization, asked for each request: its files may change. */
  readonly authorization?: () => string | undefined;
  /** @default 10 seconds for the whole answer */
  readonly timeoutSeconds?: number;
  /** Tries of a request that may succeed later. @default 3 */
  readonly attempts?: number;
  /** First pause between tries. @default 0.2 seconds */
  readonly pauseSeconds?: number;
  /** Told of each request that was sent. */
  readonly onRequest?: (status: number | undefined) => void;
}

export interface HttpRequest {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly method?: 'GET' | 'POST';
  /** @default 4 MiB */
  readonly maxBytes?: number;
  /** How long one try may take, after which there is no other. */
  readonly seconds?: number;
}

/** An answer that is whole. */
export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const MEGABYTES = 1024 * 1024;
/** Longest pause that a server may ask for within one look; for more the next look comes first. */
const LONGEST_PAUSE = 10;

/** Sends requests to one server: bounded in time and bytes, tried again when that can help, and to no other server. */
export class HttpClient {
  /** @throws PlatformError if the URL is none, or holds credentials: those would be in every message */
  constructor(private readonly options: HttpOptions) {
    const url = URL.canParse(options.url) ? new URL(options.url) : undefined;
    const shown = plainText(withoutCredentials(options.url));
    if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
      throw new PlatformError('HTTP', `"${shown}" is no URL of a server`, 'write it as https://mlflow.example.com');
    }
    if (url.username !== '' || url.password !== '') {
      throw new PlatformError('HTTP', `the URL of ${shown} holds credentials`, 'put them into files: --credentials');
    }
  }

  /**
   * @throws ServiceError if there is no whole answer, or one that says "later" to every try, "no" or "elsewhere", or if its
   *   credentials cannot be sent
   */
  public async send(request: HttpRequest): Promise<HttpAnswer> {
    const { attempts = 3, pauseSeconds = 0.2 } = this.options;
    const policy = retry(
      handleWhen(error => isTransient(error)),
      { maxAttempts: request.seconds === undefined ? attempts - 1 : 0, backoff: backoff(pauseSeconds * 1000) },
    );
    return policy.execute(() => this.once(request));
  }

  private async once({ path, query = {}, body, method = 'GET', maxBytes = 4 * MEGABYTES, seconds }: HttpRequest) {
    const { url, onRequest } = this.options;
    const timeoutSeconds = seconds ?? this.options.timeoutSeconds ?? 10;
    const target = new URL(url + path);
    Object.entries(query).forEach(([key, value]) => target.searchParams.set(key, value));
    const credentials = this.credentials();
    const headers = {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(credentials !== undefined && { authorization: credentials }),
    };
    let status: number | undefined;
    try {
      const response = await fetch(target, {
        method,
        headers,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutSeconds * 1000),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      status = response.status;
      return judged(target, response, await read(response, maxBytes, target), credentials === undefined);
    } catch (error) {
      throw error instanceof ServiceError ? error : unreachable(target, error, timeoutSeconds);
    } finally {
      onRequest?.(status);
    }
  }

  /** The value of the header; files that hold none are this server's fault, and keep nobody from asking another. */
  private credentials(): string | undefined {
    try {
      return this.options.authorization?.();
    } catch (error) {
      throw error instanceof PlatformError ? new ServiceError('anonymous', error.message) : error;
    }
  }
}

/** What an answer says; undefined if it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const where = ({ origin, pathname }: URL): string => origin + pathname;

function judged(target: URL, response: Response, text: string, isAnonymous: boolean): HttpAnswer {
  const { status } = response;
  if (status >= 300 && status < 400) {
    throw new ServiceError(
      'elsewhere',
      `${where(target)} answers ${status} and leads elsewhere, which is not followed; write the URL that it leads to`,
    );
  }
  if (status === 401 && isAnonymous) {
    const remedy = 'put them into files, and name their folder: --credentials';
    throw new ServiceError('anonymous', `${where(target)} wants credentials, and none were sent (401); ${remedy}`);
  }
  if (status === 401 || status === 403) {
    const what =
      status === 401
        ? 'does not know the credentials (401); mend the files below --credentials'
        : 'does not allow it (403); give its user the right to do this';
    throw new ServiceError('denied', `${where(target)} ${what}`);
  }
  if (status === 429 || status >= 500) {
    throw new ServiceError('unavailable', `${where(target)} answers ${status}`, retryAfter(response));
  }
  return { status, type: response.headers.get('content-type') ?? '', text };
}

/** The body, as long as it is not too long. */
async function read(response: Response, maxBytes: number, target: URL): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += (part as Uint8Array).length;
    if (length > maxBytes) {
      await response.body?.cancel().catch(() => undefined);
      throw new ServiceError('malformed', `${where(target)} answers with more than ${maxBytes} bytes`);
    }
    parts.push(part as Uint8Array);
  }
  return Buffer.concat(parts).toString('utf8');
}

function unreachable(target: URL, error: unknown, timeout: number): ServiceError {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (cause?.code === 'ENOTFOUND') {
    return new ServiceError('elsewhere', `${where(target)}: no such host is known; is the URL right?`);
  }
  const why =
    name === 'TimeoutError' ? `no whole answer within ${timeout} s` : (cause?.code ?? cause?.message ?? message);
  return new ServiceError('unreachable', `${where(target)}: ${plainText(why)}; is it up, and the URL right?`);
}

function retryAfter({ headers }: Response): number | undefined {
  const given = headers.get('retry-after');
  const seconds = Number(given);
  return given !== null && Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

const isTransient = (error: unknown): boolean =>
  error instanceof ServiceError &&
  (error.fault === 'unreachable' || error.fault === 'unavailable') &&
  (error.retryAfter ?? 0) <= LONGEST_PAUSE;

/** Pauses that double, or last as long as the server asks for. */
const backoff = (first: number): DelegateBackoff<IRetryBackoffContext<unknown>> =>
  new DelegateBackoff(({ attempt, result }) => {
    const error = 'error' in result ? result.error : undefined;
    const asked = error instanceof ServiceError ? error.retryAfter : undefined;
    return asked === undefined ? first * 2 ** (attempt - 1) : asked * 1000;
  });
