import type { Build, Shape } from '../charts';

/** A small construct that does something which a translation may get wrong. */
export interface Nasty {
  /** Finishes "it ...". */
  readonly does: string;
  readonly values: Shape;
  readonly build: Build;
  /** What stands in the templates; texts that must be there. */
  readonly prints?: readonly string[];
  /** The whole message, if it is refused. */
  readonly refused?: string;
}
