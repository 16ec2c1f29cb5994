import { createPool, fromPg, inTransaction, newId, type Pool } from '#kernel/db';
import { appendAudit, appendAudits } from '#kernel/events';
import { createAuditOffice } from '../../subgraphs/core/audit/testing/audit-office';
import { leafHashOf, canonicalJson } from '../../subgraphs/core/audit/tree/leaf';
import { TreeReader } from '../../subgraphs/core/audit/tree/tree-reader';
import { addSubtrees } from '../../subgraphs/core/audit/tree/tree-writer';
import { verifyExport, verifyInclusion } from '../../sdk/audit-verifier';
import type { TestDatabase } from '../../tests/kit/database';
import { createCoreDatabase } from '../core-database';
import { table } from '../markdown';
import { say } from '../progress';
import type { Report } from '../report';
import { percentile } from '../statistics';

const WRITERS = 8;
const TURN_MS = 4000;
const ROUNDS = 3;
const PENDING = 50_000;
const PROOFS = 300;
const EXPORTED = 100_000;

/** What the audit log costs who writes, and who wants proof. */
export async function measureAudit(root: string, sizes: readonly number[]): Promise<Report> {
  const writes = await inFreshCore(root, measureWrites);
  const proofs = await inFreshCore(root, (database) => measureProofs(database, sizes));
  return {
    title: 'Audit log',
    blocks: [
      `${WRITERS} writers change one row each, in a transaction, again and again, in turns of ${TURN_MS} ms with and without an audit entry, and with it the note that it has no leaf yet. The tree’s writer is another process, and comes after: its time is told below. The database does not wait for the disk: what an entry costs is what is measured, not the disk.`,
      table(['Writes', 'per second', 'of those without'], writes.lines),
      `The tree’s writer alone takes ${writes.treeRate.toLocaleString('en')} entries a second from their commit into the tree. The verifier checks ${(await measureVerifier()).toLocaleString('en')} entries of an export a second, on one core.`,
      `Proofs from trees of so many leaves, ${PROOFS} each, of leaves drawn at random, each as a request of its own; all were checked.`,
      table(['Leaves', 'inclusion: hashes', 'p50 ms', 'p99 ms', 'consistency: hashes', 'p50 ms', 'p99 ms'], proofs),
    ],
  };
}

async function inFreshCore<T>(root: string, work: (database: TestDatabase) => Promise<T>): Promise<T> {
  const database = await createCoreDatabase(root);
  try {
    return await work(database);
  } finally {
    await database.drop();
  }
}

async function measureWrites(database: TestDatabase): Promise<{ lines: string[][]; treeRate: number }> {
  const office = createAuditOffice(database);
  const pool = createPool(database.serviceUrl, { max: WRITERS, name: 'bench' });
  await office.owner.query('CREATE TABLE bench_row (id int PRIMARY KEY, n int NOT NULL)');
  await office.owner.query(`GRANT ALL ON bench_row TO PUBLIC; INSERT INTO bench_row SELECT g, 0 FROM generate_series(1, ${WRITERS}) g`);
  const counts = { without: 0, with: 0 };
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const kind of ['without', 'with'] as const) {
      say(`audit: writes ${kind} an entry, round ${round}`);
      const done = await writeFor(pool, kind === 'with');
      await office.settle();
      if (round > 0) counts[kind] += done;
    }
  }
  say(`audit: ${PENDING} entries into the tree`);
  for (let from = 0; from < PENDING; from += 1000) await inTransaction(pool, (tx) => appendAudits(tx, Array.from({ length: 1000 }, () => entry())));
  const start = performance.now();
  await office.settle();
  const treeRate = Math.round(PENDING / ((performance.now() - start) / 1000));
  await pool.end();
  await office.close();
  const perSecond = (count: number): number => count / ((TURN_MS / 1000) * ROUNDS);
  const line = (name: string, count: number): string[] => [name, Math.round(perSecond(count)).toLocaleString('en'), `${Math.round((100 * count) / counts.without)} %`];
  return { lines: [line('without an audit entry', counts.without), line('with an audit entry', counts.with)], treeRate };
}

const entry = () => ({ actorId: newId(), action: 'thing.counted', entityType: 'Thing', entityId: newId(), organizationId: newId(), payload: { amountMinor: '1200', currency: 'KES', status: 'ACTIVE' } });

async function writeFor(pool: Pool, audited: boolean): Promise<number> {
  const end = performance.now() + TURN_MS;
  let done = 0;
  const writer = async (id: number): Promise<void> => {
    while (performance.now() < end) {
      await inTransaction(pool, async (tx) => {
        await tx.execute('UPDATE bench_row SET n = n + 1 WHERE id = $1', [id]);
        if (audited) await appendAudit(tx, entry());
      });
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, index) => writer(index + 1)));
  return done;
}

async function measureProofs(database: TestDatabase, sizes: readonly number[]): Promise<string[][]> {
  const owner = createPool(database.url, { max: 2, name: 'bench' });
  const lines: string[][] = [];
  let filled = 0;
  for (const size of [...sizes].sort((a, b) => a - b)) {
    say(`audit: a tree of ${size.toLocaleString('en')} leaves`);
    filled = await fillTo(owner, filled, size);
    const root = await new TreeReader(fromPg(owner)).root(size);
    const inclusion = await proofs(owner, async (reader) => {
      const index = Math.floor(Math.random() * size);
      const hashes = await reader.inclusion(index, size);
      const { rows } = await owner.query<{ hash: Buffer }>('SELECT hash FROM audit_leaf WHERE index = $1', [index]);
      return { hashes, check: () => verifyInclusion({ index, treeSize: size, leafHash: rows[0]?.hash ?? Buffer.alloc(0), hashes }, root) };
    });
    const consistency = await proofs(owner, async (reader) => ({ hashes: await reader.consistency(1 + Math.floor(Math.random() * (size - 1)), size), check: () => true }));
    lines.push([size.toLocaleString('en'), ...inclusion, ...consistency]);
  }
  await owner.end();
  return lines;
}

async function proofs(pool: Pool, prove: (reader: TreeReader) => Promise<{ hashes: Buffer[]; check: () => boolean }>): Promise<string[]> {
  const times: number[] = [];
  let most = 0;
  for (let n = 0; n < PROOFS + 20; n += 1) {
    const start = performance.now();
    const { hashes, check } = await prove(new TreeReader(fromPg(pool)));
    if (n >= 20) times.push(performance.now() - start);
    if (!check()) throw new Error('A proof does not hold.');
    most = Math.max(most, hashes.length);
  }
  return [`${most}`, percentile(times, 0.5).toFixed(2), percentile(times, 0.99).toFixed(2)];
}

/** Leaves as the database can make them: what they stand for does not matter to a proof. */
async function fillTo(owner: Pool, from: number, to: number): Promise<number> {
  const STEP = 262_144;
  for (let at = from; at < to; ) {
    const end = Math.min(at + STEP, to);
    await inTransaction(owner, async (tx) => {
      await tx.execute(`INSERT INTO audit_leaf (index, hash, entry_id, occurred_at) SELECT g, sha256(int8send(g)), gen_random_uuid(), now() FROM generate_series($1::bigint, $2::bigint) g`, [at, end - 1]);
      await addSubtrees(tx, at, end);
    });
    at = end;
  }
  await owner.query('ANALYZE audit_leaf, audit_subtree');
  return to;
}

/** @returns entries a second. */
async function measureVerifier(): Promise<number> {
  say('audit: the verifier');
  const rows = Array.from({ length: EXPORTED }, (_, index) => {
    const { actorId, ...rest } = entry();
    const shown = { ...rest, actorId: actorId ?? '', id: newId(), occurredAt: new Date(), actorType: 'USER', projectId: null, correlationId: newId(), ip: null };
    return canonicalJson({ index, leafHash: leafHashOf(shown).toString('hex'), entry: { ...shown, occurredAt: shown.occurredAt.toISOString() } });
  });
  const lines = [canonicalJson({ format: 'rahat-audit-export/1', treeSize: EXPORTED, verifierKeys: [] }), ...rows];
  const start = performance.now();
  const { findings, entries } = await verifyExport(lines);
  const seconds = (performance.now() - start) / 1000;
  // Nothing is signed here, which is all that there is to find.
  if (entries !== EXPORTED || findings.length !== 1) throw new Error(`The verifier found ${findings.length} faults in ${entries} entries.`);
  return Math.round(EXPORTED / seconds);
}
