/** Hours of some days in which promotions go out. */
export interface TimeWindow {
  /** Days of the week, as `Mon-Fri` or `Sat`. */
  readonly days: string;
  /** First minute, as `08:00`. */
  readonly from: string;
  /** The minute after the last one, as `16:00`; `24:00` is midnight. */
  readonly to: string;
  /**
   * Time zone of the hours.
   *
   * @default UTC
   */
  readonly zone?: string;
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const CLOCK = /^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/;

/** What is wrong with a window; undefined if nothing is. */
export function windowMistake({ days, from, to, zone }: TimeWindow): string | undefined {
  if (daysOf(days) === undefined) {
    return `days must be such as Mon-Fri or Sat, got "${days}"`;
  }
  if (!CLOCK.test(from) || !(CLOCK.test(to) || to === '24:00') || from >= to) {
    return `from must be a time before to, such as '08:00' and '16:00', got "${from}" and "${to}"`;
  }
  return zone === undefined || isZone(zone) ? undefined : `"${zone}" is no time zone, such as Europe/Berlin`;
}

/** Whether the time lies in the window. */
export function isOpen(window: TimeWindow, now: Date): boolean {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: window.zone ?? 'UTC',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(now);
  const part = (name: string) => parts.find(({ type }) => type === name)!.value;
  const clock = `${part('hour')}:${part('minute')}`;
  return daysOf(window.days)!.includes(part('weekday')) && clock >= window.from && clock < window.to;
}

/** A window for people. */
export const windowText = ({ days, from, to, zone = 'UTC' }: TimeWindow): string => `${days} ${from}-${to} ${zone}`;

/** The days from the first to the last, also over a Sunday. */
function daysOf(text: string): readonly string[] | undefined {
  const [first, last = first, ...more] = text.split('-').map(day => DAYS.indexOf(day));
  if (first === undefined || first < 0 || last! < 0 || more.length > 0) {
    return undefined;
  }
  return [...DAYS, ...DAYS].slice(first, last! >= first ? last! + 1 : last! + 1 + DAYS.length);
}

function isZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}
