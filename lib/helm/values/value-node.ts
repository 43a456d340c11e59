/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Steps from the root of the values; `[]` stands for any item of a list, `{}` for any entry of a map. */
export type ValuePath = readonly string[];

interface Documented {
  readonly path: ValuePath;
  /** One sentence, for the comment in values.yaml and the row in the README. */
  readonly description: string;
  /** What values.yaml says; undefined if the user must give it. */
  readonly default?: Json;
}

/** What a text may be. */
export interface TextRules {
  /** A regular expression, as in JSON Schema: it may match anywhere unless it says `^` and `$`. */
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** Values of its own below it, all of which are always there. */
export interface ObjectValue extends Documented {
  readonly kind: 'object';
  readonly fields: Readonly<Record<string, ValueNode>>;
}

export interface StringValue extends Documented, TextRules {
  readonly kind: 'string';
  /** Two texts with which worlds are made, where the rules do not tell all that a construct asks of them. */
  readonly sentinels?: readonly [string, string];
}

/** One of a few texts. */
export interface ChoiceValue extends Documented {
  readonly kind: 'choice';
  readonly choices: readonly string[];
}

export interface IntegerValue extends Documented {
  readonly kind: 'integer';
  readonly minimum: number;
  readonly maximum: number;
}

export interface BooleanValue extends Documented {
  readonly kind: 'boolean';
}

export interface ListValue extends Documented {
  readonly kind: 'list';
  readonly items: ValueNode;
  readonly minItems: number;
  readonly maxItems?: number;
}

/** Names of the user's choice, each with a value of one shape. */
export interface MapValue extends Documented {
  readonly kind: 'map';
  readonly keys: TextRules;
  readonly entries: ValueNode;
}

/** A structure of Kubernetes that goes into the manifest as it is: a map or a list. */
export interface OpaqueValue extends Documented {
  readonly kind: 'opaque';
  readonly of: 'map' | 'list';
  /** Two structures with which worlds are made, where a construct looks into them. */
  readonly sentinels?: readonly [Json, Json];
}

/** One value that a chart takes, read from its zod schema. */
export type ValueNode =
  ObjectValue | StringValue | ChoiceValue | IntegerValue | BooleanValue | ListValue | MapValue | OpaqueValue;
