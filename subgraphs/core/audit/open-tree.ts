import { join } from 'node:path';
import { createPool } from '#kernel/db';
import type { Closers } from '#kernel/lifecycle';
import type { Logger, Metrics } from '#kernel/telemetry';
import { createDiskStorage, createS3Storage, credentialsIn } from '../documents';
import { createNoteSigner } from './checkpoints/signed-note';
import { createWitness } from './checkpoints/witness';
import { createTreeWriter } from './tree/tree-writer';

/** What the environment says of the audit tree; see env.ts. */
export interface AuditTreeEnv {
  STATE_DIR: string;
  AUDIT_DATABASE_URL: string;
  AUDIT_ORIGIN: string;
  AUDIT_KEY_FILE: readonly string[];
  AUDIT_WITNESS_DIR?: string | undefined;
  AUDIT_WITNESS_S3_ENDPOINT?: string | undefined;
  AUDIT_WITNESS_S3_BUCKET: string;
  AUDIT_WITNESS_S3_REGION: string;
  AUDIT_WITNESS_S3_CREDENTIALS_FILE?: string | undefined;
}

/** Starts the writer of the tree over the audit log, which any worker may be: one of them is at a time. */
export function openAuditTree(env: AuditTreeEnv, { logger, metrics, closers }: { logger: Logger; metrics: Metrics; closers: Closers }): void {
  const pool = createPool(env.AUDIT_DATABASE_URL, { max: 2, name: 'rahat-audit-tree' });
  closers.add('audit pool', () => pool.end());
  const writer = createTreeWriter({ pool, signer: createNoteSigner(env.AUDIT_ORIGIN, env.AUDIT_KEY_FILE), witness: createWitness(storageOf(env), env.AUDIT_ORIGIN), logger });
  closers.add('audit tree', () => writer.close());
  metrics.gauge('rahat_audit_inclusion_lag_seconds', 'Age of the oldest audit entry that is not yet in the tree.', [], async (gauge) => {
    const { rows } = await pool.query<{ age: number | null }>('SELECT extract(epoch FROM now() - min(occurred_at))::float8 AS age FROM audit_pending');
    gauge.set(rows[0]?.age ?? 0);
  });
}

function storageOf(env: AuditTreeEnv) {
  if (!env.AUDIT_WITNESS_S3_ENDPOINT) return createDiskStorage(env.AUDIT_WITNESS_DIR ?? join(env.STATE_DIR, 'audit-witness'));
  const credentials = credentialsIn(env.AUDIT_WITNESS_S3_CREDENTIALS_FILE, 'AUDIT_WITNESS_S3_CREDENTIALS_FILE');
  return createS3Storage({ endpoint: env.AUDIT_WITNESS_S3_ENDPOINT, bucket: env.AUDIT_WITNESS_S3_BUCKET, region: env.AUDIT_WITNESS_S3_REGION, ...credentials });
}
