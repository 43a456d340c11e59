import { PlatformError } from '../../core/platform-error';
import { loadPlatform } from '../load-platform';
import { print, type Output } from '../tables';

export interface SecretTemplateOptions {
  readonly app: string;
  readonly only?: string;
  readonly output: Output;
}

/** Prints a template for each Secret that pods need and somebody else makes; nothing is written, for it is to be filled in. */
export async function secretTemplates(names: readonly string[], options: SecretTemplateOptions): Promise<void> {
  const platform = await loadPlatform(options.app);
  const all = platform.secretTemplates(options.only);
  const unknown = names.find(name => all.every(secret => secret.name !== name));
  if (unknown !== undefined) {
    throw new PlatformError(
      'secrets template',
      `no pod needs a Secret "${unknown}" that somebody else makes`,
      `use one of: ${[...new Set(all.map(({ name }) => name))].join(', ') || 'none'}`,
    );
  }
  const shown = names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
  print(options.output, shown, () => shown.map(({ text }) => text.trimEnd()).join('\n---\n'));
}
