const WIDTH = 118;

/** JSON for people who read a diff: what fits into a line stands in one line. */
export function compactJson(value: unknown, indent = ''): string {
  const line = inLine(value);
  if (line === undefined || indent.length + line.length <= WIDTH || typeof value !== 'object' || value === null) {
    return line ?? 'null';
  }
  const deeper = `${indent}  `;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const parts = Array.isArray(value)
    ? value.map(item => compactJson(item, deeper))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => `${JSON.stringify(key)}: ${compactJson(item, deeper)}`);
  return `${open}\n${parts.map(part => deeper + part).join(',\n')}\n${indent}${close}`;
}

function inLine(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    return `[${value.map(item => inLine(item) ?? 'null').join(', ')}]`;
  }
  if (typeof value !== 'object' || value === null) {
    return JSON.stringify(value);
  }
  const parts = Object.entries(value).flatMap(([key, item]) => {
    const text = inLine(item);
    return text === undefined ? [] : [`${JSON.stringify(key)}: ${text}`];
  });
  return parts.length > 0 ? `{ ${parts.join(', ')} }` : '{}';
}
