/** Says on standard error what is going on, so that standard output stays the report. */
export function say(line: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)}  ${line}\n`);
}
