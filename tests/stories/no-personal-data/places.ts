import { readFileSync, readdirSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import pg from 'pg';
import type { TestSystem } from '../../kit/system';

/** A place where something may lie that should not, and all of what lies there. */
export interface Place {
  name: string;
  content: string;
}

/** Every table of every database of a system, those of the queues among them: a place for each, its rows as text, bytes in hexadecimal. */
export async function databasePlaces(system: TestSystem): Promise<Place[]> {
  const core = new URL(system.databaseUrl);
  const prefix = core.pathname.slice(1).replace(/core$/, '');
  const found = await query<{ name: string }>(adminUrl(core.pathname.slice(1)), 'SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1)', [prefix]);
  const places = await Promise.all(found.map(({ name }) => tablesOf(name)));
  return places.flat();
}

async function tablesOf(database: string): Promise<Place[]> {
  const url = adminUrl(database);
  const tables = await query<{ name: string }>(url, `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`);
  const places: Place[] = [];
  for (const { name } of tables) {
    const rows = await query<{ row: string }>(url, `SELECT t::text AS row FROM ${name} t`);
    places.push({ name: `table ${name} of ${database.replace(/^t_[0-9a-f]+_/, '')}`, content: rows.map(({ row }) => row).join('\n') });
  }
  return places;
}

function adminUrl(database: string): string {
  const url = new URL(process.env.TEST_DATABASE_ADMIN_URL ?? '');
  url.pathname = `/${database}`;
  return url.href;
}

async function query<Row extends object>(url: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Every file below some folders: logs, states, what is kept of documents, what was left in the folder for temporary files. */
export function filePlaces(folders: readonly string[]): Place[] {
  const files = folders.flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)));
  return files.map((file) => ({ name: `file ${file}`, content: `${file}\n${readFileSync(file).toString('utf8')}` }));
}

/** What every process tells of itself at /metrics. */
export async function metricPlaces(system: TestSystem): Promise<Place[]> {
  const folder = join(system.stateDir, 'instances');
  const services = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(({ name }) => name === 'endpoint.json').map((entry) => String(JSON.parse(readFileSync(join(entry.parentPath, entry.name), 'utf8')).url));
  const processes = [...['gateway', 'core', 'worker'].map((name) => String(system.urls[name])), ...services];
  return Promise.all(processes.map(async (url) => ({ name: `metrics of ${url}`, content: await read(`${url}/metrics`) })));
}

function read(url: string): Promise<string> {
  if (url.startsWith('http:')) return fetch(url).then((response) => response.text());
  return new Promise((resolve, reject) => {
    const asking = request(url, { rejectUnauthorized: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece)).on('end', () => resolve(text)).on('error', reject);
    });
    asking.on('error', reject).end();
  });
}
