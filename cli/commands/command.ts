/** One verb of the `rahat` command. */
export interface Command {
  name: string;
  usage: string;
  sentence: string;
  /** @returns the exit code. */
  run(args: string[]): Promise<number>;
}
