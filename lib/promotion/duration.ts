const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** How a duration is written, in words that fit behind "use". */
export const DURATION_RULE = 'a whole number and s, m, h or d, for example 30m';

/** Seconds of a duration such as `30m`; undefined if it is none. */
export function seconds(text: string): number | undefined {
  const [, count, unit] = /^([1-9][0-9]{0,5})([smhd])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * UNITS[unit!]!;
}

/** A duration in its two largest units, for people: `1 d 2 h`. */
export function inWords(duration: number): string {
  let rest = Math.ceil(duration);
  const parts = Object.entries(UNITS)
    .reverse()
    .flatMap(([unit, length]) => {
      const count = Math.floor(rest / length);
      rest -= count * length;
      return count > 0 ? [`${count} ${unit}`] : [];
    });
  return parts.slice(0, 2).join(' ') || '0 s';
}
