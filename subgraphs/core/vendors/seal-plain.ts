import { transaction, type CoreDatabase } from '../database';
import type { ProtectedData } from '../protected-data';
import { sealContacts, NO_CONTACTS } from './vendor.contacts';
import { VendorRepository } from './vendor.repository';

const CHUNK = 200;

/**
 * Seals phone numbers of contacts that an older version stored in the open. Core does so before it serves; killed in between, the next start
 * goes on. @returns how many vendors it was.
 */
export async function sealPlainContacts(database: CoreDatabase, protectedData: ProtectedData): Promise<number> {
  const repository = new VendorRepository(database);
  for (let done = 0; ; ) {
    const sealed = await transaction(database, async (tx) => {
      const rows = await tx.sql.query<{ id: string; phone: string }>(`SELECT id, contact_phone AS phone FROM vendor WHERE contact_phone IS NOT NULL LIMIT ${CHUNK} FOR UPDATE SKIP LOCKED`, []);
      for (const { id, phone } of rows) {
        // Contacts that are sealed already are newer.
        if (!(await repository.pii(tx, id))) await repository.keepPii(tx, id, await sealContacts(protectedData, id, { ...NO_CONTACTS, contactPhone: phone }));
        await repository.update(tx, id, { contactPhone: null });
      }
      return rows.length;
    });
    if (sealed === 0) return done;
    done += sealed;
  }
}
