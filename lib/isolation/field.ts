import { PlatformError } from '../core/platform-error';

/** Names and places that lead to a value inside of an object. */
export type Path = readonly (string | number)[];

/** Where an object is from. */
export interface Origin {
  /** A file and line, or the path of a construct. */
  readonly source: string;
  /**
   * The same for a value inside of it, if that is more exact; asked only when something is wrong there.
   *
   * @default - that of the object
   */
  readonly sourceOf?: (path: Path) => string;
}

/** Where a value inside of an object is. */
export const sourceAt = ({ source, sourceOf }: Origin, path: Path): string => sourceOf?.(path) ?? source;

/** A value inside of an object, which knows its place: what is wrong with it is told with its path. */
export class Field {
  /**
   * @param origin where the object is from
   * @param step name of the value in its parent, or its place in it
   */
  constructor(
    public readonly origin: Origin,
    private readonly step: string | number,
    public readonly value: unknown,
    private readonly parent?: Field,
  ) {}

  /** Where the object is from, as a whole. */
  public get source(): string {
    return this.origin.source;
  }

  /** Where the value is in the object, as in `spec.ingress[0].from[1]`; made only when something is wrong with it. */
  public get path(): string {
    const above = this.parent?.path ?? '';
    if (typeof this.step === 'number') {
      return `${above}[${this.step}]`;
    }
    return above === '' ? this.step : `${above}.${this.step}`;
  }

  /** Whether it is left out. Kubernetes reads null as left out. */
  public get isAbsent(): boolean {
    return this.value === undefined || this.value === null;
  }

  /** Its fields by name; none if it is left out. */
  public get map(): Readonly<Record<string, unknown>> {
    if (this.isAbsent) {
      return {};
    }
    if (typeof this.value !== 'object' || Array.isArray(this.value)) {
      throw this.refuse(`must be a map, got ${textOf(this.value)}`, 'write it as fields with names');
    }
    return this.value as Readonly<Record<string, unknown>>;
  }

  /** What is in the list; nothing if it is left out. */
  public get list(): Field[] {
    if (this.isAbsent) {
      return [];
    }
    if (!Array.isArray(this.value)) {
      throw this.refuse(`must be a list, got ${textOf(this.value)}`, 'write "- " before each of its items');
    }
    return this.value.map((item, index) => new Field(this.origin, index, item, this));
  }

  public get text(): string {
    if (typeof this.value !== 'string') {
      throw this.refuse(`must be text, got ${textOf(this.value)}`, 'write it in quotes');
    }
    return this.value;
  }

  public at(name: string): Field {
    return new Field(this.origin, name, this.map[name], this);
  }

  /** Refuses fields that Kubernetes does not know and would leave out: a peer with a wrong name is a peer for everyone. */
  public allow(names: readonly string[]): this {
    const unknown = Object.keys(this.map).find(name => !names.includes(name));
    if (unknown !== undefined) {
      throw this.refuse(`has no field "${unknown}"`, `Kubernetes would ignore it; it knows ${names.join(', ')}`);
    }
    return this;
  }

  public refuse(problem: string, remedy: string): PlatformError {
    const source = sourceAt(this.origin, this.steps);
    const { path } = this;
    return new PlatformError(path === '' ? source : `${source}: ${path}`, problem, remedy);
  }

  private get steps(): Path {
    return this.parent ? [...this.parent.steps, this.step] : [];
  }
}

/** A value as it was written, shortened. */
export function textOf(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
