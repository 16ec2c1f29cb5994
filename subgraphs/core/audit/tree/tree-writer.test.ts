import { newId } from '#kernel/db';
import { openCheckpoint, verifyConsistency, verifyInclusion } from '../../../../sdk/audit-verifier';
import { inclusionProof, consistencyProof, treeHash } from '../../../../sdk/audit-verifier/testing/rfc9162';
import { createTestDatabase, type TestDatabase } from '../../../../tests/kit/database';
import { createNoteSigner } from '../checkpoints/signed-note';
import { createAuditOffice, ORIGIN, type AuditOffice } from '../testing/audit-office';
import { LEAF_COLUMNS, leafText, type LeafEntry } from './leaf';
import { TreeReader } from './tree-reader';
import { ForkedLogError, takeTurn } from './tree-writer';

let database: TestDatabase;
let office: AuditOffice;

beforeEach(async () => {
  database = await createTestDatabase('core');
  office = createAuditOffice(database);
});
afterEach(async () => {
  await office.close();
  await database.drop();
});

/** What the leaves say, in the order of the tree. */
async function leafTexts(): Promise<Buffer[]> {
  const { rows } = await office.pool.query<LeafEntry>(
    `SELECT ${LEAF_COLUMNS} FROM audit_leaf l JOIN audit_entry e ON e.id = l.entry_id ORDER BY l.index`,
  );
  return rows.map((row) => Buffer.from(leafText(row)));
}

const checkpoints = async () => (await office.pool.query<{ size: number; note: string }>('SELECT tree_size::int AS size, note FROM audit_checkpoint ORDER BY 1')).rows;
const reader = () => new TreeReader({ query: async <T>(sql: string, params: readonly unknown[]) => (await office.pool.query(sql, [...params])).rows as T[] });
const age = (seconds: number) => office.owner.query(`UPDATE audit_checkpoint SET signed_at = now() - interval '1 second' * $1`, [seconds]);

it('gives each entry one place, and signs a root that anybody can compute from the entries alone', async () => {
  await office.append(700);
  await office.settle();
  const texts = await leafTexts();
  expect(texts).toHaveLength(700);
  const [checkpoint] = await checkpoints();
  const opened = await openCheckpoint(checkpoint?.note ?? '', office.deps.signer.verifierKeys);
  expect(opened).toMatchObject({ origin: ORIGIN, size: 700 });
  expect(typeof opened === 'string' ? opened : Buffer.from(opened.root)).toEqual(treeHash(texts));
});

it('proves every entry, and every older checkpoint, in the words of the RFC', async () => {
  await office.append(300);
  await office.settle();
  await age(10);
  await office.append(333);
  await office.settle();
  const texts = await leafTexts();
  expect((await checkpoints()).map(({ size }) => size)).toEqual([300, 633]);
  const read = reader();
  for (const size of [1, 2, 255, 256, 257, 300, 511, 512, 513, 633]) {
    const tree = texts.slice(0, size);
    expect(await read.root(size)).toEqual(treeHash(tree));
    for (const index of [0, 1, 254, 255, 256, 299, 300, 511, 512, 632].filter((one) => one < size)) {
      const hashes = await read.inclusion(index, size);
      expect(hashes).toEqual(inclusionProof(index, tree));
    }
  }
  for (const [older, newer] of [[1, 633], [255, 256], [256, 633], [300, 633], [511, 513], [512, 633], [633, 633]] as const) {
    const hashes = await read.consistency(older, newer);
    expect(hashes).toEqual(consistencyProof(older, texts.slice(0, newer)));
    expect(verifyConsistency({ olderSize: older, newerSize: newer, hashes }, treeHash(texts.slice(0, older)), treeHash(texts.slice(0, newer)))).toBe(true);
  }
  const { rows } = await office.pool.query<{ hash: Buffer }>('SELECT hash FROM audit_leaf WHERE index = 299');
  expect(verifyInclusion({ index: 299, treeSize: 633, leafHash: rows[0]?.hash ?? Buffer.alloc(0), hashes: await read.inclusion(299, 633) }, treeHash(texts))).toBe(true);
});

it('leaves out nobody who commits late, and lets nobody wait who commits', async () => {
  const late = await office.pool.connect();
  await late.query('BEGIN');
  const id = newId();
  await late.query(`INSERT INTO audit_entry (id, actor_type, actor_id, action, entity_type, entity_id, correlation_id, payload) VALUES ($1, 'SYSTEM', 'system', 'thing.late', 'Thing', '1', 'c', '{}')`, [id]);
  await office.append(5);
  await office.settle();
  expect((await office.pool.query('SELECT FROM audit_leaf')).rowCount).toBe(5);
  await late.query('COMMIT');
  late.release();
  await office.settle();
  expect((await office.pool.query('SELECT index::int FROM audit_leaf WHERE entry_id = $1', [id])).rows).toEqual([{ index: 5 }]);
  expect((await office.pool.query('SELECT FROM audit_pending')).rowCount).toBe(0);
});

it('has one writer at a time, however many there are', async () => {
  for (let round = 0; round < 6; round += 1) {
    await office.append(150);
    await Promise.all(Array.from({ length: 4 }, () => takeTurn(office.deps)));
  }
  await office.settle();
  const { rows } = await office.pool.query<{ places: number; entries: number; last: number }>('SELECT count(*)::int AS places, count(DISTINCT entry_id)::int AS entries, max(index)::int AS last FROM audit_leaf');
  expect(rows).toEqual([{ places: 900, entries: 900, last: 899 }]);
});

it('signs no more often than it must: at once when the last one is old, or when a thousand are waiting', async () => {
  await office.append(1);
  await office.settle();
  await office.append(1);
  await office.settle();
  expect((await checkpoints()).map(({ size }) => size)).toEqual([1]);
  await office.append(1023);
  await office.settle();
  expect((await checkpoints()).map(({ size }) => size)).toEqual([1, 1025]);
  await office.append(1);
  await age(10);
  await office.settle();
  expect((await checkpoints()).map(({ size }) => size)).toEqual([1, 1025, 1026]);
  await age(10);
  expect(await takeTurn(office.deps)).toMatchObject({ added: 0, signed: false });
});

it('signs with every key there is, so that an old key says that it knows the new one', async () => {
  const both = createNoteSigner(ORIGIN, [office.keyFile('first'), office.keyFile('second')]);
  await office.append(3);
  await takeTurn({ ...office.deps, signer: both });
  const [checkpoint] = await checkpoints();
  const [oldKey = '', newKey = ''] = both.verifierKeys;
  expect(await openCheckpoint(checkpoint?.note ?? '', [oldKey])).toMatchObject({ size: 3, signedBy: [oldKey] });
  expect(await openCheckpoint(checkpoint?.note ?? '', [newKey])).toMatchObject({ size: 3, signedBy: [newKey] });
  expect(await openCheckpoint(checkpoint?.note ?? '', createNoteSigner(ORIGIN, [office.keyFile('stranger')]).verifierKeys)).toBe('NO_KNOWN_SIGNATURE');
  expect((await office.pool.query('SELECT verifier_key FROM audit_key')).rows.map(({ verifier_key: key }) => key as string).sort()).toEqual([...both.verifierKeys].sort());
});

describe('with a witness', () => {
  beforeEach(async () => {
    await office.append(20);
    await office.settle();
    await age(10);
  });
  const again = () => takeTurn({ ...office.deps, witness: office.freshWitness() });

  it('signs nothing over a log whose past was rewritten, however well', async () => {
    await office.owner.query(`UPDATE audit_leaf SET hash = sha256('x') WHERE index = 3; DELETE FROM audit_checkpoint`);
    await office.append(1);
    await expect(again()).rejects.toThrow(ForkedLogError);
    expect(await checkpoints()).toEqual([]);
  });

  it('signs nothing over an old state of the database that was brought back', async () => {
    await office.owner.query('DELETE FROM audit_leaf WHERE index >= 10; DELETE FROM audit_checkpoint');
    await office.append(1);
    await expect(again()).rejects.toThrow('an old state was brought back');
  });

  it('hands over what it could not hand over before', async () => {
    await office.append(5);
    const broken = { newest: office.freshWitness().newest, keep: () => Promise.reject(new Error('away')) };
    await expect(takeTurn({ ...office.deps, witness: broken })).rejects.toThrow('away');
    expect((await office.freshWitness().newest())?.size).toBe(20);
    await again();
    expect((await office.freshWitness().newest())?.size).toBe(25);
  });
});

it.each([
  ['change an entry', 'serviceUrl', `UPDATE audit_entry SET action = 'x'`],
  ['take away an entry', 'serviceUrl', 'DELETE FROM audit_entry'],
  ['change a partition', 'serviceUrl', `UPDATE audit_entry_other SET action = 'x'`],
  ['write past the tree into a partition', 'serviceUrl', `INSERT INTO audit_entry_other SELECT * FROM audit_entry`],
  ['empty the log', 'serviceUrl', 'TRUNCATE audit_entry'],
  ['take entries out of the queue', 'serviceUrl', 'DELETE FROM audit_pending'],
  ['write a leaf', 'serviceUrl', `INSERT INTO audit_leaf (index, hash, entry_id, occurred_at) VALUES (0, sha256(''), gen_random_uuid(), now())`],
  ['write a checkpoint', 'serviceUrl', `INSERT INTO audit_checkpoint (tree_size, root_hash, note) VALUES (1, sha256(''), '')`],
  ['change a leaf', 'auditWriterUrl', `UPDATE audit_leaf SET hash = sha256('')`],
  ['take away a leaf', 'auditWriterUrl', 'DELETE FROM audit_leaf'],
  ['change a checkpoint', 'auditWriterUrl', `UPDATE audit_checkpoint SET note = ''`],
  ['write an entry', 'auditWriterUrl', `INSERT INTO audit_entry SELECT * FROM audit_entry`],
  ['read anything else', 'auditWriterUrl', 'SELECT * FROM app_user'],
] as const)('neither role may %s that is not its own to (%s)', async (_what, role, sql) => {
  const pool = role === 'serviceUrl' ? office.pool : office.deps.pool;
  await expect(pool.query(sql)).rejects.toMatchObject({ code: '42501' });
});
