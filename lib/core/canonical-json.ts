/**
 * JSON in the one form that Go's encoder, and so Helm's `toPrettyJson`, gives the same value: keys sorted, two spaces.
 * Its lines depend on nothing but the value's shape, so a diff shows what changed.
 *
 * @param value what JSON can say; a field that is undefined is left out
 * @see https://pkg.go.dev/encoding/json#MarshalIndent
 */
export function canonicalJson(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) {
    return text(value ?? null);
  }
  // Parts are added to one text: a proxy's configuration has thousands of them.
  const deeper = `${indent}  `;
  let inside = '';
  if (Array.isArray(value)) {
    for (const item of value) {
      inside += `${inside === '' ? '' : ',\n'}${deeper}${canonicalJson(item, deeper)}`;
    }
    return inside === '' ? '[]' : `[\n${inside}\n${indent}]`;
  }
  for (const key of Object.keys(value).sort()) {
    const field = (value as Record<string, unknown>)[key];
    if (field !== undefined) {
      inside += `${inside === '' ? '' : ',\n'}${deeper}${text(key)}: ${canonicalJson(field, deeper)}`;
    }
  }
  return inside === '' ? '{}' : `{\n${inside}\n${indent}}`;
}

/** What Go's encoder writes as escapes and JavaScript's does not. */
const ESCAPED = /[<>&\u2028\u2029]/g;
/** Texts that are their own JSON, as almost all are. */
const PLAIN = /^[ !#%'-;=?-[\]-~$]*$/;

const text = (value: unknown): string => {
  if (typeof value === 'string' && PLAIN.test(value)) {
    return `"${value}"`;
  }
  const json = JSON.stringify(value);
  return typeof value === 'string'
    ? json.replace(ESCAPED, sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : json;
};
