import { join } from 'node:path';
import { createPool, fromPg, type Pool } from '#kernel/db';
import { createTestDatabase } from '../../../../../tests/kit/database';
import { learnProject } from '../../../runtime/project/project-state';
import { migrateType, type ProjectFacts } from '../../../runtime';
import { projectFacts } from '../../../testing/stage';
import { createDatabase } from '../database';
import { rfvType } from '../project-type';
import type { RfvSettings } from '../settings';
import { VoucherRepository } from '../voucher.repository';
import { VoucherService } from '../voucher.service';

/** A voucher project on a database of its own, without a process around it. */
export interface VoucherProject {
  facts: ProjectFacts;
  pool: Pool;
  repository: VoucherRepository;
  /** `now` lets a test choose the hour. */
  service(now?: () => Date): VoucherService;
  /** Tells it new facts, as core would. */
  learn(changes: Partial<ProjectFacts>): Promise<void>;
  close(): Promise<void>;
}

export async function createVoucherProject(options: { budgetMinor: bigint; settings?: Partial<RfvSettings> }): Promise<VoucherProject> {
  const database = await createTestDatabase('empty');
  const type = rfvType(join(__dirname, '../../../../../prisma/projects/rfv/migrations'));
  await migrateType(type, { ownerUrl: database.url, serviceRole: new URL(database.serviceUrl).username });
  const settings = { kind: 'FREE', voucherValueMinor: 100, validDays: 30, ...options.settings };
  let facts = projectFacts({ type: 'rfv', budgetMinor: options.budgetMinor.toString(), settings });
  const pool = createPool(database.serviceUrl, { max: 3, name: 'test' });
  const prisma = createDatabase(pool);
  const repository = new VoucherRepository(prisma);
  const learn = async (changes: Partial<ProjectFacts>): Promise<void> => {
    facts = { ...facts, ...changes, revision: facts.revision + 1 };
    await learnProject(fromPg(pool), facts);
  };
  await learn({});
  return {
    facts,
    pool,
    repository,
    learn,
    service: (now) => new VoucherService(repository, facts.id, now),
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
      await database.drop();
    },
  };
}
