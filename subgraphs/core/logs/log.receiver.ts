import type { FastifyInstance } from 'fastify';
import { fromPrisma } from '#kernel/db';
import { AppError, parseInput } from '#kernel/errors';
import { callerOf, only } from '#kernel/http';
import type { Closers } from '#kernel/lifecycle';
import { RECEIVER, SEVERITIES, exportLogsSchema, type ExportLogs } from '#kernel/logs';
import { createLogger } from '#kernel/telemetry';
import { identity, projectOf } from '#kernel/tls';
import { transaction, type CoreDatabase } from '../database';
import { createSentryForwarder, fileExceptions, type Exception, type Filed, type SentryForwarder } from '../exceptions';
import { createQuota } from './log.quota';
import { ensurePartitions, insertLines, linesOf, withScopes, type IncomingLine } from './log.intake';

const DAY_MS = 24 * 3600_000;
/** What one instance of a project service may have stored: its code is not ours, and the disk is everybody's. */
const OF_A_SERVICE = { perSecond: 200, burst: 10_000 };
const LARGEST_BODY = 16 * 1024 * 1024;

/** Takes over the logs of all processes. */
export interface LogReceiver {
  /** `POST /internal/otlp/v1/logs`, for every identity of ours. */
  mount(server: FastifyInstance): void;
  /** The logs of the process itself. */
  takeOwn(request: ExportLogs): Promise<void>;
}

/** The receiver of a process, which forwards to Sentry where the environment names one. */
export function openLogReceiver(env: { SENTRY_DSN?: string | undefined; SENTRY_ENVIRONMENT: string }, { database, closers }: { database: CoreDatabase; closers: Closers }): LogReceiver {
  const sentry = env.SENTRY_DSN ? createSentryForwarder({ dsn: env.SENTRY_DSN, environment: env.SENTRY_ENVIRONMENT }) : null;
  closers.add('sentry', () => sentry?.close());
  return createLogReceiver({ database, sentry });
}

export function createLogReceiver({ database, sentry }: { database: CoreDatabase; sentry: SentryForwarder | null }): LogReceiver {
  let madeDays: ReadonlySet<string> = new Set();
  const quota = createQuota(OF_A_SERVICE);
  // To standard output alone: what it would send on could not be stored either.
  const logger = createLogger({ name: 'log-receiver', level: 'warn' });

  async function preparePartitions(lines: readonly IncomingLine[]): Promise<void> {
    const days = new Set([...lines.map(({ at }) => at.getTime()), Date.now() + DAY_MS].map((time) => new Date(time).toISOString().slice(0, 10)));
    const missing = [...days].filter((day) => !madeDays.has(day));
    if (missing.length === 0) return;
    await ensurePartitions(fromPrisma(database), missing);
    madeDays = new Set([...madeDays, ...missing].sort().slice(-7));
  }

  async function store(incoming: readonly IncomingLine[]): Promise<Array<readonly [Exception, Filed]>> {
    await preparePartitions(incoming);
    return transaction(database, async ({ sql }) => {
      const lines = await withScopes(sql, incoming);
      const unexpected = lines.flatMap((line, index) => (line.exception && line.severity >= SEVERITIES.WARN ? [{ index, exception: { ...line, ...line.exception } }] : []));
      const filed = await fileExceptions(sql, unexpected.map(({ exception }) => exception));
      const groupOf = new Map(unexpected.map(({ index }, nth) => [index, filed[nth]?.groupId ?? null]));
      await insertLines(sql, lines.map((line, index) => ({ ...line, exceptionId: groupOf.get(index) ?? null })));
      return unexpected.flatMap(({ exception }, nth) => (filed[nth] ? [[exception, filed[nth]] as const] : []));
    });
  }

  async function take(caller: string, body: unknown): Promise<void> {
    const lines = linesOf(parseInput(exportLogsSchema, body, 'body'), caller);
    if (lines.length === 0) return;
    if (projectOf(caller) !== null && !quota.take(caller, lines.length)) throw new AppError('RATE_LIMITED', 'This instance has logged too much in too short a time.');
    try {
      const filed = await store(lines);
      const latest = new Map(filed.map(([exception, group]) => [group.fingerprint, [exception, group] as const]));
      for (const [exception, { fingerprint, ignored }] of latest.values()) if (!ignored) sentry?.forward(exception, fingerprint);
    } catch (error) {
      madeDays = new Set();
      logger.warn({ err: error, lines: lines.length }, 'lines of the log could not be stored, and will be sent again');
      throw new AppError('NOT_READY', 'The logs cannot be stored now.');
    }
  }

  return {
    mount: (server) => {
      const everybody = only(identity.gateway, identity.core, identity.worker, identity.chain, identity.cli, 'spiffe://rahat/project/*');
      server.post(RECEIVER, { preHandler: everybody, bodyLimit: LARGEST_BODY }, async (request) => {
        await take(callerOf(request) ?? '', request.body);
        return { partialSuccess: {} };
      });
    },
    takeOwn: (request) => take(identity.core, request),
  };
}
