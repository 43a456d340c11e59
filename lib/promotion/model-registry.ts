import type { VersionFacts } from './wanted';

/** Where the aliases of a model point, by alias. */
export type Aliases = ReadonlyMap<string, number>;

/** A registry of models: MLflow's. */
export interface ModelRegistry {
  /**
   * The aliases of models, in as few requests as possible.
   *
   * @param seconds how long one try may take, after which there is no other; for what can be done without
   * @returns those that are registered, by name
   * @throws ServiceError if the whole answer could not be had
   */
  aliases(models: readonly string[], seconds?: number): Promise<ReadonlyMap<string, Aliases>>;
  /**
   * What is known of a version.
   *
   * @param metrics whether the metrics of its run are wanted
   * @returns undefined if there is none
   * @throws ServiceError if it could not be had
   */
  version(model: string, version: number, metrics: boolean): Promise<VersionFacts | undefined>;
  /** Tags a version. */
  tag(model: string, version: number, key: string, value: string): Promise<void>;
  /** Moves an alias. */
  moveAlias(model: string, alias: string, version: number): Promise<void>;
}
