import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonical } from './canonical';
import type { HelmChart } from '../../../lib/helm/helm-chart';
import { byIdentity } from '../../../lib/helm/sample';
import type { Values } from '../../../lib/helm/samples';
import type { Json } from '../../../lib/helm/value-node';
import type { Helm } from './binaries';
import { Crowd } from './crowd';
import { mutantsOf, type Mutant } from './mutants';
import { differences, type Disagreement } from './parity';
import { readWithGo } from './referee';
import type { Templates } from './small-chart';
import { CORES } from './template';

const HELPERS = '_helpers.tpl';
/** Names that YAML misreads where they stand without quotes. */
const RELEASE = { name: 'no', namespace: 'no' };

/** What a chart prints with one mistake in its templates, beside what it prints without, for some values. */
export class MutantTrial {
  private readonly templates: Templates;
  private readonly crowds: readonly Crowd[];
  private readonly expected = new Map<string, Promise<{ texts: readonly string[]; objects: readonly string[] }>>();

  /** @param folder where the chart lies */
  constructor(
    private readonly helm: Helm,
    chart: HelmChart<any>,
    folder: string,
    private readonly values: readonly Values[],
  ) {
    const place = join(folder, 'templates');
    const files = readdirSync(place).filter(file => /\.(yaml|tpl)$/.test(file));
    this.templates = Object.fromEntries(files.map(file => [file, readFileSync(join(place, file), 'utf8')]));
    this.crowds = Array.from({ length: CORES }, () => new Crowd(chart, folder, values.length));
  }

  /** What Helm prints without a mistake otherwise than the constructs do: nothing, or the trial would say nothing. */
  public async disagreements(): Promise<Disagreement[]> {
    const [crowd] = this.crowds;
    const objects = await readWithGo(this.helm, await crowd!.print(this.helm, { ...RELEASE, values: this.values }));
    return this.values.flatMap((values, index) =>
      differences({ ...RELEASE, values }, objects[index]!, crowd!.synth(index, values, RELEASE)),
    );
  }

  public mutants(): Mutant[] {
    return mutantsOf(this.templates);
  }

  /** The mutants that print what they should for all values. */
  public async survivors(mutants: readonly Mutant[]): Promise<Mutant[]> {
    const survivors: Mutant[] = [];
    const waiting = [...mutants];
    await Promise.all(
      this.crowds.map(async crowd => {
        for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
          if (await this.survives(mutant, crowd)) {
            survivors.push(mutant);
          }
        }
      }),
    );
    return survivors;
  }

  public remove(): void {
    this.crowds.forEach(crowd => crowd.remove());
  }

  private async survives({ file, templates }: Mutant, crowd: Crowd): Promise<boolean> {
    // The others print what they print without the mistake, unless it is in what they all include.
    const named = file === HELPERS ? this.templates : pick(this.templates, file);
    const expected = await (this.expected.get(file) ?? this.expect(file, named, crowd));
    const changed = Object.fromEntries(Object.keys(named).map(name => [name, templates[name]!]));
    try {
      const texts = await this.print(crowd, changed);
      const others = texts.flatMap((text, index) => (text === expected.texts[index] ? [] : [index]));
      const objects = await readWithGo(
        this.helm,
        others.map(index => texts[index]!),
      );
      return others.every((index, at) => comparable(objects[at]!) === expected.objects[index]);
    } catch {
      return false;
    }
  }

  private expect(file: string, templates: Templates, crowd: Crowd) {
    const found = this.print(crowd, templates).then(async texts => ({
      texts,
      objects: (await readWithGo(this.helm, texts)).map(comparable),
    }));
    this.expected.set(file, found);
    return found;
  }

  private print(crowd: Crowd, templates: Templates): Promise<string[]> {
    crowd.replaceTemplates(templates);
    return crowd.print(this.helm, { ...RELEASE, values: this.values });
  }
}

const pick = (templates: Templates, file: string): Templates =>
  Object.fromEntries(Object.entries(templates).filter(([name]) => name === file || name === HELPERS));

const comparable = (objects: readonly Json[]): string => canonical([...byIdentity(objects)].sort() as Json);
