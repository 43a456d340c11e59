/**
 * One version of a registered model: what a pin names and a ModelApi serves.
 *
 * @see https://mlflow.org/docs/latest/ml/model-registry/
 */
export interface ModelVersion {
  /** Name of the registered model. */
  readonly name: string;
  /** Number of the version, 1 or greater. Always a number, never an alias: an alias moves, a pin does not. */
  readonly version: number;
}

/** How MLflow's clients address the version, for example `models:/churn/7`. */
export function modelUri(model: ModelVersion): string {
  return `models:/${model.name}/${model.version}`;
}

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/;

/** Whether the name can stand in a URI, a file and an annotation without being changed. */
export function isModelName(name: string): boolean {
  return NAME.test(name);
}
