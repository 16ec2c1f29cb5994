import { readFileSync, readdirSync } from 'node:fs';
import pg from 'pg';
import type { TestSystem } from './system';

/** Process ids of the services of a system, by instance id. */
export function servicePids(system: TestSystem): Map<string, number> {
  const ours = new Set(readInstances(system));
  const found = new Map<string, number>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const id = /serve --instance ([0-9a-f-]{36})$/.exec(commandLine(pid))?.[1];
    if (id && ours.has(id)) found.set(id, Number(pid));
  }
  return found;
}

/** All processes that run an instance: more than one is a fault. */
export function copiesOf(instanceId: string): number {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandLine(pid).endsWith(`serve --instance ${instanceId}`)).length;
}

/** Names of the databases of projects on the server of a system. */
export async function projectDatabases(system: TestSystem, projectId: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: system.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database WHERE datname LIKE $1', [`%${projectId.replaceAll('-', '')}%`]);
    return rows.map((row) => row.datname);
  } finally {
    await client.end();
  }
}

function readInstances(system: TestSystem): string[] {
  try {
    return readdirSync(`${system.stateDir}/instances`);
  } catch {
    return [];
  }
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0$/, '').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
