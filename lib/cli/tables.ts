import Table from 'cli-table3';
import pc from 'picocolors';

/** Colours, if the output is a terminal that wants some. */
export const colours = pc.createColors(Boolean(process.stdout.isTTY) && !process.env['NO_COLOR']);

const NO_LINES = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
    'middle',
  ].map(name => [name, name === 'middle' ? '  ' : '']),
);

/** A table without lines, whose columns can be cut apart by other programs. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const made = new Table({
    head: head.map(name => colours.bold(name)),
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  made.push(...rows.map(row => [...row]));
  return made
    .toString()
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n');
}

/** Whom output is for: people, or programs. */
export type Output = 'text' | 'json';

/** Prints what a program reads, or what people read. */
export function print(output: Output, data: unknown, text: () => string): void {
  process.stdout.write(`${output === 'json' ? JSON.stringify(data, undefined, 2) : text()}\n`);
}
