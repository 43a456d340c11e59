/** Says on standard error what takes its time, if a person looks. */
export function progress(text: string): void {
  if (process.stderr.isTTY) {
    process.stderr.write(`${text}\n`);
  }
}
