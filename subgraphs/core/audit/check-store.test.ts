import fc from 'fast-check';
import { createTestDatabase, type TestDatabase } from '../../../tests/kit/database';
import { checkStore } from './check-store';
import { createAuditOffice, ORIGIN, type AuditOffice } from './testing/audit-office';

/** So many changes are tried; each is one byte of one column of one row, or one row. */
const CHANGES = process.env.PROPERTY_ROUNDS ? 10_000 : 300;
const SEED = Number(process.env.RAHAT_SEED ?? 20_261_123);
const LEAVES = 700;

let database: TestDatabase;
let office: AuditOffice;

beforeAll(async () => {
  database = await createTestDatabase('core');
  office = createAuditOffice(database);
  for (let n = 0; n < 7; n += 1) {
    await office.append(LEAVES / 7);
    await office.settle();
    await office.owner.query(`UPDATE audit_checkpoint SET signed_at = now() - interval '10 seconds'`);
  }
});
afterAll(async () => {
  await office.close();
  await database.drop();
});

const check = () => checkStore(office.owner, office.freshWitness(), ORIGIN);

it('finds nothing in a log that nobody has touched', async () => {
  expect(await check()).toEqual({ leaves: LEAVES, findings: [] });
});

type Change = { sql: string; says: RegExp };

const row = fc.nat(LEAVES - 1);
const TEXTS = ['actor_type', 'actor_id', 'action', 'entity_type', 'entity_id', 'correlation_id'] as const;
const entryAt = (n: number): string => `(SELECT entry_id FROM audit_leaf WHERE index = ${n})`;
const entry = (set: string) => (n: number): Change => ({ sql: `UPDATE audit_entry SET ${set} WHERE id = ${entryAt(n)}`, says: new RegExp(`ENTRY ${n}\\b`) });
// One byte: another letter in the place of the one at `at`.
const flip = (column: string, at: number) => `overlay(${column} placing CASE WHEN substr(${column}, 1 + ${at} % length(${column}), 1) = 'q' THEN 'z' ELSE 'q' END from 1 + ${at} % length(${column}) for 1)`;
const flipBytes = (column: string, at: number) => `set_byte(${column}, ${at} % length(${column}), get_byte(${column}, ${at} % length(${column})) # (1 + ${at} % 255))`;

const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(row, fc.nat(100), fc.constantFrom(...TEXTS)).map(([n, at, column]) => entry(`${column} = ${flip(column, at)}`)(n)),
  row.map(entry(`occurred_at = occurred_at - interval '1 millisecond'`)),
  row.map(entry(`payload = payload || '{"n": -1}'`)),
  row.map(entry(`payload = payload - 'flags'`)),
  row.map(entry('organization_id = gen_random_uuid()')),
  row.map(entry('project_id = gen_random_uuid()')),
  row.map(entry(`ip = '192.0.2.1'`)),
  row.map(entry('id = gen_random_uuid()')),
  row.map((n) => ({ sql: `DELETE FROM audit_entry WHERE id = ${entryAt(n)}`, says: new RegExp(`ENTRY ${n}\\b`) })),
  row.map((n) => ({ sql: `INSERT INTO audit_entry (id, occurred_at, actor_type, actor_id, action, entity_type, entity_id, correlation_id, payload) SELECT gen_random_uuid(), occurred_at, actor_type, actor_id, action, entity_type, entity_id, correlation_id, payload FROM audit_entry WHERE id = ${entryAt(n)}; DELETE FROM audit_pending`, says: /UNLISTED/ })),
  fc.tuple(row, fc.nat(255)).map(([n, at]) => ({ sql: `UPDATE audit_leaf SET hash = ${flipBytes('hash', at)} WHERE index = ${n}`, says: new RegExp(`ENTRY ${n}\\b`) })),
  row.map((n) => ({ sql: `DELETE FROM audit_leaf WHERE index = ${n}`, says: n === LEAVES - 1 ? /UNLISTED|CHECKPOINT/ : new RegExp(`LEAF ${n}\\b`) })),
  fc.tuple(row, row).filter(([a, b]) => a !== b).map(([a, b]) => ({ sql: `ALTER TABLE audit_leaf DROP CONSTRAINT audit_leaf_pkey; UPDATE audit_leaf SET index = ${a} + ${b} - index WHERE index IN (${a}, ${b})`, says: /CHECKPOINT|SUBTREE|WITNESS/ })),
  fc.tuple(fc.nat(1), fc.nat(255)).map(([n, at]) => ({ sql: `UPDATE audit_subtree SET root = ${flipBytes('root', at)} WHERE index = ${n}`, says: new RegExp(`SUBTREE ${n}\\b`) })),
  fc.nat(1).map((n) => ({ sql: `DELETE FROM audit_subtree WHERE index = ${n}`, says: new RegExp(`SUBTREE ${n}\\b`) })),
  fc.constant({ sql: `INSERT INTO audit_subtree (level, index, root) VALUES (0, 2, sha256(''))`, says: /SUBTREE 2/ }),
  fc.tuple(fc.integer({ min: 1, max: 7 }), fc.nat(255)).map(([n, at]) => ({ sql: `UPDATE audit_checkpoint SET root_hash = ${flipBytes('root_hash', at)} WHERE tree_size = ${n * 100}`, says: new RegExp(`CHECKPOINT ${n * 100}\\b`) })),
  fc.tuple(fc.integer({ min: 1, max: 7 }), fc.nat(60)).map(([n, at]) => ({ sql: `UPDATE audit_checkpoint SET note = ${flip('note', at)} WHERE tree_size = ${n * 100}`, says: new RegExp(`CHECKPOINT ${n * 100}\\b`) })),
  fc.integer({ min: 1, max: 7 }).map((n) => ({ sql: `UPDATE audit_checkpoint SET tree_size = tree_size + 1 WHERE tree_size = ${n * 100}`, says: new RegExp(`CHECKPOINT ${n * 100 + 1}\\b`) })),
  fc.constant({ sql: 'DELETE FROM audit_leaf WHERE index >= 650; DELETE FROM audit_checkpoint WHERE tree_size > 650; DELETE FROM audit_entry e WHERE NOT EXISTS (SELECT FROM audit_leaf l WHERE l.entry_id = e.id)', says: /WITNESS 700/ }),
);

it(`finds and names each of ${CHANGES} single changes, made with the rights of an administrator (seed ${SEED})`, async () => {
  const client = await office.owner.connect();
  await fc.assert(
    fc.asyncProperty(changes, async ({ sql, says }) => {
      await client.query('BEGIN');
      try {
        await client.query(sql);
        const { findings } = await checkStore({ connect: async () => savepoints(client) } as never, office.freshWitness(), ORIGIN);
        expect(findings.map(({ kind, index }) => `${kind} ${index}`).join('\n')).toMatch(says);
      } finally {
        await client.query('ROLLBACK');
      }
    }),
    { numRuns: CHANGES, seed: SEED, endOnFailure: true },
  );
  client.release();
}, CHANGES * 200);

/** The transaction of the change, as a connection that the check may begin and end something on. */
function savepoints(client: { query(sql: string, params?: unknown[]): Promise<unknown> }) {
  const own = (sql: string): boolean => /^(BEGIN|ROLLBACK)/.test(sql);
  return { query: async (sql: string, params?: unknown[]) => (own(sql) ? { rows: [] } : client.query(sql, params)), release: () => undefined };
}
