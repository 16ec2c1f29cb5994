import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SERVICE = /main\.js serve --instance ([0-9a-f-]{36})$/;

/** Instance id → process id, read from the command lines of all processes: the truth, whoever started them. */
export async function runningProcesses(): Promise<Map<string, number>> {
  return existsSync('/proc/self/cmdline') ? fromProc() : fromPs();
}

async function fromProc(): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  await Promise.all(
    pids.map(async (pid) => {
      // A zombie's command line is empty, a process that just ended has none: neither runs.
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const id = SERVICE.exec(line.replace(/\0$/, '').replaceAll('\0', ' '))?.[1];
      if (id) found.set(id, Number(pid));
    }),
  );
  return found;
}

async function fromPs(): Promise<Map<string, number>> {
  const { stdout } = await run('ps', ['-A', '-ww', '-o', 'pid=,stat=,args='], { maxBuffer: 16 * 1024 * 1024 });
  const found = new Map<string, number>();
  for (const line of stdout.split('\n')) {
    const [, pid, state] = /^\s*(\d+)\s+(\S+)/.exec(line) ?? [];
    const id = SERVICE.exec(line.trimEnd())?.[1];
    if (pid && id && !state?.startsWith('Z')) found.set(id, Number(pid));
  }
  return found;
}
