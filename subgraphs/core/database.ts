import { PrismaPg } from '@prisma/adapter-pg';
import { fromPrisma, type Pool, type SqlTransaction } from '#kernel/db';
import { Prisma, PrismaClient } from '../../generated/prisma/core/client';

/** Core's database through Prisma. Only repositories use it. */
export type CoreDatabase = PrismaClient;

/** A transaction: typed models for repositories, and `sql` for the tables that all rooms share (outbox, audit, idempotency). */
export interface CoreTransaction {
  models: Prisma.TransactionClient;
  sql: SqlTransaction;
}

export function createDatabase(pool: Pool): CoreDatabase {
  return new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) });
}

/** Runs work in one READ COMMITTED transaction. */
export async function transaction<T>(database: CoreDatabase, work: (tx: CoreTransaction) => Promise<T>): Promise<T> {
  return database.$transaction((models) => work({ models, sql: fromPrisma(models) }), { maxWait: 10_000, timeout: 20_000 });
}

/** Whether an error is a violation of the unique index over these columns. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
