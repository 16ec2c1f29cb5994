import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { graphql } from 'graphql';
import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import { createInternalServer, listen } from '#kernel/http';
import { openLogExports, type LogExports } from '#kernel/logs';
import { createLogger, createMetrics, type Logger } from '#kernel/telemetry';
import { ensureAuthority, identity, issueCertificate } from '#kernel/tls';
import { buildCoreSubgraph } from '../app';
import { createDatabase, type CoreDatabase } from '../database';
import type { SentryForwarder } from '../exceptions';
import { createLogReceiver, type LogReceiver } from '../logs';
import { createTestSlices } from './slices';

/** A process of the system that logs, by its certificate. */
export interface Writer {
  logger: Logger;
  exports: LogExports;
  /** Sends what was written so far. */
  sent(): Promise<void>;
}

/** Core's receiver of logs on a real port, and its subgraph. */
export interface LogOffice {
  pool: Pool;
  prisma: CoreDatabase;
  receiver: LogReceiver;
  organizationId: string;
  project(organizationId?: string): Promise<string>;
  organization(): Promise<string>;
  /** Opens the logs of a process that holds a certificate of this identity. */
  writer(id: string, release?: string): Promise<Writer>;
  /** Runs one field; `code` when it was refused. */
  ask<T>(principal: Principal, source: string, variables?: Record<string, unknown>): Promise<{ answer: T; code?: unknown; message?: string | undefined }>;
  operator(permissions?: string[], more?: Partial<Principal>): Principal;
  close(): Promise<void>;
}

export async function createLogOffice(databaseUrl: string, sentry: SentryForwarder | null = null): Promise<LogOffice> {
  const pool = createPool(databaseUrl, { max: 10, name: 'test' });
  const prisma = createDatabase(pool);
  const folder = mkdtempSync(join(tmpdir(), 'logs-'));
  const authority = { certFile: join(folder, 'ca.crt'), keyFile: join(folder, 'ca.key') };
  await ensureAuthority(authority);
  const certificate = async (id: string) => {
    const name = newId();
    const files = { certFile: join(folder, `${name}.crt`), keyFile: join(folder, `${name}.key`) };
    await issueCertificate(authority, id, files);
    return { caFile: authority.certFile, ...files };
  };
  const receiver = createLogReceiver({ database: prisma, sentry });
  const server = createInternalServer({ tls: await certificate(identity.core), logger: createLogger({ name: 'test', level: 'silent' }), metrics: createMetrics(), readiness: async () => ({ ready: true }) });
  receiver.mount(server);
  const url = await listen(server, '127.0.0.1', 0);
  const subgraph = await buildCoreSubgraph(createTestSlices(prisma).all);
  const organization = async (): Promise<string> => {
    const id = newId();
    return (await prisma.organization.create({ data: { id, slug: id, name: id } })).id;
  };
  const organizationId = await organization();
  const opened: LogExports[] = [];
  return {
    ...{ pool, prisma, receiver, organizationId, organization },
    project: async (of = organizationId) => {
      const id = newId();
      const days = { startsOn: new Date('2026-01-01'), endsOn: new Date('2026-12-31') };
      await prisma.project.create({ data: { id, organizationId: of, slug: id, name: id, typeCode: 'tally', status: 'ACTIVE', currency: 'KES', budgetMinor: 1n, ...days, settings: {}, createdById: 'x' } });
      return id;
    },
    writer: async (id, release = '1.0.0') => {
      const { caFile, certFile, keyFile } = await certificate(id);
      const open = (): LogExports => {
        const exports = openLogExports({ LOG_STORE: true, CORE_URL: url, TLS_CA_FILE: caFile, TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile }, { service: 'says-anything', instance: 'host-1', release });
        opened.push(exports);
        return exports;
      };
      let exports = open();
      const logger = createLogger({ name: 'test', level: 'trace', sinks: [{ offer: (line) => exports.sinks.forEach((sink) => sink.offer(line)) }] });
      const sent = async (): Promise<void> => {
        const before = exports;
        exports = open();
        await before.close();
      };
      return { logger, exports, sent };
    },
    ask: async <T>(principal: Principal, source: string, variables: Record<string, unknown> = {}) => {
      const { data, errors } = await graphql({ schema: subgraph.schema, source, variableValues: { key: newId(), ...variables }, contextValue: { principal } });
      const code = (errors?.[0]?.originalError as { code?: unknown } | undefined)?.code ?? errors?.[0]?.message;
      return { answer: data?.answer as T, ...(errors ? { code, message: errors[0]?.message } : {}) };
    },
    operator: (permissions = ['log:read', 'log:read-system', 'exception:read', 'exception:manage'], more = {}) => ({ subject: newId(), organizationId, roles: [], permissions, projectPermissions: {}, ...more }),
    close: async () => {
      await Promise.all(opened.map((exports) => exports.close()));
      await server.close();
      await prisma.$disconnect();
      await pool.end();
    },
  };
}
