import { pathText } from './value-path';
import type { ValuePath } from './value-node';

/** Where a schema stands in a contract. */
export interface Place {
  readonly path: ValuePath;
  /** The path as errors show it. */
  readonly text: string;
  /** In a list or a map, where Helm fills in no defaults. */
  readonly inside: boolean;
}

export const placeOf = (path: ValuePath, inside: boolean): Place => ({ path, text: pathText(path), inside });
