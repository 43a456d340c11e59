import { parse } from 'yaml';
import { z } from 'zod';
import type { Finding, Verdict } from './scanner';

const text = z.string().min(1);
const Waivers = z.array(
  z.strictObject({
    scanner: z.enum(['kube-score', 'checkov', 'trivy']),
    rules: z.array(text).min(1),
    objects: z.array(text).min(1),
    reason: text,
    until: text,
  }),
);

/** Findings that we leave as they are, and why. */
export type Waiver = z.infer<typeof Waivers>[number];

/** @throws Error if a waiver says too little or too much */
export function readWaivers(yaml: string): Waiver[] {
  const { success, data, error } = Waivers.safeParse(parse(yaml));
  if (!success) {
    throw new Error(`the waivers cannot be read: ${z.prettifyError(error)}`);
  }
  return data;
}

export function isWaived(waivers: readonly Waiver[], finding: Finding): boolean {
  return waivers.some(waiver => covers(waiver, finding));
}

/** Parts of waivers that cover no finding; those of scanners that did not run may. */
export function staleWaivers(waivers: readonly Waiver[], verdicts: readonly Verdict[]): string[] {
  const ran = verdicts.filter(({ notRun }) => notRun === undefined);
  return waivers
    .filter(({ scanner }) => ran.some(verdict => verdict.scanner === scanner))
    .flatMap(waiver => {
      const covered = ran.flatMap(({ findings }) => findings).filter(finding => covers(waiver, finding));
      const rules = waiver.rules.filter(rule => !covered.some(finding => finding.rule === rule));
      const objects = waiver.objects.filter(
        pattern => !isException(pattern) && !covered.some(({ object }) => matches(pattern, object.place)),
      );
      return [...rules, ...objects].map(
        part => `${waiver.scanner} ${waiver.rules.join(', ')}: nothing matches ${part}`,
      );
    });
}

/** The waivers as a table of docs/scanning.md. */
export function waiverTable(waivers: readonly Waiver[]): string {
  const code = (words: readonly string[]) => words.map(word => `\`${word}\``).join(' ');
  const rows = waivers.map(({ scanner, rules, objects, reason, until }) => [
    `${scanner} ${code(rules)}`,
    code(objects),
    reason,
    until,
  ]);
  return [['rule', 'objects', 'reason', 'until'], ['---', '---', '---', '---'], ...rows]
    .map(cells => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function covers({ scanner, rules, objects }: Waiver, finding: Finding): boolean {
  const { place } = finding.object;
  return (
    scanner === finding.scanner &&
    rules.includes(finding.rule) &&
    objects.some(pattern => !isException(pattern) && matches(pattern, place)) &&
    !objects.some(pattern => isException(pattern) && matches(pattern.slice(1), place))
  );
}

const isException = (pattern: string): boolean => pattern.startsWith('!');

/** Whether a place is of a form in which "*" stands for anything. */
function matches(pattern: string, place: string): boolean {
  const parts = pattern.split('*').map(part => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(place);
}
