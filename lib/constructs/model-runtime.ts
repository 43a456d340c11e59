import type { EnvVar } from 'kubernetes-types/core/v1';
import { checkPinnedImage } from '../core/container-image';
import { checkCounts } from '../core/counts';
import { barePath } from '../core/envoy-bootstrap';
import { PlatformError } from '../core/platform-error';
import { isPort } from '../core/port';
import { secretArgument } from '../core/secret-text';
import type { Metrics } from './metrics';
import { SERVE_MODEL } from './scripts/serve-model';

/** Paths that answer 200 when all is well. */
export interface ProbePaths {
  /**
   * Answers once the model is loaded.
   *
   * @default - the path of readiness
   */
  readonly startup?: string;
  /** Answers while the pod can take requests. */
  readonly readiness: string;
  /** Answers while the process works; if it stops, the pod is restarted. */
  readonly liveness: string;
}

/** The program that serves a model. */
export interface ModelRuntime {
  readonly image: string;
  readonly port: number;
  readonly probes: ProbePaths;
  /** Where it tells how it is; undefined if it does not. */
  readonly metrics?: Metrics;
  /** Variables of the user's own. */
  readonly environment: readonly EnvVar[];
  /** Command and arguments; undefined leaves the image's own. */
  readonly command?: readonly string[];
  /** Path that takes requests in the form of MLflow's scoring server; undefined if it takes others. */
  readonly invocations?: string;
  /** Time after which it gives up on a request, in seconds; undefined if nobody knows. */
  readonly timeoutSeconds?: number;
  /** Image with Python 3 and MLflow, which can fetch a model and check its digest; undefined if there is none. */
  readonly downloader?: string;
  /** @param uri where the model is, as its source or the download says */
  args(uri: string): readonly string[] | undefined;
}

export interface MlflowRuntimeProps {
  /** Image with MLflow and what the model needs to run, pinned. */
  readonly image: string;
  /**
   * Number of worker processes, each with the model in memory.
   *
   * @default 1
   */
  readonly workers?: number;
  /**
   * Longest time that one request may take, in seconds. Not shorter than `limits.timeoutSeconds` of the API.
   *
   * @default 60
   */
  readonly timeoutSeconds?: number;
}

export interface ContainerRuntimeProps {
  /** Image of the REST API, pinned. */
  readonly image: string;
  /**
   * Port that it listens on.
   *
   * @default 8080
   */
  readonly port?: number;
  /**
   * Paths of its health checks. Callers of a ModelApi get 404 on exactly these: `/` closes itself, and nothing below it.
   *
   * @default - `/ready` for readiness and startup, `/health` for liveness
   */
  readonly probes?: ProbePaths;
  /**
   * Variables besides `MODEL_NAME`, `MODEL_VERSION` and `MODEL_URI`. No secrets.
   *
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Arguments for the image's entry point. In them `$(MODEL_NAME)`, `$(MODEL_VERSION)` and `$(MODEL_URI)` stand for
   * what each ModelApi serves, so that one image can serve many models.
   *
   * @default - the image's own
   */
  readonly args?: readonly string[];
  /**
   * Where the API tells how it is, in the form of Prometheus.
   *
   * @default - nowhere
   */
  readonly metrics?: RuntimeMetrics;
  /**
   * Image with Python 3 and MLflow, pinned, that fetches a model whose pin carries a digest, and checks it.
   *
   * @default - none, and such a model is refused
   */
  readonly downloader?: string;
  /**
   * Path that takes requests in the form of MLflow's scoring server, such as `/invocations`.
   *
   * @default - it takes requests of its own form, and no OpenAPI document is written
   */
  readonly invocations?: string;
}

export interface RuntimeMetrics {
  /** Path, such as `/metrics`. */
  readonly path: string;
  /**
   * Port, if it is another than that of the API. Callers of a ModelApi cannot see them on either.
   *
   * @default - the port of the API
   */
  readonly port?: number;
  /**
   * Name of the histogram of the time that requests took, in seconds, such as `http_request_duration_seconds`.
   *
   * @default - unknown: no alert and no panel for it
   */
  readonly latency?: string;
}

const PORT = 8080;

export const ModelRuntime = {
  /**
   * MLflow's scoring server, `mlflow models serve`, in the Python environment of the image: nothing is installed when
   * a pod starts.
   *
   * @throws PlatformError if the image is not pinned or a number makes no sense
   * @see https://mlflow.org/docs/latest/ml/deployment/deploy-model-locally/
   */
  mlflow(props: MlflowRuntimeProps): ModelRuntime {
    const { image, workers = 1, timeoutSeconds = 60 } = props;
    checkPinnedImage('ModelRuntime.mlflow', image, 'registry.example.com/ml/serving:3.17.2');
    checkCounts('ModelRuntime.mlflow', { workers, timeoutSeconds });
    return {
      image,
      invocations: '/invocations',
      timeoutSeconds,
      downloader: image,
      port: PORT,
      probes: { readiness: '/ping', liveness: '/health' },
      environment: [{ name: 'MLFLOW_DISABLE_TELEMETRY', value: 'true' }],
      command: ['python3', '-c', SERVE_MODEL],
      args: uri => [
        'models',
        'serve',
        `--model-uri=${uri}`,
        '--host=0.0.0.0',
        `--port=${PORT}`,
        `--workers=${workers}`,
        `--timeout=${timeoutSeconds}`,
        '--env-manager=local',
      ],
    };
  },

  /**
   * Any REST API in an image. It is told which model to serve by the variables `MODEL_NAME`, `MODEL_VERSION` and
   * `MODEL_URI`.
   *
   * @throws PlatformError if the image is not pinned, a port, a path or the name of the histogram is none, or an
   * argument holds a secret
   */
  container(props: ContainerRuntimeProps): ModelRuntime {
    const {
      image,
      port = PORT,
      probes = { readiness: '/ready', liveness: '/health' },
      environment = {},
      args,
      invocations,
    } = props;
    checkPinnedImage('ModelRuntime.container', image, 'registry.example.com/pricing:2.3.0');
    if (props.downloader !== undefined) {
      checkPinnedImage(
        'ModelRuntime.container',
        props.downloader,
        'registry.example.com/ml/serving:3.17.2',
        'downloader',
      );
    }
    if (props.invocations?.startsWith('/') === false) {
      throw new PlatformError(
        'ModelRuntime.container',
        `invocations must start with "/", got "${props.invocations}"`,
        `write "/${props.invocations}"`,
      );
    }
    checkPort('port', port);
    const path = Object.values(probes).find(given => given !== undefined && !given.startsWith('/'));
    if (path !== undefined) {
      throw new PlatformError(
        'ModelRuntime.container',
        `a probe path must start with "/", got "${path}"`,
        `write "/${path}"`,
      );
    }
    const metrics = props.metrics && checkedMetrics(props.metrics, port);
    checkPrivatePaths([...Object.values(probes), metrics?.port === port ? metrics.path : undefined], invocations);
    const secret = secretArgument(args ?? []);
    if (secret !== undefined) {
      throw new PlatformError(
        'ModelRuntime.container',
        `the argument ${args!.indexOf(secret)} (${secret.replace(/[=:\s].*/s, '')}) holds a secret, which would stand in the manifest`,
        'put it into a Secret, mount that as a file and name the file: api.workload.mountSecret()',
      );
    }
    return {
      image,
      invocations: props.invocations,
      downloader: props.downloader,
      port,
      probes,
      metrics,
      environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
      args: () => args,
    };
  },
};

/** What Envoy's normalization leaves as it is: any other path would not be the one that callers are refused on. */
const NORMAL = /^(?:\/(?!\.\.?(?:\/|$))[\w.~!$&'()*+,=:@-]+)*\/?$/;

/** @throws PlatformError if callers could not be kept from a path, or would be kept from the API with it */
function checkPrivatePaths(given: readonly (string | undefined)[], invocations: string | undefined): void {
  const paths = given.filter(path => path !== undefined);
  const odd = paths.find(path => !NORMAL.test(path.replace(/[?#].*$/s, '')));
  if (odd !== undefined) {
    throw new PlatformError(
      'ModelRuntime.container',
      `a path of health or metrics cannot hold "//", "..", "%", ";" and the like, got "${odd}"`,
      'write the path by which the API knows it, so that it can be kept from callers',
    );
  }
  const same = (path: string): string => barePath(path).toLowerCase();
  const shared = paths.find(path => invocations !== undefined && same(path) === same(invocations));
  if (shared !== undefined) {
    throw new PlatformError(
      'ModelRuntime.container',
      `the path "${shared}" of health or metrics is that of invocations "${invocations}", and callers are refused on it`,
      'give health and metrics paths of their own',
    );
  }
}

function checkPort(name: string, port: number): void {
  if (!isPort(port)) {
    throw new PlatformError(
      'ModelRuntime.container',
      `${name} must be a whole number from 1 to 65535, got ${port}`,
      'name the port that the API listens on',
    );
  }
}

function checkedMetrics({ path, port: own, latency }: RuntimeMetrics, port: number): Metrics {
  checkPort('metrics.port', own ?? port);
  if (!path.startsWith('/')) {
    throw new PlatformError(
      'ModelRuntime.container',
      `metrics.path must start with "/", got "${path}"`,
      `write "/${path}"`,
    );
  }
  if (latency !== undefined && !/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(latency)) {
    throw new PlatformError(
      'ModelRuntime.container',
      `metrics.latency must name a histogram, got "${latency}"`,
      'write its name without "_bucket", for example "http_request_duration_seconds"',
    );
  }
  return { path, port: own ?? port, latency };
}
