/** Tells whoever waits what happens, one line for each thing done, with its seconds. */
export interface Progress {
  run<T>(title: string, work: () => Promise<T>, remark?: (result: T) => string): Promise<T>;
  say(line: string): void;
}

export function createProgress(write: (line: string) => void): Progress {
  return {
    say: write,
    run: async (title, work, remark) => {
      const started = performance.now();
      const result = await work();
      const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
      const note = remark?.(result);
      write(`${seconds} s  ${title}${note ? ` (${note})` : ''}`);
      return result;
    },
  };
}
