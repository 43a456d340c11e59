import type { Json } from '../../../lib/helm/values/value-node';

/** A text of a structure in which the order of keys does not count. */
export function canonical(value: Json): string {
  if (typeof value !== 'object' || value === null) {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(item => canonical(item as Json)).join(',')}]`;
  }
  const entries = Object.entries(value as Record<string, Json>).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}
