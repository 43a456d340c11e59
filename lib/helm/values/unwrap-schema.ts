import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { PlatformError } from '../../core/platform-error';
import type { Place } from './contract-place';
import type { Json } from './value-node';

export type Schema = z.core.$ZodType;
export type SchemaDef = z.core.$ZodTypes['_zod']['def'];

/** A schema without what is wrapped around it, and what the wrappers say. */
export interface Unwrapped {
  readonly schema: Schema;
  readonly def: SchemaDef;
  readonly description: string;
  readonly opaque: boolean;
  /** What worlds are made with, where the rules do not tell all that a construct asks of the value. */
  readonly sentinels?: unknown;
  /** Rules in JSON Schema for what `.refine()` says in code. */
  readonly rules: readonly Json[];
  readonly default?: Json;
}

/** Takes off a schema's default, description and whatever TypeScript alone cares for. */
export function unwrapSchema(wrapped: Schema, place: Place): Unwrapped {
  let schema = wrapped;
  let description = '';
  let opaque = false;
  let rules: readonly Json[] = [];
  let sentinels: unknown;
  let given: Json | undefined;
  for (;;) {
    const meta = saidOf(schema, place);
    description ||= meta?.description ?? '';
    opaque ||= meta?.['opaque'] === true;
    rules = (meta?.['allOf'] as readonly Json[] | undefined) ?? rules;
    sentinels ??= meta?.['sentinels'];
    const def = (schema as z.core.$ZodTypes)._zod.def;
    switch (def.type) {
      case 'default':
      case 'prefault':
        given = defaultOf(def, place);
        break;
      case 'optional':
        throw mayBeMissing('the value may be left out, but has no default', place);
      case 'nullable':
        throw mayBeMissing('the value may be null, by which Helm means that the default is taken away', place);
      case 'readonly':
        break;
      default:
        return { schema, def, description, opaque, sentinels, rules, default: given };
    }
    schema = def.innerType;
  }
}

/** What a schema says of itself. */
function saidOf(schema: Schema & { readonly meta?: () => unknown }, { text }: Place): z.core.GlobalMeta | undefined {
  if ((schema as Partial<Schema> | undefined)?._zod === undefined) {
    throw new PlatformError(text, 'this is no schema of zod 4', "install zod 4, and import { z } from 'zod'");
  }
  // The user's copy of zod may be another one, with a registry of its own.
  return typeof schema.meta === 'function' ? (schema.meta() as z.core.GlobalMeta) : z.globalRegistry.get(schema);
}

const mayBeMissing = (problem: string, { text, inside }: Place): PlatformError =>
  new PlatformError(
    text,
    problem,
    inside
      ? 'let the user always give it: "" or [] can stand for none'
      : "use .default('') for a text, a field `enabled` for an object",
  );

function defaultOf(def: z.core.$ZodDefaultDef | z.core.$ZodPrefaultDef, { text, inside }: Place): Json {
  if (inside) {
    throw new PlatformError(
      text,
      'the value has a default, but Helm fills in none in a list or a map',
      'leave the default out, so that the user always gives the value',
    );
  }
  const given = def.defaultValue;
  if (def.innerType._zod.def.type === 'object') {
    if (def.type === 'default' || !isDeepStrictEqual(given, {})) {
      throw new PlatformError(
        text,
        'the object has a default of its own beside those of its fields',
        'write .prefault({}) and give each field its default',
      );
    }
    return {};
  }
  if (!isWritable(given)) {
    throw new PlatformError(
      text,
      'the default holds null or something else that values.yaml cannot say',
      'use texts, integers, booleans, lists and maps of them',
    );
  }
  const { error } = z.safeParse(def.innerType, given);
  if (error !== undefined) {
    throw new PlatformError(
      text,
      `the default ${JSON.stringify(given)} is refused by the value's own rules: ${error.issues[0]!.message}`,
      'change one of the two',
    );
  }
  return given;
}

/** JSON without null, which Helm would take for a key to delete. */
function isWritable(value: unknown): value is Json {
  switch (typeof value) {
    case 'object':
      return value !== null && (Array.isArray(value) || isPlain(value)) && Object.values(value).every(isWritable);
    case 'number':
      return Number.isFinite(value);
    default:
      return typeof value === 'string' || typeof value === 'boolean';
  }
}

const isPlain = (value: object): boolean => Object.getPrototypeOf(value) === Object.prototype;
