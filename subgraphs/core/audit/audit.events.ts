import { z } from 'zod';
import { defineEvent } from '#kernel/events';

const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const size = z.string().regex(/^[1-9]\d{0,15}$/);

/** News of the audit log. Hashes are 32 bytes in hexadecimal after `0x`; `logId` is the SHA-256 of the log's name. */
export const auditEvents = {
  checkpointSigned: defineEvent({
    name: 'audit.checkpoint-signed',
    version: 1,
    payload: z.object({ logId: hash, treeSize: size, rootHash: hash }),
    sentence: 'A checkpoint of the audit log is to go on chain.',
  }),
} as const;

/** What the chain room says of a checkpoint that is on chain for good. */
export const anchoredSchema = z.object({
  logId: hash,
  treeSize: size,
  rootHash: hash,
  chainId: z.string().regex(/^\d{1,20}$/),
  address: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
  transactionHash: hash,
  blockNumber: z.number().int().nonnegative(),
});
