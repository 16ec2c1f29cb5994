import { PrismaPg } from '@prisma/adapter-pg';
import { z } from 'zod';
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

/** Runs work in one READ COMMITTED transaction. @param timeoutMs After which it is rolled back. */
export async function transaction<T>(database: CoreDatabase, work: (tx: CoreTransaction) => Promise<T>, timeoutMs = 20_000): Promise<T> {
  return database.$transaction((models) => work({ models, sql: fromPrisma(models) }), { maxWait: 10_000, timeout: timeoutMs });
}

/** Whether an error is a violation of a unique index, by a model or by SQL. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  return error.code === 'P2002' || (error.code === 'P2010' && rawError.safeParse(error.meta).data?.driverAdapterError.cause.kind === 'UniqueConstraintViolation');
}

/** Whether PostgreSQL gave up a transaction because two of them waited for each other: to be tried again. */
export function isDeadlock(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  return error.code === 'P2034' || (error.code === 'P2010' && rawError.safeParse(error.meta).data?.driverAdapterError.cause.kind === 'TransactionWriteConflict');
}

/** Whether PostgreSQL gave up a statement because it took longer than it may. */
export function isStatementTimeout(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2010' && rawError.safeParse(error.meta).data?.driverAdapterError.cause.originalCode === '57014';
}

// How Prisma tells of an error in SQL that is not its own.
const rawError = z.object({ driverAdapterError: z.object({ cause: z.object({ kind: z.string(), originalCode: z.string().optional() }) }) });
