import { readFileSync } from 'node:fs';
import pg from 'pg';
import { pause } from '../../tests/kit/projects';
import { servicePids } from '../../tests/kit/services';
import type { TestSystem } from '../../tests/kit/system';

/** What each running service holds. */
export interface Footprint {
  /** Resident memory of each service, in MiB: pages that processes share (the code of Node) count in each. */
  rssMiB: number[];
  /** The same with each shared page split among those who share it; empty where the system does not tell. */
  pssMiB: number[];
  /** PostgreSQL connections to the database of each project: the most that were seen at once. */
  connections: number[];
  /** Resident memory of the other processes in MiB, by name. */
  others: Record<string, number>;
}

const LOOKS = 20;
const BETWEEN_LOOKS_MS = 250;

export async function measureFootprint(system: TestSystem, projectIds: readonly string[]): Promise<Footprint> {
  const connections = await mostConnections(system, projectIds);
  const pids = [...servicePids(system).values()];
  const others = Object.entries(await system.pids()).map(([name, pid]) => [name, residentMiB(pid)] as const);
  return {
    rssMiB: pids.map(residentMiB),
    pssMiB: pids.flatMap((pid) => proportionalMiB(pid) ?? []),
    connections,
    others: Object.fromEntries(others.filter(([, size]) => !Number.isNaN(size))),
  };
}

async function mostConnections(system: TestSystem, projectIds: readonly string[]): Promise<number[]> {
  const most = new Map(projectIds.map((id) => [id, 0]));
  const client = new pg.Client({ connectionString: system.databaseUrl });
  await client.connect();
  try {
    for (let look = 0; look < LOOKS; look += 1) {
      const { rows } = await client.query<{ datname: string; count: number }>('SELECT datname, count(*)::int AS count FROM pg_stat_activity WHERE datname IS NOT NULL GROUP BY datname');
      for (const id of projectIds) {
        const now = rows.find(({ datname }) => datname.includes(id.replaceAll('-', '')))?.count ?? 0;
        most.set(id, Math.max(most.get(id) ?? 0, now));
      }
      await pause(BETWEEN_LOOKS_MS);
    }
  } finally {
    await client.end();
  }
  return [...most.values()];
}

function residentMiB(pid: number): number {
  return kibibytes(`/proc/${pid}/status`, /^VmRSS:\s+(\d+) kB$/m) ?? Number.NaN;
}

function proportionalMiB(pid: number): number | null {
  return kibibytes(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+) kB$/m);
}

function kibibytes(file: string, pattern: RegExp): number | null {
  try {
    const found = pattern.exec(readFileSync(file, 'utf8'))?.[1];
    return found === undefined ? null : Number(found) / 1024;
  } catch {
    return null;
  }
}
