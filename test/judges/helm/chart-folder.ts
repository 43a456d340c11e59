import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeChart, type WrittenChart } from '../../../lib/helm/write-chart';

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
