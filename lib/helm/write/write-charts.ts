import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  generatedFiles,
  INDEX,
  refuseForeign,
  removeChart,
  staleFiles,
  writeChart,
  type ChartSummary,
  type WrittenChart,
} from './write-chart';

/** Writes charts into a folder that holds nothing else but what people put beside them. */
export class ChartsWriter {
  constructor(private readonly charts: string) {}

  /** @throws PlatformError if the folder of a chart, or of one that is no longer made, holds something else */
  public refuseForeign(charts: readonly { readonly name: string }[]): void {
    [...charts.map(({ name }) => name), ...this.orphans(charts)].forEach(name =>
      refuseForeign(join(this.charts, name)),
    );
  }

  /** Writes all charts, and removes those that were written once and are no longer made. */
  public write(charts: readonly WrittenChart[]): ChartSummary {
    this.refuseForeign(charts);
    const summaries = charts.map(chart => [chart.name, writeChart(chart, this.charts)] as const);
    const orphans = this.orphans(charts);
    const below = (name: string, files: readonly string[]): string[] => files.map(file => `${name}/${file}`);
    const removed = orphans.flatMap(name => below(name, generatedFiles(join(this.charts, name))));
    orphans.forEach(name => removeChart(join(this.charts, name)));
    return {
      written: summaries.flatMap(([name, { written }]) => below(name, written)),
      unchanged: summaries.reduce((sum, [, { unchanged }]) => sum + unchanged, 0),
      removed: [...summaries.flatMap(([name, summary]) => below(name, summary.removed)), ...removed],
    };
  }

  /** Files that writing would change. */
  public stale(charts: readonly WrittenChart[]): string[] {
    const changed = charts.flatMap(chart => staleFiles(chart, this.charts).map(file => `${chart.name}/${file}`));
    return [...changed, ...this.orphans(charts).map(name => `${name}/`)];
  }

  /** Folders that were written here and that no chart has. */
  private orphans(charts: readonly { readonly name: string }[]): string[] {
    const known = new Set(charts.map(({ name }) => name));
    const folders = existsSync(this.charts) ? readdirSync(this.charts, { withFileTypes: true }) : [];
    return folders
      .filter(entry => entry.isDirectory() && !known.has(entry.name) && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .filter(name => existsSync(join(this.charts, name, INDEX)))
      .sort();
  }
}
