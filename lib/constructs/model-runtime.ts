import type { EnvVar } from 'kubernetes-types/core/v1';
import { PlatformError } from '../core/platform-error';
import { isPinnedImage } from '../core/container-image';
import { isPort } from '../core/port';

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
  /** Variables of the user's own. */
  readonly environment: readonly EnvVar[];
  /** Command and arguments; undefined leaves the image's own. */
  readonly command?: readonly string[];
  /** @param uri what the model's source returned */
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
   * Longest time that one request may take, in seconds.
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
   * Paths of its health checks.
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
   * Arguments for the image's entry point.
   *
   * @default - the image's own
   */
  readonly args?: readonly string[];
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
    checkImage('ModelRuntime.mlflow', image, 'registry.example.com/ml/serving:3.17.2');
    for (const [name, value] of Object.entries({ workers, timeoutSeconds })) {
      if (!Number.isInteger(value) || value < 1) {
        throw new PlatformError(
          'ModelRuntime.mlflow',
          `${name} must be a whole number of at least 1, got ${value}`,
          'write 1 or a greater one',
        );
      }
    }
    return {
      image,
      port: PORT,
      probes: { readiness: '/ping', liveness: '/health' },
      environment: [{ name: 'MLFLOW_DISABLE_TELEMETRY', value: 'true' }],
      command: ['mlflow'],
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
   * @throws PlatformError if the image is not pinned or the port or a probe path is none
   */
  container(props: ContainerRuntimeProps): ModelRuntime {
    const { image, port = PORT, probes = { readiness: '/ready', liveness: '/health' }, environment = {}, args } = props;
    checkImage('ModelRuntime.container', image, 'registry.example.com/pricing:2.3.0');
    if (!isPort(port)) {
      throw new PlatformError(
        'ModelRuntime.container',
        `port must be a whole number from 1 to 65535, got ${port}`,
        'name the port that the API listens on',
      );
    }
    const path = Object.values(probes).find(given => given !== undefined && !given.startsWith('/'));
    if (path !== undefined) {
      throw new PlatformError(
        'ModelRuntime.container',
        `a probe path must start with "/", got "${path}"`,
        `write "/${path}"`,
      );
    }
    return {
      image,
      port,
      probes,
      environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
      args: () => args,
    };
  },
};

function checkImage(where: string, image: string, example: string): void {
  if (!isPinnedImage(image)) {
    throw new PlatformError(
      where,
      `image must be pinned, got "${image}"`,
      `use a version tag or a digest, for example "${example}"`,
    );
  }
}
