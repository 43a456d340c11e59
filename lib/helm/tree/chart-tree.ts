import type { ReleaseField } from '../values/release';
import type { Json } from '../values/value-node';
import type { Condition } from './condition';
import type { Slot } from './slot';

/** Something that one action of a template prints. */
export type Expression =
  | { readonly kind: 'value'; readonly slot: Slot }
  /** The key of the entry of a map that a loop is at. */
  | { readonly kind: 'key'; readonly scope: Slot }
  | { readonly kind: 'release'; readonly field: ReleaseField }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'format'; readonly parts: readonly Part[] }
  /** The value, or something else where it is empty. */
  | { readonly kind: 'default'; readonly value: Expression; readonly otherwise: Expression }
  | { readonly kind: 'sum'; readonly terms: readonly Term[]; readonly constant: number }
  /** A function with a name that both TypeScript and Go have. */
  | { readonly kind: 'derived'; readonly name: string; readonly inputs: readonly Node[] }
  /** A text as it stands in JSON, quotes included. */
  | { readonly kind: 'json'; readonly of: Expression };

export interface Term {
  readonly slot: Slot;
  readonly factor: number;
}

/** A part of an object, for all values at once. */
export type Node =
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'expression'; readonly of: Expression; readonly as: 'text' | 'itself' }
  | { readonly kind: 'interpolation'; readonly parts: readonly Part[] }
  | { readonly kind: 'map'; readonly entries: readonly Entry[] }
  | { readonly kind: 'list'; readonly items: readonly Item[] }
  /** A text that is a list of texts with something between them: its lines, or its parts between commas. */
  /** A text that holds a map as JSON, in the form that `canonicalJson()` and Go print alike, with a line end. */
  | { readonly kind: 'document'; readonly map: Node }
  | { readonly kind: 'joined'; readonly separator: string; readonly items: readonly Item[] }
  | { readonly kind: 'opaque'; readonly slot: Slot }
  | { readonly kind: 'choice'; readonly arms: readonly Arm[] };

export type Part = string | Expression;

interface Repeated {
  readonly node: Node;
  readonly when?: Condition;
  /** The lists and maps that it is repeated for, the outermost first. */
  readonly over: readonly Slot[];
}

/** An item of a list, or what stands in a list for each item of the user's. */
export interface Item extends Repeated {
  /** Whether the node is a list whose items stand here. */
  readonly spread?: boolean;
}

export interface Entry extends Repeated {
  readonly key: string | Node;
  /** Whether the node is a map whose entries stand here. */
  readonly spread?: boolean;
  /** Keys that are not taken from what is spread or repeated, because other entries hold them. */
  readonly except?: readonly string[];
}

export interface Arm {
  /** Undefined for what is left. */
  readonly when?: Condition;
  readonly node: Node;
}

/** One object of Kubernetes, for all values at once. */
export interface ObjectTree {
  readonly kind: string;
  /** How it is called in messages: `Deployment/<fullname>`. */
  readonly title: string;
  readonly node: Node;
  readonly when?: Condition;
  readonly over: readonly Slot[];
}

/** A chart's objects, for all values at once. */
export interface ChartTree {
  readonly objects: readonly ObjectTree[];
}

export const literal = (value: Json): Node => ({ kind: 'literal', value });

/** Whether a text has parts that come and go, so that no single action prints it. */
export const hasOwnHelper = (node: Node): boolean =>
  node.kind === 'joined' || node.kind === 'document' || node.kind === 'choice';
