import { randomBytes } from 'node:crypto';

let last = 0;
let counter = 0;

/**
 * A UUID version 7 (RFC 9562 §5.7): sortable by time, so that indexes grow at their end. Those that one process makes within a
 * millisecond keep their order too (§6.2, a fixed-length counter in the twelve bits after the version).
 */
export function newId(): string {
  const now = Math.max(Date.now(), last);
  counter = now === last ? counter + 1 : 0;
  last = counter > 0xfff ? now + 1 : now; // more than 4096 within a millisecond borrow from the next
  counter &= 0xfff;
  const bytes = randomBytes(16);
  bytes.writeUIntBE(last, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text can be an id of ours. Ask before putting a client's text into a query: PostgreSQL refuses others with an error. */
export function isId(text: string): boolean {
  return UUID.test(text);
}
