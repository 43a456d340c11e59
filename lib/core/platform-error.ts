import { plainLines } from './plain-lines';

/** Something that knows its place in the construct tree. */
interface Located {
  readonly node: { readonly path: string };
}

/** What a mistake is about, for programs: each of these has an exit code of its own, the others have one together. */
export type MistakeKind = 'absent' | 'credentials' | 'held' | 'pins' | 'rules' | 'sameName';

/**
 * A mistake in what the user declared: where it is, what is wrong (with the value given) and what to do about it.
 *
 * The message has the form in which cdk8s prints validation errors: `[construct/path] problem; remedy`.
 */
export class PlatformError extends Error {
  public override readonly name = 'PlatformError';
  /** Path of the construct, or the file and line, where the mistake is. */
  public readonly where: string;

  /**
   * @param where the construct, or the text of a place such as `environments/staging/fraud.yaml:3`
   * @param problem what is wrong and what was given
   * @param remedy what to do; only where the text is somebody else's may the problem say it already
   * @param kind what it is about, if programs have to know
   */
  constructor(
    where: Located | string,
    public readonly problem: string,
    public readonly remedy?: string,
    public readonly kind?: MistakeKind,
  ) {
    const place = typeof where === 'string' ? where : where.node.path;
    // What was given is shown in there, and may be a file of somebody who writes for terminals.
    super(plainLines(`[${place}] ${problem}${remedy === undefined ? '' : `; ${remedy}`}`));
    this.where = place;
  }

  /** The same mistake as seen from outside of the part that found it. */
  public at(where: string): PlatformError {
    return new PlatformError(where, this.problem, this.remedy, this.kind);
  }

  /** The same mistake, which is about this if it was about nothing yet. */
  public about(kind: MistakeKind): PlatformError {
    return new PlatformError(this.where, this.problem, this.remedy, this.kind ?? kind);
  }
}

/** Every mistake found in one run, so that they can be mended together. */
export class PlatformErrors extends Error {
  public override readonly name = 'PlatformErrors';

  constructor(public readonly errors: readonly PlatformError[]) {
    super(errors.map(error => error.message).join('\n'));
  }
}

/** Whether an error tells mistakes; any other one is a defect, or the fault of somebody else. */
export const isMistake = (error: unknown): error is PlatformError | PlatformErrors =>
  error instanceof PlatformError || error instanceof PlatformErrors;

/** What comes of a step: its result, or the mistakes that it threw. */
type Attempt<Result> =
  | { readonly result: Result; readonly mistakes?: undefined }
  | { readonly result?: undefined; readonly mistakes: readonly PlatformError[] };

/** Runs a step; an error that is no mistake goes on. */
export function attempt<Result>(step: () => Result): Attempt<Result> {
  try {
    return { result: step() };
  } catch (error) {
    if (!isMistake(error)) {
      throw error;
    }
    return { mistakes: error instanceof PlatformErrors ? error.errors : [error] };
  }
}

/** Runs a step and returns the mistakes that it throws. */
export const collect = (step: () => unknown): readonly PlatformError[] => attempt(step).mistakes ?? [];

/**
 * Runs a step whose mistakes are all about one thing.
 *
 * @throws PlatformErrors with those that it throws
 */
export function allAbout<Result>(kind: MistakeKind, step: () => Result): Result {
  const { result, mistakes } = attempt(step);
  if (mistakes !== undefined) {
    throw new PlatformErrors(mistakes.map(mistake => mistake.about(kind)));
  }
  return result;
}
