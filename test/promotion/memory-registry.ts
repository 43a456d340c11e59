import type { ModelSignature } from '../../lib/core/model-signature';
import type { Aliases, ModelRegistry } from '../../lib/promotion/model-registry';
import type { VersionFacts } from '../../lib/promotion/wanted';

export const DOUBLE: ModelSignature = {
  inputs: '[{"type": "double", "name": "x", "required": true}]',
  outputs: '[{"type": "double", "required": true}]',
  params: null,
};

/** What a version without anything special is. */
export function factsOf(version: number, facts: Partial<VersionFacts> = {}): VersionFacts {
  const digest = `sha256:${version.toString(16).padStart(64, '0')}`;
  return {
    version,
    status: 'READY',
    tags: new Map(),
    uri: `mlflow-artifacts:/1/models/m-${version}/artifacts`,
    run: { id: `run-${version}`, experiment: '1', user: 'anna', metrics: new Map([['auc', 0.9]]) },
    file: { digest, signature: DOUBLE, pickles: [] },
    ...facts,
  };
}

/** A registry that lives as long as a test. */
export class MemoryRegistry implements ModelRegistry {
  public readonly models = new Map<string, { aliases: Map<string, number>; versions: Map<number, VersionFacts> }>();
  /** What it was asked. */
  public readonly asked: string[] = [];
  /** Thrown instead of an answer. */
  public fault: Error | undefined;

  public register(model: string, version: number, facts: Partial<VersionFacts> = {}): this {
    this.model(model).versions.set(version, factsOf(version, facts));
    return this;
  }

  public async aliases(models: readonly string[]): Promise<ReadonlyMap<string, Aliases>> {
    this.answer(`aliases ${models.join(' ')}`);
    return new Map(models.flatMap(name => (this.models.has(name) ? [[name, new Map(this.model(name).aliases)]] : [])));
  }

  public async version(model: string, version: number): Promise<VersionFacts | undefined> {
    this.answer(`version ${model} ${version}`);
    return this.models.get(model)?.versions.get(version);
  }

  public async tag(model: string, version: number, key: string, value: string): Promise<void> {
    this.answer(`tag ${model} ${version}`);
    const facts = this.model(model).versions.get(version)!;
    this.register(model, version, { ...facts, tags: new Map([...facts.tags, [key, value]]) });
  }

  public async moveAlias(model: string, alias: string, version: number): Promise<void> {
    this.model(model).aliases.set(alias, version);
  }

  private model(name: string) {
    const known = this.models.get(name) ?? { aliases: new Map<string, number>(), versions: new Map() };
    this.models.set(name, known);
    return known;
  }

  private answer(question: string): void {
    this.asked.push(question);
    if (this.fault) {
      throw this.fault;
    }
  }
}
