import type { Json } from './value-node';

type JsonMap = { readonly [key: string]: Json };

/**
 * What templates see when a user gives values, as Helm merges them: maps by key, at every depth; lists and scalars are
 * replaced; null takes a default away.
 */
export function mergeValues(defaults: JsonMap, given: JsonMap): JsonMap {
  const merged = new Map<string, Json>(Object.entries(defaults));
  for (const [key, value] of Object.entries(given)) {
    const base = merged.get(key);
    if (value === null && base !== undefined) {
      merged.delete(key);
    } else {
      merged.set(key, isMap(base) && isMap(value) ? mergeValues(base, value) : value);
    }
  }
  return Object.fromEntries(merged);
}

const isMap = (value: Json | undefined): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
