import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pause } from '../kit/projects';
import { useSystem } from '../kit/system';

const system = useSystem();
const folder = mkdtempSync(join(tmpdir(), 'rahat-import-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ROWS = 12_000;
const EARLY_MS = [300, 900, 1500];
const LATE_KILLS = 3;
const PEOPLE = "SELECT count(*) FROM beneficiary WHERE reference_id LIKE 'K-%'";

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** `rahat import`, as somebody at a terminal runs it. */
async function rahatImport(...args: string[]): Promise<Ended> {
  const env = { PATH: process.env.PATH ?? '', RAHAT_TOKEN: await system().token('admin') };
  const child = spawn(process.execPath, ['dist/cli/main.js', 'import', '--url', String(system().urls.gateway), ...args], { env });
  const ended: Ended = { code: null, out: '', err: '' };
  child.stdout.on('data', (text) => (ended.out += String(text)));
  child.stderr.on('data', (text) => (ended.err += String(text)));
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...ended, code })));
}

function file(name: string, prefix: string, rows = ROWS): string {
  const path = join(folder, name);
  const bad = (n: number): string => (n % 100 === 99 ? '2.54708E+11' : `07${String(n).padStart(8, '0')}`);
  writeFileSync(path, ['id,name,phone', ...Array.from({ length: rows }, (_, n) => `${prefix}-${n},${prefix}erson Number${n},${bad(n)}`)].join('\n'));
  return path;
}

async function count(sql: string, ...values: unknown[]): Promise<number> {
  const client = new pg.Client({ connectionString: system().databaseUrl });
  await client.connect();
  try {
    return Number((await client.query<{ count: string }>(sql, values)).rows[0]?.count);
  } finally {
    await client.end();
  }
}

async function killWorker(): Promise<void> {
  await system().kill('worker');
  process.stderr.write(`killed with ${await count('SELECT coalesce(sum(cursor), 0) AS count FROM import_batch')} as the cursor, ${await count(PEOPLE)} people registered\n`);
  await system().restart('worker');
}

test('the worker is killed again and again while a file is imported: everybody is registered once, the bad rows are handed back, and the same file again changes nothing', async () => {
  const path = file('people.csv', 'K');
  const errors = join(folder, 'errors.csv');
  const running = rahatImport(path, '--country', 'KE', '--yes', '--errors', errors);
  for (const moment of EARLY_MS) {
    await pause(moment);
    await killWorker();
  }
  for (let kill = 0, before = await count(PEOPLE); kill < LATE_KILLS; kill += 1, before = await count(PEOPLE)) {
    while ((await count(PEOPLE)) <= before) await pause(20);
    await killWorker();
  }
  const { code, out, err } = await running;
  expect({ code, err }).toEqual({ code: 2, err: '' });
  expect(out).toContain(`${ROWS * 0.99} people are registered.`);
  const registered = await count(PEOPLE);
  expect(registered).toBe(ROWS * 0.99);
  expect(await count("SELECT count(*) FROM outbox_event e JOIN beneficiary b ON b.id::text = e.aggregate_id WHERE e.name = 'beneficiary.registered' AND b.reference_id LIKE 'K-%'")).toBe(registered);
  expect(readFileSync(errors, 'utf8').trim().split('\r\n')).toHaveLength(1 + ROWS / 100);
  const again = await rahatImport(path, '--country', 'KE', '--yes', '--json');
  expect(again.code).toBe(2);
  expect(JSON.parse(again.out)).toMatchObject({ status: 'PARTIALLY_COMMITTED', counts: { committed: registered } });
  expect(await count(PEOPLE)).toBe(registered);
}, 300_000);

test('a dry run registers nobody, and an import that nobody confirms waits', async () => {
  const path = file('dry.csv', 'D', 50);
  const dry = await rahatImport(path, '--country', 'KE', '--dry-run', '--json');
  expect([dry.code, JSON.parse(dry.out)]).toMatchObject([0, { status: 'IN_REVIEW', counts: { valid: 50 } }]);
  const waiting = await rahatImport(path, '--country', 'KE', '--json');
  expect([waiting.code, JSON.parse(waiting.out)]).toMatchObject([3, { status: 'IN_REVIEW', counts: { valid: 50 } }]);
  expect(await count("SELECT count(*) FROM beneficiary WHERE reference_id LIKE 'D-%'")).toBe(0);
}, 120_000);

test('a file that is no table is refused with what to do', async () => {
  const path = join(folder, 'twice.csv');
  writeFileSync(path, 'name,name\nA,B\n');
  const { code, out } = await rahatImport(path, '--country', 'KE', '--yes');
  expect([code, out]).toEqual([1, expect.stringContaining('Two columns have the same name. Rename one of them.')]);
}, 120_000);
