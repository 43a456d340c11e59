import fc from 'fast-check';

const EXAMPLES = 200;

/** Texts that patterns allow, made once for each: patterns take long to read. */
export class PatternExamples {
  private readonly known = new Map<string, readonly string[]>();

  public of(pattern: string): readonly string[] {
    const examples =
      this.known.get(pattern) ?? fc.sample(fc.stringMatching(new RegExp(pattern)), { numRuns: EXAMPLES, seed: 1 });
    this.known.set(pattern, examples);
    return examples;
  }
}
