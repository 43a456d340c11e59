import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { writeChart, type WrittenChart } from '../../../lib/helm/write/write-chart';

/** Folder of charts that is gone when the tests are done. */
export class ChartFolder {
  public readonly path = mkdtempSync(join(tmpdir(), 'charts-'));

  /** Writes a chart, and says where it is. */
  public write(chart: WrittenChart): string {
    writeChart(chart, this.path);
    return join(this.path, chart.name);
  }

  public remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The files of a chart that lies somewhere, by path. */
export const filesIn = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .map(file => [relative(folder, file), readFileSync(file, 'utf8')]),
  );
