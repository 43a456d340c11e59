import { readFileSync } from 'node:fs';

/** Memory of a process, now or at its most, in bytes. */
export function memoryOf(pid: number, which: 'VmRSS' | 'VmHWM'): number {
  return Number(new RegExp(`${which}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
}
