const WIDTH = 118;

/** JSON for people who read a diff: what fits into a line stands in one line. */
export function compactJson(value: unknown): string {
  return new CompactJson().print(value, '');
}

class CompactJson {
  /** Without it, each part would be printed once more for every level above it. */
  private readonly lines = new Map<object, string>();

  public print(value: unknown, indent: string): string {
    const line = this.inLine(value);
    if (line === undefined || indent.length + line.length <= WIDTH || typeof value !== 'object' || value === null) {
      return line ?? 'null';
    }
    const deeper = `${indent}  `;
    const [open, close] = Array.isArray(value) ? '[]' : '{}';
    const parts = Array.isArray(value)
      ? value.map(item => this.print(item, deeper))
      : Object.entries(value)
          .filter(([, item]) => item !== undefined)
          .map(([key, item]) => `${JSON.stringify(key)}: ${this.print(item, deeper)}`);
    return `${open}\n${parts.map(part => deeper + part).join(',\n')}\n${indent}${close}`;
  }

  private inLine(value: unknown): string | undefined {
    if (typeof value !== 'object' || value === null) {
      return JSON.stringify(value);
    }
    const known = this.lines.get(value);
    if (known !== undefined) {
      return known;
    }
    const line = Array.isArray(value) ? this.listInLine(value) : this.mapInLine(value);
    this.lines.set(value, line);
    return line;
  }

  private listInLine(list: readonly unknown[]): string {
    return `[${list.map(item => this.inLine(item) ?? 'null').join(', ')}]`;
  }

  private mapInLine(map: object): string {
    const parts = Object.entries(map).flatMap(([key, item]) => {
      const text = this.inLine(item);
      return text === undefined ? [] : [`${JSON.stringify(key)}: ${text}`];
    });
    return parts.length > 0 ? `{ ${parts.join(', ')} }` : '{}';
  }
}
