import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonical } from './canonical';
import { concerned } from './concerned';
import type { HelmChart } from '../../../lib/helm/helm-chart';
import { byIdentity } from '../../../lib/helm/prove/sample';
import type { Values } from '../../../lib/helm/values/samples';
import type { Json } from '../../../lib/helm/values/value-node';
import type { Helm } from './binaries';
import { Crowd } from './crowd';
import { mutantsOf, type Mutant } from './mutants';
import { differences, type Disagreement } from './parity';
import { readWithGo, tryReadWithGo } from './referee';
import type { Templates } from './small-chart';
import { CORES, each, type Rendering } from './template';

/** Mutants whose texts Go reads in one go. */
const BATCH = 12;

/** Values that Helm prints a chart for in one run, and the release that it prints it for. */
export interface Round extends Pick<Rendering, 'name' | 'namespace'> {
  readonly values: readonly Values[];
}

/** What Helm prints for each of the values of a round. */
interface Printed {
  readonly texts: readonly string[];
  readonly objects: readonly string[];
}

/** What a chart prints with one mistake in its templates, beside what it prints without, for some values. */
export class MutantTrial {
  private readonly templates: Templates;

  /** @param folder where the chart lies */
  constructor(
    private readonly helm: Helm,
    private readonly chart: HelmChart<any>,
    private readonly folder: string,
    /** Each for those mutants that the ones before it do not tell. */
    private readonly rounds: readonly Round[],
  ) {
    const place = join(folder, 'templates');
    const files = readdirSync(place).filter(file => /\.(yaml|tpl)$/.test(file));
    this.templates = Object.fromEntries(files.map(file => [file, readFileSync(join(place, file), 'utf8')]));
  }

  /** What Helm prints without a mistake otherwise than the constructs do: nothing, or the trial would say nothing. */
  public async disagreements(): Promise<Disagreement[]> {
    const found = await each(this.rounds, async round => {
      const crowd = this.crowdOf(round);
      try {
        const objects = await readWithGo(this.helm, await crowd.print(this.helm, round));
        return round.values.flatMap((values, index) =>
          differences({ ...round, values }, objects[index]!, crowd.synth(index, values, round)),
        );
      } finally {
        crowd.remove();
      }
    });
    return found.flat();
  }

  public mutants(): Mutant[] {
    return mutantsOf(this.templates);
  }

  /** The mutants that print what they should for all values. */
  public async survivors(mutants: readonly Mutant[]): Promise<Mutant[]> {
    let survivors = mutants;
    for (const round of this.rounds) {
      survivors = await this.survivorsOf(round, survivors);
    }
    return [...survivors];
  }

  private async survivorsOf(round: Round, mutants: readonly Mutant[]): Promise<Mutant[]> {
    const waiting = Array.from({ length: Math.ceil(mutants.length / BATCH) }, (_, index) =>
      mutants.slice(index * BATCH, (index + 1) * BATCH),
    );
    const expected = new Map<string, Promise<Printed>>();
    const survivors = await Promise.all(
      Array.from({ length: CORES }, async () => {
        const crowd = this.crowdOf(round);
        crowd.removeSchema();
        const found: Mutant[] = [];
        try {
          for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
            found.push(...(await this.survivorsOfBatch(round, batch, crowd, expected)));
          }
        } finally {
          crowd.remove();
        }
        return found;
      }),
    );
    return survivors.flat();
  }

  private async survivorsOfBatch(
    round: Round,
    mutants: readonly Mutant[],
    crowd: Crowd,
    expected: Map<string, Promise<Printed>>,
  ): Promise<Mutant[]> {
    const changed: { mutant: Mutant; objects: string; text: string }[] = [];
    const told = new Set<Mutant>();
    for (const mutant of mutants) {
      const { file, templates } = mutant;
      const files = concerned(this.templates, file, templates[file]!);
      const key = files.join();
      if (!expected.has(key)) {
        expected.set(key, this.printed(round, pick(this.templates, files), crowd));
      }
      const { texts, objects } = await expected.get(key)!;
      const printed = await this.print(round, pick(templates, files), crowd).catch(() => undefined);
      if (printed === undefined) {
        told.add(mutant);
      } else {
        const others = printed.flatMap((text, index) => (text === texts[index] ? [] : [index]));
        changed.push(...others.map(index => ({ mutant, objects: objects[index]!, text: printed[index]! })));
      }
    }
    // One text tells most mutants.
    const first = changed.filter(({ mutant }, index) => mutant !== changed[index - 1]?.mutant);
    for (const texts of [first, changed.filter(each => !first.includes(each))]) {
      const waiting = texts.filter(({ mutant }) => !told.has(mutant));
      const read = await tryReadWithGo(
        this.helm,
        waiting.map(({ text }) => text),
      );
      waiting
        .filter(({ objects }, index) => comparable(read[index]!) !== objects)
        .forEach(({ mutant }) => told.add(mutant));
    }
    return mutants.filter(mutant => !told.has(mutant));
  }

  private async printed(round: Round, templates: Templates, crowd: Crowd): Promise<Printed> {
    const texts = await this.print(round, templates, crowd);
    return { texts, objects: (await readWithGo(this.helm, texts)).map(comparable) };
  }

  private print(round: Round, templates: Templates, crowd: Crowd): Promise<string[]> {
    crowd.replaceTemplates(templates);
    return crowd.print(this.helm, round);
  }

  private crowdOf({ values }: Round): Crowd {
    return new Crowd(this.chart, this.folder, values.length);
  }
}

const pick = (templates: Templates, files: readonly string[]): Templates =>
  Object.fromEntries(files.map(file => [file, templates[file]!]));

const comparable = (objects: readonly Json[]): string => canonical([...byIdentity(objects)].sort() as Json);
