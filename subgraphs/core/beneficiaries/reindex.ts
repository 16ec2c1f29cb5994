import { setTimeout as sleep } from 'node:timers/promises';
import { transaction, type CoreDatabase, type CoreTransaction } from '../database';
import type { ProtectedData } from '../protected-data';
import { openPersonalData, writeIdentifiers, type Owner } from './personal-data';

const CHUNK = 1000;
const PAUSE_MS = 200;
const WAITING = 'SELECT count(*)::int AS count FROM beneficiary_pii WHERE index_version < $1';

interface Row extends Owner {
  merged: boolean;
  ciphertext: Uint8Array | null;
  wrappedKey: Uint8Array | null;
  keyVersion: number | null;
}

/**
 * Makes everybody found by the newest index key: opens what is sealed and writes the indexes anew. Nobody serves before it is done, since two people are told
 * apart only by indexes of one key. Each chunk is a transaction: killed in between, the next start goes on, and several that start at once share the work.
 * @returns how many people this process did.
 */
export async function reindex(database: CoreDatabase, protectedData: ProtectedData): Promise<number> {
  for (let done = 0; ; ) {
    const count = await transaction(database, (tx) => reindexChunk(tx, protectedData));
    done += count;
    if (count > 0) continue;
    const [waiting] = await database.$queryRawUnsafe<Array<{ count: number }>>(WAITING, protectedData.indexVersion);
    if (!waiting?.count) return done;
    await sleep(PAUSE_MS); // somebody else does the last of them
  }
}

async function reindexChunk(tx: CoreTransaction, protectedData: ProtectedData): Promise<number> {
  // The person is locked, as by whoever changes, merges or erases them: nobody's old values come back.
  const rows = await tx.sql.query<Row>(
    `SELECT b.id, b.organization_id AS "organizationId", b.wallet_address AS "walletAddress", b.status = 'MERGED' AS merged, p.ciphertext, p.wrapped_key AS "wrappedKey", p.key_version AS "keyVersion"
     FROM beneficiary_pii p JOIN beneficiary b ON b.id = p.beneficiary_id WHERE p.index_version < $1 ORDER BY p.index_version, p.beneficiary_id LIMIT ${CHUNK} FOR UPDATE OF b, p SKIP LOCKED`,
    [protectedData.indexVersion],
  );
  if (rows.length === 0) return 0;
  const ids = rows.map(({ id }) => id);
  const owners = new Map(rows.filter(({ merged }) => !merged).map((row) => [row.id, row])); // who is merged is found by the survivor only
  const opened = await openPersonalData(protectedData, [...owners.values()].map((row) => ({ ...row, beneficiaryId: row.id })));
  const people = opened.flatMap(({ beneficiaryId, ...personal }) => {
    const owner = owners.get(beneficiaryId);
    return owner ? [{ owner, personal }] : [];
  });
  await tx.sql.execute('DELETE FROM beneficiary_identifier WHERE beneficiary_id = ANY($1::uuid[])', [ids]);
  await writeIdentifiers(tx, protectedData, people);
  await tx.sql.execute('UPDATE beneficiary_pii SET index_version = $2 WHERE beneficiary_id = ANY($1::uuid[])', [ids, protectedData.indexVersion]);
  return rows.length;
}
