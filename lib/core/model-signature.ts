import { z } from 'zod';

/**
 * What a model takes and returns, as MLflow's file `MLmodel` has it below `signature`: each part is a text of JSON.
 *
 * @see https://mlflow.org/docs/latest/ml/model/signatures/
 */
export interface ModelSignature {
  /** Columns, or tensors, that it takes. */
  readonly inputs?: string | null;
  /** Columns, or tensors, that it returns. */
  readonly outputs?: string | null;
  /** Parameters that a request may carry besides. */
  readonly params?: string | null;
}

/** The type of one value. */
export type ValueType =
  | { readonly type: 'boolean' | 'integer' | 'long' | 'float' | 'double' | 'string' | 'binary' | 'datetime' }
  | { readonly type: 'any' }
  | { readonly type: 'array'; readonly items: ValueType }
  | { readonly type: 'map'; readonly values: ValueType }
  | {
      readonly type: 'object';
      readonly properties: Readonly<Record<string, ValueType & { readonly required?: boolean }>>;
    };

/** A column; without a name if it is the only one, or if columns are told apart by their order. */
export type Column = ValueType & { readonly name?: string | number; readonly required?: boolean };

/** Numbers in as many dimensions as the shape has; -1 stands for any length. */
export interface Tensor {
  readonly type: 'tensor';
  readonly name?: string;
  readonly 'tensor-spec': { readonly dtype: string; readonly shape: readonly number[] };
}

/** A value that a request may carry; with a shape it is a list of them. */
export type Param = ValueType & {
  readonly name: string;
  readonly default?: unknown;
  readonly shape?: readonly number[] | null;
};

/** A signature that was read. */
export interface ReadSignature {
  readonly inputs: readonly (Column | Tensor)[];
  /** Empty if the model does not say what it returns. */
  readonly outputs: readonly (Column | Tensor)[];
  readonly params: readonly Param[];
}

const type: z.ZodType<ValueType> = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.looseObject({
      type: z.enum(['boolean', 'integer', 'long', 'float', 'double', 'string', 'binary', 'datetime', 'any']),
    }),
    z.looseObject({ type: z.literal('array'), items: type }),
    z.looseObject({ type: z.literal('map'), values: type }),
    z.looseObject({ type: z.literal('object'), properties: z.record(z.string(), type) }),
  ]),
) as z.ZodType<ValueType>;
const tensor = z.looseObject({
  type: z.literal('tensor'),
  'tensor-spec': z.looseObject({ dtype: z.string(), shape: z.array(z.int().min(-1)) }),
});
const isTensor = z.looseObject({ type: z.literal('tensor') });
const fields = z.array(
  z.unknown().transform((value, context) => {
    const parsed = (isTensor.safeParse(value).success ? tensor : type).safeParse(value);
    parsed.error?.issues.forEach(issue => context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue));
    return parsed.data as Column | Tensor;
  }),
);
const params = z.array(z.intersection(z.looseObject({ name: z.string() }), type));

/**
 * Reads a signature.
 *
 * @returns it, or what is wrong with it
 */
export function readSignature(signature: ModelSignature): ReadSignature | string {
  const problems: string[] = [];
  const read = <Part>(part: keyof ModelSignature, schema: z.ZodType<Part[]>): Part[] => {
    const parsed = schema.safeParse(parseJson(signature[part] ?? '[]'));
    const issue = parsed.error?.issues[0];
    if (issue) {
      problems.push(`${[part, ...issue.path].join('.')}: ${issue.message}`);
    }
    return parsed.data ?? [];
  };
  const found = {
    inputs: read('inputs', fields),
    outputs: read('outputs', fields),
    params: read('params', params) as unknown as Param[],
  };
  if (problems.length === 0 && found.inputs.length === 0) {
    problems.push('it has no inputs');
  }
  return problems.length > 0 ? problems.join(', ') : found;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
