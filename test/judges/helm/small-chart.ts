import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonical } from './canonical';
import { plainYaml } from '../../../lib/helm/write/plain-yaml';
import { releaseOf, sampleRelease } from '../../../lib/helm/values/release';
import { inOrderOf, objectsOf } from '../../../lib/helm/worlds/run';
import { byIdentity } from '../../../lib/helm/prove/sample';
import type { Values } from '../../../lib/helm/values/samples';
import type { ChartSource } from '../../../lib/helm/worlds/chart-source';
import type { Json } from '../../../lib/helm/values/value-node';
import type { Helm } from './binaries';
import { readWithGo } from './referee';
import { each, tryTemplate } from './template';

export type Templates = Readonly<Record<string, string>>;

/** A chart of nothing but templates, in a folder of its own. */
export class SmallChart {
  private readonly folder = mkdtempSync(join(tmpdir(), 'small-chart-'));

  constructor(private readonly source: ChartSource) {
    const { name, version, appVersion } = source.chart;
    mkdirSync(join(this.folder, 'templates'));
    const about = `apiVersion: v2\nname: ${name}\nversion: ${version}\nappVersion: "${appVersion}"\n`;
    writeFileSync(join(this.folder, 'Chart.yaml'), about);
    writeFileSync(join(this.folder, 'values.yaml'), plainYaml(source.defaults as Values));
  }

  /** The first of some samples with which Helm and the construct do not agree, and how. */
  public async difference(helm: Helm, templates: Templates, samples: readonly Json[]): Promise<string | undefined> {
    Object.entries(templates).forEach(([file, text]) => writeFileSync(join(this.folder, 'templates', file), text));
    const named = samples.map((_, index) => sampleRelease(this.source.chart, index));
    const answers = await each(samples, (values, index) =>
      tryTemplate(helm, this.folder, { ...named[index]!, values: values as Values }),
    );
    const refused = answers.find(({ status }) => status !== 0);
    if (refused !== undefined) {
      return refused.stderr;
    }
    const texts = answers.map(({ stdout }) => stdout);
    const printed = await readWithGo(helm, texts).catch(error => String(error));
    if (typeof printed === 'string') {
      return printed;
    }
    const index = samples.findIndex(
      (values, at) => texts[at] !== undefined && !this.agrees(values, named[at]!, printed[at]!),
    );
    return index === -1 ? undefined : `${JSON.stringify(samples[index])}\n${texts[index]}`;
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  private agrees(values: Json, named: ReturnType<typeof sampleRelease>, printed: readonly Json[]): boolean {
    const { chart, values: contract, render } = this.source;
    const built = objectsOf(inOrderOf(contract, render), values, releaseOf(chart, named, values as never));
    const sorted = (objects: readonly Json[]): string =>
      canonical([...byIdentity(JSON.parse(JSON.stringify(objects)) as Json[])].sort() as Json);
    return sorted(built) === sorted(printed);
  }
}
