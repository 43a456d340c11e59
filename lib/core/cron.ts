const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

interface Field {
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { from: 0, to: 59 },
  { from: 0, to: 23 },
  { from: 1, to: 31 },
  { from: 1, to: 12, names: MONTHS },
  { from: 0, to: 6, names: DAYS },
];

/**
 * Whether a text is a schedule that Kubernetes takes: minute, hour, day of the month, month and day of the week.
 *
 * @param withSeconds whether a sixth field, the seconds, comes first
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax
 */
export function isCron(text: string, withSeconds = false): boolean {
  const fields = withSeconds ? [FIELDS[0]!, ...FIELDS] : FIELDS;
  const parts = text.trim().split(/\s+/);
  return parts.length === fields.length && fields.every((field, index) => matches(parts[index]!, field));
}

function matches(text: string, field: Field): boolean {
  return text.split(',').every(part => {
    const [, range, step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    if (range === undefined || step === '0') {
      return false;
    }
    if (range === '*' || range === '?') {
      return true;
    }
    const ends = range.split('-').map(end => valueOf(end, field));
    return ends.length <= 2 && ends.every(isWithin(field)) && ends[0]! <= ends.at(-1)!;
  });
}

const isWithin =
  ({ from, to }: Field) =>
  (value: number): boolean =>
    value >= from && value <= to;

function valueOf(text: string, { from, names = [] }: Field): number {
  const name = names.indexOf(text.toLowerCase());
  return name >= 0 ? name + from : /^\d+$/.test(text) ? Number(text) : NaN;
}
