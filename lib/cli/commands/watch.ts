import { readFileSync } from 'node:fs';
import { PlatformError } from '../../core/platform-error';
import { Controller, type Report } from '../../promotion/controller';
import { ControllerHealth } from '../../promotion/controller-health';
import { Cycle } from '../../promotion/cycle';
import { DeployedTags } from '../../promotion/deployed-tags';
import { WatchMetrics } from '../../promotion/ports/watch-metrics';
import { WatchServer } from '../../promotion/ports/watch-server';
import { plainText } from '../../promotion/plain-text';
import type { RepositoryState } from '../../promotion/repository-state';
import { telling } from '../../promotion/telling-registry';
import { Deliveries } from '../../promotion/webhook';
import { seconds, DURATION_RULE } from '../../promotion/duration';
import { deploymentStatus, type DeploymentStatusOptions } from '../deployment-status';
import { EXIT, exitCodeOf, exitCodeOfOutcome } from '../exit-codes';
import { doneData, outcomeData } from '../outcomes';
import { worldOf, type PromotionOptions, type World } from '../promotion-world';

export interface WatchOptions extends PromotionOptions, DeploymentStatusOptions {
  readonly interval: string;
  readonly listen?: string;
  readonly webhookSecret?: string;
  readonly once?: boolean;
  readonly dryRun?: boolean;
}

const HIGHEST_PORT = 65_535;

/** Looks again and again, and does what is to be done; writes a line of JSON for each thing that happens. */
export async function watch(options: WatchOptions): Promise<void> {
  if (options.webhookSecret !== undefined && options.listen === undefined) {
    throw new PlatformError('--webhook-secret', 'nothing listens for webhooks', 'say where: --listen :8080');
  }
  const intervalSeconds = interval(options.interval);
  const metrics = new WatchMetrics();
  const health = new ControllerHealth(intervalSeconds, () => new Date());
  const world = watched(options, metrics, health);
  const status = deploymentStatus(options);
  // Whether a tag can be written says nothing of what a look sees.
  const deployed =
    status && new DeployedTags({ ...world, status: { status: stirring(health, status.status.bind(status)) } });
  const cycle = new Cycle({
    ...world,
    registry: telling(world.registry, (name, fault) => metrics.faulted(name, fault)),
  });
  const stop = new AbortController();
  // Whatever starts programs may say it more than once; a person who does means it.
  process.on('SIGTERM', () => stop.abort());
  process.once('SIGINT', () => stop.abort());
  let before = '';
  const report = async (result: Report) => {
    const outcome = 'outcome' in result ? result.outcome : undefined;
    metrics.looked(result, world.now());
    health.looked(result);
    // The same thing is said once, not every interval.
    const text = JSON.stringify('outcome' in result ? outcomeData(result.outcome) : messageOf(result.error));
    if (text !== before || (outcome?.done.length ?? 0) > 0) {
      log(outcome ? 'info' : 'error', outcome ? 'looked' : 'failed', {
        seconds: result.seconds,
        detail: JSON.parse(text),
      });
    }
    before = text;
    // Whoever comes next finds in the history what was not asked now.
    if (deployed && cycle.state && !options.dryRun && !stop.signal.aborted) {
      await observe(deployed, cycle.state);
    }
    if (options.once) {
      stop.abort();
      process.exitCode =
        'outcome' in result ? exitCodeOfOutcome(result.outcome) : (exitCodeOf(result.error) ?? EXIT.mistake);
    }
  };
  const controller = new Controller({
    cycle,
    intervalSeconds,
    dryRun: options.dryRun ?? false,
    report,
    now: world.now,
  });
  const server =
    options.listen === undefined
      ? undefined
      : serverOf(options, options.listen, { controller, metrics, world, health });
  const port = await server?.listen();
  log('info', 'started', { interval: intervalSeconds, ...(port !== undefined && { port }) });
  try {
    await controller.run(stop.signal);
  } finally {
    await server?.close();
    await world.git.close();
    log('info', 'stopped', {});
  }
}

/** The world as options describe it, whose requests and steps are told. */
function watched(options: WatchOptions, metrics: WatchMetrics, health: ControllerHealth): World {
  const world = worldOf(options, status => {
    metrics.requested(status);
    health.stirs();
  });
  return {
    ...world,
    synthesize: stirring(health, world.synthesize),
    pushed: done => {
      metrics.pushed(done);
      log('info', 'pushed', { detail: doneData(done) });
    },
  };
}

/** Tells when a step ended, well or not. */
const stirring =
  <Args extends unknown[], Answer>(health: ControllerHealth, step: (...args: Args) => Promise<Answer>) =>
  (...args: Args): Promise<Answer> =>
    step(...args).finally(() => health.stirs());

function serverOf(
  { webhookSecret }: WatchOptions,
  listen: string,
  parts: { controller: Controller; metrics: WatchMetrics; world: World; health: ControllerHealth },
): WatchServer {
  const [, host, port] = /^(.*):([0-9]{1,5})$/.exec(listen) ?? [];
  if (host === undefined || Number(port) > HIGHEST_PORT) {
    throw new PlatformError('--listen', `"${plainText(listen)}" is no address`, 'write it as 127.0.0.1:8080');
  }
  const { controller, metrics, world, health } = parts;
  return new WatchServer({
    host: host === '' ? '0.0.0.0' : host,
    port: Number(port),
    deliveries: webhookSecret === undefined ? undefined : new Deliveries(secretIn(webhookSecret)),
    onHint: () => controller.hint(),
    onDelivery: status => metrics.delivered(status),
    metrics: () => metrics.text(),
    ready: () => health.isReady,
    alive: () => health.isAlive,
    now: world.now,
  });
}

async function observe(deployed: DeployedTags, state: RepositoryState): Promise<void> {
  try {
    const { tagged, failures } = await deployed.observe(state);
    tagged.forEach(({ deployment: _deployment, ...one }) => log('info', 'deployed', one));
    new Set(failures.map(messageOf)).forEach(detail => log('error', 'deployment unknown', { detail }));
  } catch (error) {
    log('error', 'deployment unknown', { detail: messageOf(error) });
  }
}

/** Reads the secret for each delivery: it may change. An empty one would be no secret. */
function secretIn(file: string): () => string {
  const read = () => {
    const secret = contentOf(file).trim();
    if (secret.length < 16) {
      throw new PlatformError(file, 'the secret of the webhook is shorter than 16 characters', 'choose a longer one');
    }
    return secret;
  };
  read();
  return read;
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new PlatformError('--webhook-secret', `"${plainText(file)}" cannot be read: ${code}`, 'name another file');
  }
}

function interval(text: string): number {
  const length = seconds(text);
  if (length === undefined) {
    throw new PlatformError('--interval', `"${plainText(text)}" is no duration`, `use ${DURATION_RULE}`);
  }
  return length;
}

const messageOf = (error: unknown): string => plainText(error instanceof Error ? error.message : String(error), 2_000);

const log = (level: 'info' | 'error', event: string, more: object): void =>
  void process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...more })}\n`);
