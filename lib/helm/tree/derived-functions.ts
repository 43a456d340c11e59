import { createHash } from 'node:crypto';

/** A function that TypeScript and Go's templates both have, under the name with which constructs report it. */
export interface DerivedFunction {
  readonly compute: (...inputs: readonly any[]) => string;
  /** The pipeline behind the input. */
  readonly pipeline: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What a template can compute as a construct does. */
export const DERIVED_FUNCTIONS: Readonly<Record<string, DerivedFunction>> = {
  checksum: { compute: text => sha256(text).slice(0, 16), pipeline: 'sha256sum | trunc 16' },
  sha256: { compute: sha256, pipeline: 'sha256sum' },
  base64: { compute: text => Buffer.from(text).toString('base64'), pipeline: 'b64enc' },
};
