import { PrismaPg } from '@prisma/adapter-pg';
import { fromPrisma, type Pool, type SqlTransaction } from '#kernel/db';
import { Prisma, PrismaClient } from '../../../../generated/prisma/rfv/client';

/** The project's database through Prisma. Only the repository uses it. */
export type RfvDatabase = PrismaClient;

/** A transaction: typed models for the repository, and `sql` for the runtime's tables. */
export interface RfvTransaction {
  models: Prisma.TransactionClient;
  sql: SqlTransaction;
}

export function createDatabase(pool: Pool): RfvDatabase {
  return new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) });
}

/** Runs work in one READ COMMITTED transaction. Under load it waits for one of the few connections rather than fail. */
export async function transaction<T>(database: RfvDatabase, work: (tx: RfvTransaction) => Promise<T>): Promise<T> {
  return database.$transaction((models) => work({ models, sql: fromPrisma(models) }), { maxWait: 10_000, timeout: 20_000 });
}
