import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HelmChart } from '../../../lib/helm/helm-chart';
import { plainYaml } from '../../../lib/helm/write/plain-yaml';
import type { Values } from '../../../lib/helm/values/samples';
import type { Json } from '../../../lib/helm/values/value-node';
import type { Helm } from './binaries';
import type { Templates } from './small-chart';
import { template, tryTemplate, type Rendering } from './template';

/** Values of one release, a member of the crowd for each. */
export interface CrowdRendering extends Omit<Rendering, 'values'> {
  readonly values: readonly Values[];
}

const memberName = (index: number): string => `v${index}`;
const byMember = (values: readonly Values[]): Values =>
  Object.fromEntries(values.map((each, index) => [memberName(index), each]));

/** A chart that brings another one along many times, under other names: Helm prints it for many values in one run. */
export class Crowd {
  private readonly folder = mkdtempSync(join(tmpdir(), 'crowd-'));
  private readonly members: readonly HelmChart<any>[];

  /** @param folder where the chart lies */
  constructor(
    private readonly chart: HelmChart<any>,
    folder: string,
    size: number,
  ) {
    const { name, version, props } = chart;
    // Helm gives a chart that is brought along its other name.
    this.members = Array.from({ length: size }, (_, index) => new HelmChart({ ...props, name: memberName(index) }));
    const dependencies = this.members.map(({ name: alias }) => ({ name, version, repository: '', alias }));
    const about = { apiVersion: 'v2', name: 'crowd', version: '0.1.0', dependencies };
    mkdirSync(join(this.folder, 'charts'));
    cpSync(folder, join(this.folder, 'charts', name), { recursive: true });
    writeFileSync(join(this.folder, 'Chart.yaml'), plainYaml(about));
  }

  /** What Helm prints for each of the values; the crowd must have as many members. */
  public async print(helm: Helm, { values, ...rendering }: CrowdRendering): Promise<string[]> {
    const given = byMember(values);
    const text = await template(helm, this.folder, { ...rendering, values: given });
    const printed = new Map<string, string>(Object.keys(given).map(member => [member, '']));
    const [, ...parts] = text.split(/^# Source: crowd\/charts\/(\w+)\/.*$/m);
    for (let index = 0; index < parts.length; index += 2) {
      const [member, documents] = parts.slice(index) as [string, string];
      // Members without values of their own print the defaults.
      if (member in given) {
        printed.set(member, `${printed.get(member)}---${documents}`);
      }
    }
    return [...printed.values()];
  }

  /** What Helm says of each of the values; undefined where it takes them. */
  public async refusals(helm: Helm, { values, ...rendering }: CrowdRendering): Promise<(string | undefined)[]> {
    const { stderr } = await tryTemplate(helm, this.folder, { ...rendering, values: byMember(values) });
    const said = new Map(stderr.split(/^(?=v\d+:$)/m).map(part => [part.split(':')[0]!, part]));
    return values.map((_, index) => said.get(memberName(index)));
  }

  /** What the constructs build for a member. */
  public synth(index: number, values: Values, release: Pick<Rendering, 'name' | 'namespace'>): Json[] {
    return this.members[index]!.synth(values, release);
  }

  /** Puts other templates into the chart. */
  public replaceTemplates(templates: Templates): void {
    const folder = join(this.folder, 'charts', this.chart.name, 'templates');
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    Object.entries(templates).forEach(([file, text]) => writeFileSync(join(folder, file), text));
  }

  /** Spares Helm the schema, which takes most of its time: for values that are known to be good. */
  public removeSchema(): void {
    rmSync(join(this.folder, 'charts', this.chart.name, 'values.schema.json'));
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
