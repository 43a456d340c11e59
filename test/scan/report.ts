import type { Finding, Verdict } from './scanner';
import { isWaived, staleWaivers, type Waiver } from './waivers';

/** What a scan came to. */
export interface Report {
  readonly text: string;
  /** 0: nothing was found; 1: something was, or a waiver is stale; 2: nothing was, but not every scanner ran. */
  readonly exitCode: 0 | 1 | 2;
}

/** @param whole whether everything was scanned that the waivers are about */
export function report(
  targets: readonly string[],
  verdicts: readonly Verdict[],
  waivers: readonly Waiver[],
  whole: boolean,
): Report {
  const all = verdicts.flatMap(({ findings }) => findings);
  const open = all.filter(finding => !isWaived(waivers, finding));
  const stale = whole ? staleWaivers(waivers, verdicts) : [];
  const absent = verdicts.filter(({ notRun }) => notRun !== undefined);
  const waived = all.length - open.length;
  const lines = [
    ...open.map(({ scanner, rule, object, text }) => `${scanner} ${rule} ${object.place}: ${text}`),
    ...stale.map(what => `stale waiver: ${what}; remove it`),
    ...table(targets, verdicts, open),
    ...absent.map(({ scanner, notRun }) => `NOT RUN: ${scanner}, ${notRun}`),
    `${open.length} findings, ${waived} waived, ${stale.length} stale waivers, ` +
      `${verdicts.length - absent.length} of ${verdicts.length} scanners ran`,
  ];
  return { text: lines.join('\n'), exitCode: open.length + stale.length > 0 ? 1 : absent.length > 0 ? 2 : 0 };
}

/** A line for each target, a column for each scanner: findings, and how many more are waived. */
function table(targets: readonly string[], verdicts: readonly Verdict[], open: readonly Finding[]): string[] {
  const cell = ({ scanner, findings, notRun }: Verdict, target?: string) => {
    const within = (some: readonly Finding[]) =>
      some.filter(
        finding => finding.scanner === scanner && (target ?? finding.object.target) === finding.object.target,
      );
    const found = within(open).length;
    return notRun === undefined ? `${found} / ${within(findings).length - found}` : 'not run';
  };
  const rows = [
    ['findings / waived', ...verdicts.map(({ scanner }) => scanner)],
    ...targets.map(target => [target, ...verdicts.map(verdict => cell(verdict, target))]),
    ['sum', ...verdicts.map(verdict => cell(verdict))],
  ];
  const width = Math.max(...rows.map(([name]) => name!.length));
  return rows.map(([name, ...cells]) => name!.padEnd(width) + cells.map(text => text.padStart(12)).join(''));
}
