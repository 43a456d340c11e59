import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** When a process is killed: before, while or after it does something for the n-th time. */
export interface Kill {
  readonly at: string;
  readonly when: 'before' | 'while' | 'after';
  /** @default 1 */
  readonly nth?: number;
  /** Whether what it started dies with it, as in a container. */
  readonly all: boolean;
  /** Seconds until it is killed while it does something. */
  readonly delay: number;
}

/** Stands in front of programs on the path, and kills the process that runs them, which leads a group of its own. */
export class Killer {
  /** Comes first on the path. */
  public readonly path: string;
  private readonly order: string;
  private readonly count: string;

  constructor(folder: string, programs: readonly string[]) {
    this.path = join(folder, 'bin');
    this.order = join(folder, 'order');
    this.count = join(folder, 'count');
    mkdirSync(this.path, { recursive: true });
    for (const program of programs) {
      const real = execFileSync('which', [program], { encoding: 'utf8' }).trim();
      writeFileSync(join(this.path, program), this.script(program, real), { mode: 0o755 });
    }
  }

  public aim({ at, when, nth = 1, all, delay }: Kill): void {
    this.clear();
    writeFileSync(this.order, `AT='${at}' WHEN=${when} NTH=${nth} ALL=${all ? '-' : ''} DELAY=${delay}\n`);
  }

  public clear(): void {
    rmSync(this.order, { force: true });
    rmSync(this.count, { force: true });
  }

  private script(program: string, real: string): string {
    return `#!/bin/sh
real() { ${real} "$@"; }
[ -f ${this.order} ] || { real "$@"; exit; }
. ${this.order}
kills() { kill -s KILL -- "$ALL$(cut -d" " -f5 /proc/$$/stat)"; }
[ "${program} $1" = "$AT" ] || [ "${program}" = "$AT" ] || { real "$@"; exit; }
echo >> ${this.count}
[ "$(wc -l < ${this.count})" -eq "$NTH" ] || { real "$@"; exit; }
case $WHEN in
  before) kills ;;
  while) real "$@" <&0 & sleep "$DELAY"; kills; wait ;;
  after) real "$@"; kills ;;
esac
`;
  }
}
