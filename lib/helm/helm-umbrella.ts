import { PlatformError } from '../core/platform-error';
import type { Values } from './values/samples';
import type { ChartAbout } from './write/chart-about';
import { ciFiles, commonFiles, type ChartExtras } from './write/chart-files';
import { checkChartName } from './write/chart-name';
import type { ChartDependency } from './write/chart-yaml';
import { yamlEntry } from './write/plain-yaml';
import { FROM_PARENTS, withoutRequired, type JsonSchema } from './write/values-schema';
import { writeChart, type ChartSummary } from './write/write-chart';
import { KUBE_VERSION, type HelmChart } from './helm-chart';

/** A chart that an umbrella brings along. */
export interface UmbrellaPart {
  readonly chart: HelmChart<any>;
  /**
   * Name of the part and of its values, for a chart that is brought along more than once.
   *
   * @default - the chart's name
   */
  readonly alias?: string;
  /**
   * Whether the part is installed unless somebody says otherwise: `<name>.enabled`.
   *
   * @default true
   */
  readonly enabled?: boolean;
  /** Values of the part, beside its own defaults. */
  readonly values?: Values;
}

export interface HelmUmbrellaProps extends ChartAbout, Omit<ChartExtras, 'tests'> {
  readonly name: string;
  readonly version: string;
  /**
   * Versions of Kubernetes that it can be installed on.
   *
   * @default '>=1.29.0-0'
   */
  readonly kubeVersion?: string;
  readonly parts: readonly UmbrellaPart[];
}

/**
 * A Helm chart without templates of its own, which brings others along: each can be left out. Its NOTES.txt lists those
 * that are installed, with `notes` behind.
 */
export class HelmUmbrella {
  public readonly name: string;
  public readonly version: string;

  /** @throws PlatformError if two parts have one name, or a part does not take its values */
  constructor(public readonly props: HelmUmbrellaProps) {
    const { name, version, parts } = props;
    checkChartName(name, version);
    this.name = name;
    this.version = version;
    const names = parts.map(nameOf);
    const twice = names.find((part, index) => names.indexOf(part) !== index);
    if (twice !== undefined) {
      throw new PlatformError(name, `two parts have the name "${twice}"`, 'give one of them an alias');
    }
    parts.forEach(part => this.checkValues(part));
  }

  /** Every file of the chart, by path; the parts lie beside its folder. */
  public files(): ReadonlyMap<string, string> {
    const { kubeVersion = KUBE_VERSION, parts, ci = {} } = this.props;
    const dependencies = parts.map(dependencyOf);
    return new Map([
      ...commonFiles(
        { ...this.props, kubeVersion, dependencies },
        this.valuesYaml(),
        this.schema(),
        this.table(),
        false,
      ),
      ...ciFiles(ci),
      ['templates/NOTES.txt', this.notes()],
    ]);
  }

  /** The files of the chart's package, with the parts in it. */
  public packagedFiles(): ReadonlyMap<string, string> {
    const charts = new Map(this.props.parts.map(({ chart }) => [chart.name, chart]));
    const brought = [...charts].flatMap(([name, chart]) =>
      [...chart.packagedFiles()].map(([path, text]): [string, string] => [`charts/${name}/${path}`, text]),
    );
    return new Map([...this.files(), ...brought]);
  }

  /** Writes the chart into a folder of its name, beside those of its parts. */
  public write(charts: string): ChartSummary {
    return writeChart(this, charts);
  }

  private valuesYaml(): string {
    const blocks = this.props.parts.map(part => [
      `# -- ${part.chart.props.description}`,
      `# All values: the README of ${part.chart.name}.`,
      ...yamlEntry(nameOf(part), { enabled: part.enabled ?? true, ...part.values }, ''),
    ]);
    return (
      ['# yaml-language-server: $schema=values.schema.json', ...blocks.map(lines => lines.join('\n'))].join('\n\n') +
      '\n'
    );
  }

  private notes(): string {
    const lines = this.props.parts
      .map(nameOf)
      .map(name => `{{- if (index .Values "${name}").enabled }}\n- ${name}\n{{- end }}`);
    return ['{{ .Release.Name }} has these parts:', ...lines].join('\n') + '\n' + (this.props.notes ?? '');
  }

  /** Each part checks its values itself; here they are described, and unknown keys are refused. */
  private schema(): JsonSchema {
    const parts = this.props.parts.map(part => {
      const { $schema: _, ...schema } = withoutRequired(part.chart.schema);
      const enabled = {
        type: 'boolean',
        description: `Whether ${nameOf(part)} is installed.`,
        default: part.enabled ?? true,
      };
      const properties = { ...(schema['properties'] as JsonSchema), enabled };
      return [
        nameOf(part),
        { description: part.chart.props.description, ...schema, properties, required: ['enabled'] },
      ] as const;
    });
    return {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      required: this.props.parts.map(nameOf),
      additionalProperties: false,
      properties: {
        ...Object.fromEntries(parts),
        ...FROM_PARENTS,
      },
    };
  }

  private table(): string {
    const rows = this.props.parts.map(part => {
      const { name } = part.chart;
      return `| \`${nameOf(part)}.enabled\` | boolean | \`${part.enabled ?? true}\` | Whether ${nameOf(part)} is installed. |\n| \`${nameOf(part)}.*\` | | | Values of [${name}](../${name}/README.md#values). |`;
    });
    return ['| Value | Type | Default | What it is |', '| --- | --- | --- | --- |', ...rows].join('\n') + '\n';
  }

  private checkValues(part: UmbrellaPart): void {
    const { chart, values = {}, enabled = true } = part;
    if (enabled) {
      chart.checkGiven(`${this.name}/${nameOf(part)}`, values);
    }
  }
}

const nameOf = ({ alias, chart }: UmbrellaPart): string => alias ?? chart.name;

const dependencyOf = (part: UmbrellaPart): ChartDependency => ({
  name: part.chart.name,
  version: part.chart.version,
  repository: `file://../${part.chart.name}`,
  condition: `${nameOf(part)}.enabled`,
  ...(part.alias !== undefined && { alias: part.alias }),
});
