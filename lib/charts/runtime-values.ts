import { z } from 'zod';
import { ModelRuntime } from '../constructs/model-runtime';

const PATH = /^\/[a-z0-9_-]{1,40}(\/[a-z0-9_-]{1,40}){0,4}$/;

/** Values for the program that serves a model. */
export const runtimeValues = z
  .strictObject({
    kind: z
      .enum(['mlflow', 'container'])
      .default('mlflow')
      .describe("What the image runs: MLflow's scoring server, or a REST API of its own"),
    workers: z.int().min(1).max(64).default(1).describe('Worker processes of MLflow, each with the model in memory'),
    port: z.int().min(1024).max(9999).default(8080).describe('Port of the REST API'),
    readinessPath: z.string().regex(PATH).default('/ready').describe('Path that answers while it can take requests'),
    livenessPath: z.string().regex(PATH).default('/health').describe('Path that answers while the process works'),
    args: z
      .array(z.string().regex(/^[A-Za-z0-9_./-]{1,200}$/))
      .default([])
      .describe("Arguments of the REST API; empty leaves the image's own"),
    metricsPath: z
      .string()
      .regex(/^(\/[a-z0-9_-]{1,40}){0,1}$/)
      .default('')
      .describe('Path at which the REST API has metrics; empty where it has none'),
  })
  .prefault({})
  .describe('The program that serves the model');

export function runtimeOf(
  { kind, workers, port, readinessPath, livenessPath, args, metricsPath }: z.output<typeof runtimeValues>,
  image: string,
  timeoutSeconds: number,
): ModelRuntime {
  switch (kind) {
    case 'mlflow':
      return ModelRuntime.mlflow({ image, workers, timeoutSeconds });
    case 'container':
      return ModelRuntime.container({
        image,
        port,
        probes: { readiness: readinessPath, liveness: livenessPath },
        args: args.length > 0 ? args : undefined,
        metrics: metricsPath ? { path: metricsPath } : undefined,
      });
  }
}
