import { newId } from '#kernel/db';
import type { Logger } from '#kernel/telemetry';
import type { CodeDelivery } from '../../../../generated/prisma/core/client';
import { transaction, type CoreDatabase, type CoreTransaction } from '../../database';
import type { Secrets } from '../../secrets';
import type { CodeMessage, CodeSenders } from './code-sender';

const EVERY_MS = 2000;
/** A sender may take this long; if we died meanwhile, somebody tries again. */
const CLAIM_SECONDS = 30;
const ATTEMPTS = 5;
const BATCH = 20;

/** Codes on their way: written, sealed, in the transaction that asks for them, and carried afterwards, so that an answer never waits for it. */
export interface CodePost {
  /** Null is a message to nobody, which costs as much as one to somebody. */
  write(tx: CoreTransaction, message: CodeMessage | null, expiresAt: Date): Promise<void>;
  /** Carries what waits, now. */
  wake(): void;
  /** Resolves when nothing is being carried any more. */
  idle(): Promise<void>;
  /** Looks again every two seconds. */
  start(): void;
  close(): Promise<void>;
}

export function createCodePost(deps: { database: CoreDatabase; secrets: Secrets; senders: CodeSenders; logger: Logger }): CodePost {
  const { database, secrets, senders, logger } = deps;
  let running = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  /** Takes what is due and makes it due again later: it is deleted when it has been handed over. */
  function claim(): Promise<CodeDelivery[]> {
    return transaction(database, async ({ sql, models }) => {
      await sql.execute('DELETE FROM code_delivery WHERE expires_at < now() OR attempts >= $1', [ATTEMPTS]);
      const rows = await sql.query<{ id: string }>(
        `UPDATE code_delivery SET attempts = attempts + 1, not_before = now() + make_interval(secs => $1)
         WHERE id IN (SELECT id FROM code_delivery WHERE not_before <= now() ORDER BY not_before LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING id`,
        [CLAIM_SECONDS, BATCH],
      );
      return models.codeDelivery.findMany({ where: { id: { in: rows.map(({ id }) => id) } } });
    });
  }

  async function carry(delivery: CodeDelivery): Promise<void> {
    const message = JSON.parse(secrets.open(delivery.sealed, delivery.id)) as (Omit<CodeMessage, 'expiresAt'> & { to: string | null }) | null;
    try {
      if (message?.to) await senders[message.channel]?.send({ ...message, to: message.to, expiresAt: delivery.expiresAt });
      await database.codeDelivery.deleteMany({ where: { id: delivery.id } });
    } catch (error) {
      // The message of a mail server may repeat the address: only the kind of trouble is logged.
      logger.warn({ delivery: delivery.id, channel: message?.channel, trouble: error instanceof Error ? error.name : 'unknown' }, 'a code could not be handed over, will try again');
    }
  }

  async function round(): Promise<void> {
    for (let claimed = await claim(); claimed.length > 0; claimed = claimed.length === BATCH ? await claim() : []) await Promise.all(claimed.map(carry));
  }

  const wake = (): void => {
    running = running.then(round).catch((error: unknown) => logger.warn({ err: error }, 'could not look for codes to hand over'));
  };

  return {
    write: async ({ models }, message, expiresAt) => {
      const id = newId();
      const { channel, to, code } = message ?? { channel: 'EMAIL', to: null, code: '000000' };
      await models.codeDelivery.create({ data: { id, sealed: secrets.seal(JSON.stringify({ channel, to, code }), id), notBefore: new Date(), expiresAt } });
    },
    wake,
    idle: () => running,
    start: () => {
      timer = setInterval(wake, EVERY_MS);
    },
    close: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
