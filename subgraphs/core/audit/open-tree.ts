import { join } from 'node:path';
import { createPool, type Pool } from '#kernel/db';
import type { EventEnvelope } from '#kernel/events';
import type { Closers } from '#kernel/lifecycle';
import type { Logger, Metrics } from '#kernel/telemetry';
import { createDiskStorage, createS3Storage, credentialsIn } from '../documents';
import { createUpkeep } from '../upkeep';
import { recordAnchor, requestAnchor } from './anchors';
import { checkStore } from './check-store';
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
  AUDIT_ANCHOR_MINUTES: number;
}

/** What a worker does for the audit log. */
export interface AuditTree {
  /** Writes down that a checkpoint is on chain. */
  recordAnchor(event: EventEnvelope): Promise<void>;
}

const HOUR_MS = 3_600_000;
/** Partitions are there so many months before they are needed. */
const MONTHS_AHEAD = 3;

/**
 * Keeps the audit log: the writer of its tree, which any worker may be and one is at a time; its partitions; checkpoints on chain, and a check of all that
 * is stored once a day.
 * @param deps.pool Core's database, as the service.
 */
export function openAuditTree(env: AuditTreeEnv, deps: { pool: Pool; logger: Logger; metrics: Metrics; closers: Closers }): AuditTree {
  const { logger, metrics, closers } = deps;
  const writers = createPool(env.AUDIT_DATABASE_URL, { max: 2, name: 'rahat-audit-tree' });
  closers.add('audit pool', () => writers.end());
  const witness = createWitness(storageOf(env), env.AUDIT_ORIGIN);
  const writer = createTreeWriter({ pool: writers, signer: createNoteSigner(env.AUDIT_ORIGIN, env.AUDIT_KEY_FILE), witness, logger });
  closers.add('audit tree', () => writer.close());
  const upkeep = (name: string, everyMs: number, work: () => Promise<unknown>): void => {
    const { close } = createUpkeep(work, { everyMs, logger, failure: `could not look after ${name}` });
    closers.add(name, close);
  };
  upkeep('audit partitions', 24 * HOUR_MS, () => deps.pool.query('SELECT make_audit_partitions($1)', [MONTHS_AHEAD]));
  upkeep('audit anchors', 10_000, () => requestAnchor(deps.pool, env.AUDIT_ORIGIN, env.AUDIT_ANCHOR_MINUTES));
  const found = metrics.gauge('rahat_audit_check_findings', 'What the last check of the stored audit log found changed: anything but 0 is an alarm.');
  upkeep('the check of the audit log', 24 * HOUR_MS, async () => {
    const { leaves, findings } = await checkStore(deps.pool, witness, env.AUDIT_ORIGIN);
    found.set(findings.length);
    if (findings.length > 0) logger.error({ leaves, findings: findings.slice(0, 20) }, 'the audit log was changed');
    else logger.info({ leaves }, 'the audit log is as it was written');
  });
  metrics.gauge('rahat_audit_inclusion_lag_seconds', 'Age of the oldest audit entry that is not yet in the tree.', [], async (gauge) => {
    const { rows } = await deps.pool.query<{ age: number | null }>('SELECT extract(epoch FROM now() - min(occurred_at))::float8 AS age FROM audit_pending');
    gauge.set(rows[0]?.age ?? 0);
  });
  return { recordAnchor: (event) => recordAnchor(writers, env.AUDIT_ORIGIN, logger, event) };
}

function storageOf(env: AuditTreeEnv) {
  if (!env.AUDIT_WITNESS_S3_ENDPOINT) return createDiskStorage(env.AUDIT_WITNESS_DIR ?? join(env.STATE_DIR, 'audit-witness'));
  const credentials = credentialsIn(env.AUDIT_WITNESS_S3_CREDENTIALS_FILE, 'AUDIT_WITNESS_S3_CREDENTIALS_FILE');
  return createS3Storage({ endpoint: env.AUDIT_WITNESS_S3_ENDPOINT, bucket: env.AUDIT_WITNESS_S3_BUCKET, region: env.AUDIT_WITNESS_S3_REGION, ...credentials });
}
