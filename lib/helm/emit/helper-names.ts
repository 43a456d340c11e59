/** The names of a chart's helpers, and of the files of long ones, each given once: a second one would replace the first. */
export class HelperNames {
  private readonly taken = new Set<string>();

  constructor(
    private readonly chart: string,
    reserved: readonly string[],
  ) {
    reserved.forEach(name => this.taken.add(name));
  }

  /** The first of the names that is free, below the chart's; the last one with a number if none is. */
  public take(...names: readonly string[]): string {
    const safe = names.map(name => name.replaceAll(/[^A-Za-z0-9._-]/g, '-'));
    const last = safe.at(-1)!;
    let name = safe.find(each => !this.taken.has(each));
    for (let number = 2; name === undefined; number++) {
      name = this.taken.has(`${last}${number}`) ? undefined : `${last}${number}`;
    }
    this.taken.add(name);
    return `${this.chart}.${name}`;
  }
}
