import { readFileSync, readdirSync } from 'node:fs';

/** Tells since a moment how many cores others kept busy: whatever on this machine was not started by this run. */
export interface LoadWatch {
  /** Null where the system does not tell. */
  othersCores(): number | null;
}

/** Figures of a machine that others use too are worth less; so each part says how much that was. */
export function watchOthers(): LoadWatch {
  const began = look();
  return {
    othersCores: () => {
      const now = look();
      if (!began || !now) return null;
      return Math.max(0, (now.busyMs - began.busyMs - (now.oursMs - began.oursMs)) / (now.at - began.at));
    },
  };
}

/** `0.31 of 4 cores` and the like, as a sentence about one part of a run. */
export function sentenceOf(cores: number | null): string {
  if (cores === null) return 'How busy others kept this machine meanwhile is not known.';
  return `Others on this machine kept ${cores.toFixed(2)} cores busy meanwhile${cores > 0.5 ? ': figures of a quiet machine would be better' : ''}.`;
}

interface Look {
  at: number;
  busyMs: number;
  oursMs: number;
}

const MS_PER_TICK = 10; // Linux tells programs hundredths of a second, always

function look(): Look | null {
  try {
    return { at: performance.now(), busyMs: busyMs(), oursMs: oursMs() };
  } catch {
    return null;
  }
}

// user, nice, system, (idle, iowait,) irq, softirq, steal: what a neighbour on the same host takes counts as others, too.
const BUSY = [0, 1, 2, 5, 6, 7];

function busyMs(): number {
  const [total = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const ticks = total.trim().split(/\s+/).slice(1).map(Number);
  return BUSY.reduce((sum, column) => sum + (ticks[column] ?? 0), 0) * MS_PER_TICK;
}

interface Process {
  parent: number;
  /** Its own time and that of its children that have ended. */
  timeMs: number;
}

/** All that this run has started lies below our parent, which started PostgreSQL too. */
function oursMs(): number {
  const processes = new Map(readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => processOf(pid) ?? []));
  const isOurs = (pid: number): boolean => pid === process.ppid || (processes.has(pid) && isOurs(processes.get(pid)?.parent ?? 0));
  return [...processes].reduce((sum, [pid, { timeMs }]) => (isOurs(pid) ? sum + timeMs : sum), 0);
}

function processOf(pid: string): [[number, Process]] | null {
  try {
    // The name in parentheses may hold anything; numbers begin after it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return [[Number(pid), { parent: Number(fields[1]), timeMs: ticks * MS_PER_TICK }]];
  } catch {
    return null; // it ended while we looked
  }
}
