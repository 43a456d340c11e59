import type { ScannedObject } from './objects';

/** A program that looks for what is unsafe or fragile in manifests. */
export interface Scanner {
  readonly name: string;
  /** Objects with the same answer are given to it together. */
  readonly group: (object: ScannedObject) => string;
  /** How it is called in a folder that holds these files, one for each object. */
  readonly args: (files: readonly string[]) => string[];
  /** What its output says. */
  readonly read: (output: string) => Reading;
}

export interface Reading {
  /** Number of things it looked at: a scanner that finds nothing has judged something only if it looked at something. */
  readonly seen: number;
  readonly findings: readonly { readonly file: string; readonly rule: string; readonly text: string }[];
}

/** What a scanner has against an object. */
export interface Finding {
  readonly scanner: string;
  readonly rule: string;
  readonly object: Pick<ScannedObject, 'target' | 'place'>;
  readonly text: string;
}

/** What a scanner said, or why it said nothing. */
export interface Verdict {
  readonly scanner: string;
  readonly findings: readonly Finding[];
  readonly notRun?: string;
}
