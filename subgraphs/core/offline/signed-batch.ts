import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson, type Json } from './canonical-json';

/** Says what a signature is for: no other text that a device signs begins like this one. */
const TYPE = 'rahat.offline-registrations.v1';
export const MAX_ITEMS = 200;
const MAX_REGISTRATION = 16_384;
/** Of what is signed. Gateways take requests of a megabyte, in which JSON may be escaped. */
export const MAX_BYTES = 524_288;
const MAX_SEQ = 2 ** 31 - 1;
const HASH = /^[0-9a-f]{64}$/;

const seq = z.number().int().min(1, 'must be at least 1').max(MAX_SEQ);

/** Whether JSON has one text, and one that is no longer than what is said of a person ever is. */
const registration = z.record(z.string(), z.unknown()).superRefine((value, context) => {
  try {
    if (canonicalJson(value as Json).length > MAX_REGISTRATION) context.addIssue({ code: 'custom', message: `must be at most ${MAX_REGISTRATION} characters of JSON` });
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof RangeError ? error.message : 'must be JSON' });
  }
});

const item = z.object({
  clientId: z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, 'must be a UUID in lower case'),
  seq,
  occurredAt: z.iso.datetime({ error: 'must be a time in UTC such as 2026-03-01T08:30:00.000Z' }).max(40),
  registration,
});

/** What a device sends. What breaks these rules is a fault of its program: it is refused as a whole, before anything of it is looked at. */
export const batchSchema = z
  .object({
    fromSeq: seq,
    toSeq: seq,
    previousHash: z.string().regex(HASH, 'must be 64 hexadecimal digits').nullish().transform((hash) => hash ?? null),
    items: z.array(item).min(1, 'must not be empty').max(MAX_ITEMS, `must be at most ${MAX_ITEMS}`),
    signature: z.string().max(100),
  })
  .superRefine(({ fromSeq, toSeq, items }, context) => {
    if (toSeq - fromSeq + 1 !== items.length) context.addIssue({ code: 'custom', path: ['toSeq'], message: 'must be the number of the last item' });
    const index = items.findIndex((one, position) => one.seq !== fromSeq + position);
    if (index >= 0) context.addIssue({ code: 'custom', path: ['items', index, 'seq'], message: 'must follow the one before' });
  });

export type SignedBatch = z.output<typeof batchSchema>;
export type OfflineItem = SignedBatch['items'][number];

/** The bytes that the signature is over, and their SHA-256 (hexadecimal), which the next batch names as `previousHash`. */
export function signedContent(deviceId: string, { fromSeq, toSeq, previousHash, items }: SignedBatch): { bytes: Buffer; hash: string } {
  const content = { type: TYPE, deviceId, fromSeq, toSeq, previousHash, items: items.map(toJson) };
  const bytes = Buffer.from(canonicalJson(content), 'utf8');
  return { bytes, hash: createHash('sha256').update(bytes).digest('hex') };
}

/** What stands under a sequence number. Two that differ anywhere differ here. */
export function canonicalItem(one: OfflineItem): string {
  return canonicalJson(toJson(one));
}

/** What a client id stands for: the same content sent again, under whatever number, is the same. */
export function canonicalRegistration({ clientId, registration: said }: OfflineItem): string {
  return canonicalJson({ clientId, registration: said as Json });
}

function toJson({ clientId, seq: number, occurredAt, registration: said }: OfflineItem): Json {
  return { clientId, seq: number, occurredAt, registration: said as Json };
}
