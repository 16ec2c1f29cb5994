import { readFileSync } from 'node:fs';

// What Linux counts in /proc/<pid>/stat: always hundredths of a second as far as programs see.
const MS_PER_TICK = 10;

/** Processor time that each process has used so far, in ms by name. Those that cannot be read are left out. */
export function processorTimes(pids: Readonly<Record<string, number>>): Record<string, number> {
  const times = Object.entries(pids).flatMap(([name, pid]) => {
    const time = processorTime(pid);
    return time === null ? [] : [[name, time] as const];
  });
  return Object.fromEntries(times);
}

/** How much each process used between two looks, for one of so many answers. */
export function perAnswer(before: Record<string, number>, after: Record<string, number>, answers: number): Record<string, number> {
  return Object.fromEntries(Object.entries(after).map(([name, time]) => [name, (time - (before[name] ?? time)) / answers]));
}

function processorTime(pid: number): number | null {
  try {
    // The name in parentheses may hold anything; numbers begin after it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
  } catch {
    return null;
  }
}
