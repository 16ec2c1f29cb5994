const WIDTH = 30;

/** One line of progress that rewrites itself; where nobody watches (a file, `--json`), it is quiet. */
export interface ProgressBar {
  show(phase: string, done: number, total: number | null): void;
  end(): void;
}

export function createProgressBar(out: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>, quiet: boolean): ProgressBar {
  if (quiet || !out.isTTY) return { show: () => undefined, end: () => undefined };
  let shown = false;
  return {
    show: (phase, done, total) => {
      shown = true;
      out.write(`\r\u001b[2K${lineOf(phase, done, total)}`);
    },
    end: () => {
      if (shown) out.write('\n');
      shown = false;
    },
  };
}

export function lineOf(phase: string, done: number, total: number | null): string {
  const label = phase.toLowerCase().replaceAll('_', ' ').padEnd(14);
  if (total === null || total === 0) return `${label} ${done.toLocaleString('en')}`;
  const part = Math.min(1, done / total);
  const full = Math.round(part * WIDTH);
  return `${label} [${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${String(Math.floor(part * 100)).padStart(3)} %  ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
}
