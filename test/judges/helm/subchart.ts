import { plainYaml } from '../../../lib/helm/write/plain-yaml';
import type { Values } from '../../../lib/helm/values/samples';
import { filesIn } from './chart-folder';

/** A chart of somebody else's that brings one of ours along, under another name. */
export class Parent {
  public readonly name = 'parent';

  /** @param folder where our chart lies */
  constructor(
    private readonly chart: { readonly name: string; readonly version: string },
    private readonly folder: string,
    private readonly alias: string,
    private readonly values: Values,
    private readonly global?: Values,
  ) {}

  public files(): Map<string, string> {
    const { name, version } = this.chart;
    const dependency = { name, version, repository: '', alias: this.alias, condition: `${this.alias}.enabled` };
    const own = [...filesIn(this.folder)].map(([path, text]): [string, string] => [`charts/${name}/${path}`, text]);
    const values = {
      [this.alias]: { enabled: true, ...this.values },
      ...(this.global !== undefined && { global: this.global }),
    };
    return new Map([
      ['Chart.yaml', plainYaml({ apiVersion: 'v2', name: this.name, version: '0.1.0', dependencies: [dependency] })],
      ['values.yaml', plainYaml(values)],
      ...own,
    ]);
  }
}
