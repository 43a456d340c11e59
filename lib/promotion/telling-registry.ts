import type { Aliases, ModelRegistry } from './model-registry';
import type { RegistryRules } from './rules';
import { ServiceError, type ServiceFault } from './service-error';
import type { VersionFacts } from './wanted';

type Registries = (rules: RegistryRules) => ModelRegistry;

/**
 * Registries of which somebody is told each call that fails.
 *
 * @param told gets the registry's name in the rules
 */
export const telling =
  (registries: Registries, told: (registry: string, fault: ServiceFault) => void): Registries =>
  rules =>
    new TellingRegistry(registries(rules), fault => told(rules.name, fault));

/** A registry that tells of its faults, and answers as the one behind it does. */
class TellingRegistry implements ModelRegistry {
  constructor(
    private readonly registry: ModelRegistry,
    private readonly told: (fault: ServiceFault) => void,
  ) {}

  public aliases(models: readonly string[], seconds?: number): Promise<ReadonlyMap<string, Aliases>> {
    return this.tell(this.registry.aliases(models, seconds));
  }

  public version(model: string, version: number, metrics: boolean): Promise<VersionFacts | undefined> {
    return this.tell(this.registry.version(model, version, metrics));
  }

  public tag(model: string, version: number, key: string, value: string): Promise<void> {
    return this.tell(this.registry.tag(model, version, key, value));
  }

  public moveAlias(model: string, alias: string, version: number): Promise<void> {
    return this.tell(this.registry.moveAlias(model, alias, version));
  }

  private async tell<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof ServiceError) {
        this.told(error.fault);
      }
      throw error;
    }
  }
}
