import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureSigningKey } from '#kernel/auth';
import { createPool, inTransaction, newId, type Pool } from '#kernel/db';
import { appendAudits } from '#kernel/events';
import { createLogger } from '#kernel/telemetry';
import type { TestDatabase } from '../../../../tests/kit/database';
import { createDiskStorage } from '../../documents';
import { createNoteSigner } from '../checkpoints/signed-note';
import { createWitness } from '../checkpoints/witness';
import { takeTurn, type TreeWriterDeps } from '../tree/tree-writer';

export const ORIGIN = 'test.example/audit';

/** The audit log of one test database, with the writer of its tree. */
export interface AuditOffice {
  /** As the service. */
  pool: Pool;
  /** As the administrator: whoever attacks has nothing less. */
  owner: Pool;
  deps: TreeWriterDeps;
  folder: string;
  keyFile(name: string): string;
  /** A witness that has forgotten nothing and remembers nothing by itself, as after a restart. */
  freshWitness(): TreeWriterDeps['witness'];
  append(count: number, more?: { organizationId?: string; payload?: Record<string, unknown> }): Promise<void>;
  /** Lets the writer work until nothing is left to do. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export function createAuditOffice(database: TestDatabase): AuditOffice {
  const folder = mkdtempSync(join(tmpdir(), 'rahat-audit-'));
  const keyFile = (name: string): string => {
    ensureSigningKey(join(folder, `${name}.pem`), join(folder, `${name}.pub.pem`));
    return join(folder, `${name}.pem`);
  };
  const pool = createPool(database.serviceUrl, { max: 8, name: 'test' });
  const owner = createPool(database.url, { max: 2, name: 'test' });
  const writers = createPool(database.auditWriterUrl, { max: 4, name: 'test' });
  const freshWitness = () => createWitness(createDiskStorage(join(folder, 'witness')), ORIGIN);
  const deps: TreeWriterDeps = { pool: writers, signer: createNoteSigner(ORIGIN, [keyFile('first')]), witness: freshWitness(), logger: createLogger({ name: 'test', level: 'silent' }) };
  return {
    pool,
    owner,
    deps,
    folder,
    keyFile,
    freshWitness,
    append: (count, { organizationId, payload } = {}) =>
      inTransaction(pool, (tx) =>
        appendAudits(tx, Array.from({ length: count }, (_, n) => ({ actorId: newId(), action: 'thing.counted', entityType: 'Thing', entityId: newId(), organizationId: organizationId ?? newId(), payload: payload ?? { n, text: 'é\u2028"', flags: [true, null] } }))),
      ),
    settle: async () => {
      for (let turn = await takeTurn(deps); turn.added > 0; turn = await takeTurn(deps));
    },
    close: async () => {
      await Promise.all([pool.end(), owner.end(), writers.end()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
