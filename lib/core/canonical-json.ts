/**
 * JSON in the one form that Go's encoder, and so Helm's `toPrettyJson`, gives the same value: keys sorted, two spaces.
 * Its lines depend on nothing but the value's shape, so a diff shows what changed.
 *
 * @param value what JSON can say; a field that is undefined is left out
 * @see https://pkg.go.dev/encoding/json#MarshalIndent
 */
export function canonicalJson(value: unknown, indent = ''): string {
  const deeper = `${indent}  `;
  const around = (open: string, parts: readonly string[], close: string): string =>
    parts.length === 0 ? open + close : `${open}\n${parts.map(part => deeper + part).join(',\n')}\n${indent}${close}`;
  if (Array.isArray(value)) {
    const items = value.map(item => canonicalJson(item, deeper));
    return around('[', items, ']');
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    fields.sort(([one], [other]) => (one < other ? -1 : 1));
    return around(
      '{',
      fields.map(([key, field]) => `${text(key)}: ${canonicalJson(field, deeper)}`),
      '}',
    );
  }
  return text(value ?? null);
}

/** What Go's encoder writes as escapes and JavaScript's does not. */
const ESCAPED = /[<>&\u2028\u2029]/g;

const text = (value: unknown): string =>
  JSON.stringify(value).replace(ESCAPED, sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
