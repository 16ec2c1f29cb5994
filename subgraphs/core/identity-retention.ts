import type { Logger } from '#kernel/telemetry';
import type { CoreDatabase } from './database';
import { createUpkeep } from './upkeep';

const EVERY_MS = 60 * 60_000;
const DAY_MS = 24 * 60 * 60_000;
/** An ended session is still shown to whoever investigates; its refresh tokens must be known for as long as one may come back. */
const SESSIONS_MS = 30 * DAY_MS;

/** Deletes what was left behind by signing in: sessions a month after their end, challenges and counted attempts after a day. */
export async function pruneIdentity(database: CoreDatabase, now: Date = new Date()): Promise<void> {
  const [ended, old] = [new Date(now.getTime() - SESSIONS_MS), new Date(now.getTime() - DAY_MS)];
  await database.session.deleteMany({ where: { OR: [{ expiresAt: { lt: ended } }, { revokedAt: { lt: ended } }] } });
  await database.authChallenge.deleteMany({ where: { expiresAt: { lt: old } } });
  await database.codeDelivery.deleteMany({ where: { expiresAt: { lt: old } } });
  await database.signInAttempts.deleteMany({ where: { lastAttemptAt: { lt: old }, blockedUntil: { lt: now } } });
}

/** Prunes at once, then every hour. */
export function createIdentityRetention(database: CoreDatabase, logger: Logger): { close(): Promise<void> } {
  return createUpkeep(() => pruneIdentity(database), { everyMs: EVERY_MS, logger, failure: 'could not prune sessions' });
}
