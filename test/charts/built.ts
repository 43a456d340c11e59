import type { HelmChart } from '../../lib/helm/helm-chart';
import type { Values } from '../../lib/helm/values/samples';

/** What the chart says of values that it does not take. */
export const refusal = (chart: HelmChart<any>, reason: string): string =>
  `[${chart.name}] the chart does not take these values: ${reason}; give values that its schema allows`;

const RELEASE = { name: 'demo', namespace: 'fraud' };

/** What a release with these values consists of. */
export class Built {
  private readonly objects: readonly any[];

  constructor(chart: HelmChart<any>, values: Values = {}) {
    this.objects = chart.synth(values, RELEASE);
  }

  /** Its objects, as `Kind/name`. */
  public get names(): string[] {
    return this.objects.map(nameOf);
  }

  /** The objects of a kind, by name. */
  public of(kind: string): string[] {
    return this.objects.filter(object => object.kind === kind).map(({ metadata }) => metadata.name);
  }

  /** The object `Kind/name`. */
  public find(name: string): any {
    const found = this.objects.find(object => nameOf(object) === name);
    if (found === undefined) {
      throw new Error(`no ${name} among ${this.names.join(', ')}`);
    }
    return found;
  }

  /** The pods of the object `Kind/name`. */
  public pod(name: string): any {
    return this.find(name).spec.template.spec;
  }

  /** A container of these pods. */
  public container(name: string, container: string): any {
    return this.pod(name).containers.find((each: any) => each.name === container);
  }

  /** All pods and everything else. */
  public get all(): readonly any[] {
    return this.objects;
  }
}

const nameOf = ({ kind, metadata }: any): string => `${kind}/${metadata.name}`;
