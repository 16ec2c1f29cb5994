import { transaction, type CoreDatabase } from '../database';
import type { ProtectedData } from '../protected-data';
import { writePersonalData } from './personal-data';

const CHUNK = 1000;

interface PlainRow {
  id: string;
  organizationId: string;
  walletAddress: string | null;
  fullName: string;
  phone: string | null;
}

/**
 * Seals what an older version stored in the open. Core does so before it serves; killed in between, the next start goes on, and several that start at
 * once share the work. @returns how many people it was.
 */
export async function sealPlain(database: CoreDatabase, protectedData: ProtectedData): Promise<number> {
  for (let done = 0; ; ) {
    const sealed = await transaction(database, async (tx) => {
      const rows = await tx.sql.query<PlainRow>(
        `SELECT b.id, b.organization_id AS "organizationId", b.wallet_address AS "walletAddress", p.full_name AS "fullName", p.phone
         FROM beneficiary_pii p JOIN beneficiary b ON b.id = p.beneficiary_id
         WHERE p.key_version IS NULL AND p.full_name IS NOT NULL LIMIT ${CHUNK} FOR UPDATE OF p SKIP LOCKED`,
        [],
      );
      if (rows.length > 0) await writePersonalData(tx, protectedData, rows.map(toPerson));
      return rows.length;
    });
    if (sealed === 0) return done;
    done += sealed;
  }
}

function toPerson({ fullName, phone, ...owner }: PlainRow) {
  return { owner, personal: { fullName, phones: phone === null ? [] : [phone], email: null, address: null, governmentIds: [], bankAccount: null, attributes: {} } };
}
