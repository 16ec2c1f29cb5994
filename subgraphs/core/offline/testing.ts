import { randomUUID } from 'node:crypto';
import { signedContent, type OfflineItem, type SignedBatch } from './signed-batch';

/** An item as a phone makes it. */
export function newItem(seq: number, registration: Record<string, unknown> = {}): OfflineItem {
  const clientId = randomUUID();
  return { clientId, seq, occurredAt: '2026-03-01T08:30:00.000Z', registration: { referenceId: clientId, fullName: `Person ${seq}`, ...registration } };
}

/** A batch as a phone signs it, with its hash. */
export function signBatch(phone: { sign(message: Buffer): string }, deviceId: string, items: OfflineItem[], previousHash: string | null): { batch: SignedBatch; hash: string } {
  const unsigned = { fromSeq: items[0]?.seq ?? 1, toSeq: items.at(-1)?.seq ?? 1, previousHash, items, signature: '' };
  const { bytes, hash } = signedContent(deviceId, unsigned);
  return { batch: { ...unsigned, signature: phone.sign(bytes) }, hash };
}
