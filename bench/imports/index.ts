import { chmodSync, createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { createPool, migrate, newId, type Pool } from '#kernel/db';
import { createAttributes } from '../../subgraphs/core/attributes';
import { createDatabase, type CoreDatabase } from '../../subgraphs/core/database';
import { enrolPeople } from '../../subgraphs/core/enrollments';
import { ImportRepository, phaseDeps, runPhases, type PhaseDeps } from '../../subgraphs/core/imports';
import { createTestProtectedData } from '../../subgraphs/core/testing/slices';
import { createTestDatabase } from '../../tests/kit/database';
import { table } from '../markdown';
import { say } from '../progress';
import type { Report } from '../report';

const HEADERS = ['referenceId', 'fullName', 'phoneNumber', 'gender', 'birthdate', 'nationalId', 'area', 'village'];
const FIRST = ['Achieng', 'Barbara', 'Núria', 'Otieno', 'Zawadi', 'Farah', 'Mwangi', 'Amina'];
const LAST = ['Odhiambo', 'Wanjiru', 'Kamau', 'Hassan', 'Juma', 'Floyd', 'Said', 'Njoroge', 'Were'];
const MB = 2 ** 20;

/** How long a whole import takes, phase by phase, beside what the database needs at least for the same data. */
export async function measureImports(root: string, sizes: readonly number[]): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'rahat-bench-'));
  chmodSync(folder, 0o755); // the server, which may be another user, reads the file by itself; nobody in it is real
  const measured: Measured[] = [];
  try {
    for (const rows of sizes) measured.push(await measure(root, folder, rows));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const lines = measured.map(({ rows, phases, yardstick, memory, bytes }) => {
    const total = phases.parsing + phases.checking + phases.comparing + phases.registering;
    const cells = [phases.parsing, phases.checking, phases.comparing, phases.registering, total].map((seconds) => seconds.toFixed(1));
    return [rows.toLocaleString('en'), (bytes / MB).toFixed(1), ...cells, Math.round(rows / total).toLocaleString('en'), yardstick.toFixed(1), (total / yardstick).toFixed(1), memory.toFixed(0)];
  });
  return { title: 'Importing registrations', blocks: [EXPLANATION, table(HEAD, lines)] };
}

const HEAD = ['Rows', 'MiB', 'read s', 'check s', 'compare s', 'register s', 'in all s', 'rows/s', 'COPY s', 'times COPY', 'memory MiB'];
const EXPLANATION = `A CSV of people of ${HEADERS.length} columns, one in a hundred with an error, as the worker imports it, on one core beside its database: *read* looks at the whole file once; *check*
normalises each row; *compare* looks for repeated rows and for people who are registered; *register* writes the person, their personal data sealed with a
key of its own, some seven blind indexes, an audit entry and an event. *COPY*: the same file by \`COPY\` into a table of text, and by one \`INSERT … SELECT\` into a table of people with
a unique reference: nothing checked, sealed, indexed or told. *memory*: the most that the process held (RSS).`;

interface Measured {
  rows: number;
  bytes: number;
  phases: { parsing: number; checking: number; comparing: number; registering: number };
  yardstick: number;
  memory: number;
}

async function measure(root: string, folder: string, rows: number): Promise<Measured> {
  const file = join(folder, `${rows}.csv`);
  await write(file, rows);
  const database = await createTestDatabase('empty');
  await migrate(database.url, join(root, 'prisma/core/migrations'));
  const pool = createPool(database.url, { max: 4, name: 'bench' });
  const prisma = createDatabase(pool);
  try {
    const organizationId = (await prisma.organization.create({ data: { id: newId(), slug: 'bench', name: 'Bench' } })).id;
    const copied = await yardstick(pool, file);
    const { phases, memory } = await imported(prisma, organizationId, file, rows);
    return { rows, bytes: statSync(file).size, phases, yardstick: copied, memory };
  } finally {
    await prisma.$disconnect();
    await pool.end();
    await database.drop();
    rmSync(file);
  }
}

async function write(file: string, rows: number): Promise<void> {
  const out = createWriteStream(file);
  out.write(`${HEADERS.join(',')}\n`);
  for (let n = 0; n < rows; n += 1) if (!out.write(`${cellsOf(n).join(',')}\n`)) await once(out, 'drain');
  out.end();
  await once(out, 'close');
}

function cellsOf(n: number): string[] {
  const two = (value: number): string => String(value).padStart(2, '0');
  const name = `${FIRST[n % FIRST.length]} ${LAST[n % LAST.length]} ${(n * 7919).toString(36).replace(/\d/g, (digit) => 'qwertyuiop'[Number(digit)] ?? '')}`;
  const phone = n % 100 === 99 ? '2.54708E+11' : `07${String(n % 90_000_000).padStart(8, '0')}`;
  return [`R-${n}`, name, phone, n % 2 ? 'Female' : 'm', `${two((n % 28) + 1)}/${two((n % 12) + 1)}/${1950 + (n % 60)}`, String(30_000_000 + n), 'ke.kisumu.nyando', 'Ahero'];
}

async function yardstick(pool: Pool, file: string): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query(`CREATE TEMP TABLE staged (${HEADERS.map((name) => `"${name}" text`).join(', ')})`);
    await client.query(`CREATE TABLE bench_person (id uuid PRIMARY KEY, reference text UNIQUE, name text, phone text, gender text, born date, national_id text, area text, village text)`);
    const start = performance.now();
    await client.query(`COPY staged FROM '${file}' WITH (FORMAT csv, HEADER)`);
    await client.query(`INSERT INTO bench_person SELECT gen_random_uuid(), "referenceId", "fullName", "phoneNumber", "gender", to_date("birthdate", 'DD/MM/YYYY'), "nationalId", "area", "village" FROM staged`);
    return (performance.now() - start) / 1000;
  } finally {
    client.release();
  }
}

async function imported(prisma: CoreDatabase, organizationId: string, file: string, rows: number): Promise<Pick<Measured, 'phases' | 'memory'>> {
  const protectedData = createTestProtectedData();
  const content = { size: 0, fingerprint: '', filename: '', mediaType: 'text/csv' };
  const documents: PhaseDeps['documents'] = { read: () => Promise.resolve({ ...content, content: createReadStream(file) as AsyncIterable<Uint8Array> }) };
  const attributes = createAttributes({ database: prisma });
  const repository = new TimedRepository(prisma);
  const deps: PhaseDeps = { ...phaseDeps({ database: prisma, documents, protectedData, attributes, enrol: enrolPeople, principalOf: () => Promise.resolve(null), chunk: 1000 }), repository };
  const settings = { country: 'KE', dateOrder: null, languages: [], sheet: null, areaCode: null, today: '2026-01-01' };
  const document = await prisma.document.create({ data: { id: newId(), organizationId, kind: 'import', filename: 'people.csv', size: 1, sensitivity: 'INTERNAL', createdById: 'bench' } });
  const { id } = await prisma.importBatch.create({
    data: { id: newId(), organizationId, documentId: document.id, contentKey: newId(), dryRun: false, settings, reach: { everywhere: true, areas: [] }, createdById: 'bench' },
  });
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 50);
  say(`imports: ${rows.toLocaleString('en')} rows`);
  await runPhases(deps, id);
  await prisma.importBatch.update({ where: { id }, data: { status: 'COMMITTING', cursor: 0, committedById: 'bench' } });
  await runPhases(deps, id);
  clearInterval(timer);
  const counts = (await repository.counts([id])).get(id);
  if ((counts?.COMMITTED ?? 0) + (counts?.INVALID ?? 0) !== rows) throw new Error(`Not every row was registered or refused: ${JSON.stringify(counts)}.`);
  const seconds = (status: string): number => repository.seconds.get(status) ?? 0;
  const phases = { parsing: seconds('RECEIVED'), checking: seconds('VALIDATING'), comparing: seconds('DEDUPLICATING'), registering: seconds('COMMITTING') };
  return { phases, memory: peak / MB };
}

/** Knows how long a batch stood where: each phase begins with looking at it. */
class TimedRepository extends ImportRepository {
  readonly seconds = new Map<string, number>();
  private phase = { status: '', since: 0 };

  override async find(id: string): ReturnType<ImportRepository['find']> {
    const batch = await super.find(id);
    const now = performance.now();
    this.seconds.set(this.phase.status, (now - this.phase.since) / 1000);
    this.phase = { status: batch?.status ?? '', since: now };
    return batch;
  }
}
