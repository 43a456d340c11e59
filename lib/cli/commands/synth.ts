import { assumptionText } from '../../isolation/assumption-text';
import type { IsolationSummary } from '../../platform/isolation';
import { loadPlatform } from '../load-platform';
import { print, type Output } from '../tables';

/** Most names that one line of the summary lists. */
const LISTED = 10;

export interface SynthCommandOptions {
  readonly only?: string;
  readonly app: string;
  readonly dryRun?: boolean;
  readonly output: Output;
}

/** Writes the manifests and says what it did. */
export async function synth({ only, app, dryRun, output }: SynthCommandOptions): Promise<void> {
  const platform = await loadPlatform(app);
  const summary = platform.synth({ only, dryRun });
  const { written, unchanged, removed, isolation, openApi, templates } = summary;
  const would = dryRun ? 'would be ' : '';
  print(output, { outdir: platform.outdir, ...summary }, () =>
    [
      ...told(`${would}written`, written),
      ...told(`${would}removed`, removed),
      ...told(`OpenAPI document ${would}written`, openApi?.written ?? []),
      ...told(`OpenAPI document ${would}removed`, openApi?.removed ?? []),
      ...told(`template ${would}written`, templates?.written ?? []),
      ...told('kept as somebody changed it, though the template has changed too:', templates?.outdated ?? []),
      ...told('nothing was ever proven of', isolation.unknown),
      isolationText(isolation),
      ...told('assumed:', isolation.assumptions.map(assumptionText)),
      `${platform.outdir}: ${written.length} ${would}written, ${unchanged} unchanged, ${removed.length} ${would}removed`,
    ].join('\n'),
  );
}

function isolationText({ proven, remembered }: IsolationSummary): string {
  const one = proven === 1;
  const others = remembered > 0 ? `, going by what was last proven of ${remembered} other units` : '';
  return `isolation: no pod of ${one ? 'the' : `${proven}`} ${one ? 'namespace' : 'namespaces'} reaches another team's, or is reached${others}`;
}

const told = (what: string, files: readonly string[]): string[] => [
  ...files.slice(0, LISTED).map(file => `  ${what} ${file}`),
  ...(files.length > LISTED ? [`  ${what} ${files.length - LISTED} more`] : []),
];
