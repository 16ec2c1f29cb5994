import type { CoreTransaction } from '../database';

/** The kinds of the documents that lie stored and are linked to a vendor, within somebody's transaction: what an approval looks at. */
export async function kindsOfVendor(tx: CoreTransaction, vendorId: string): Promise<ReadonlySet<string>> {
  const rows = await tx.models.document.findMany({ where: { status: 'STORED', links: { some: { targetType: 'VENDOR', targetId: vendorId } } }, select: { kind: true }, distinct: ['kind'] });
  return new Set(rows.map(({ kind }) => kind));
}
