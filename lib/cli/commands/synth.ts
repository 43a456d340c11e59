import { assumptionText } from '../../isolation/assumption-text';
import type { IsolationSummary } from '../../platform/isolation';
import { loadPlatform } from '../load-platform';

/** Most names that one line of the summary lists. */
const LISTED = 10;

/** Writes the manifests and says what it did. */
export async function synth(options: { readonly only?: string; readonly app: string }): Promise<void> {
  const platform = await loadPlatform(options.app);
  const { written, unchanged, removed, isolation, openApi, templates } = platform.synth({ only: options.only });
  tell('written', written);
  tell('removed', removed);
  tell('OpenAPI document written', openApi?.written ?? []);
  tell('OpenAPI document removed', openApi?.removed ?? []);
  tell('template written', templates?.written ?? []);
  tell('kept as somebody changed it, though the template has changed too:', templates?.outdated ?? []);
  tell('nothing was ever proven of', isolation.unknown);
  console.log(isolationText(isolation));
  tell('assumed:', isolation.assumptions.map(assumptionText));
  console.log(`${platform.outdir}: ${written.length} written, ${unchanged} unchanged, ${removed.length} removed`);
}

function isolationText({ proven, remembered }: IsolationSummary): string {
  const one = proven === 1;
  const others = remembered > 0 ? `, going by what was last proven of ${remembered} other units` : '';
  return `isolation: no pod of ${one ? 'the' : `${proven}`} ${one ? 'namespace' : 'namespaces'} reaches another team's, or is reached${others}`;
}

function tell(what: string, files: readonly string[]): void {
  files.slice(0, LISTED).forEach(file => console.log(`  ${what} ${file}`));
  if (files.length > LISTED) {
    console.log(`  ${what} ${files.length - LISTED} more`);
  }
}
