/** Numbers that look like chance, and are the same for the same seed. */
export class Chance {
  constructor(private state: number) {}

  /** From 0 up to 1. */
  public next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number below this one. */
  public below(count: number): number {
    return Math.floor(this.next() * count);
  }

  public of<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }
}
