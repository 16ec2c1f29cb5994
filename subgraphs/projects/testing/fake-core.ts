import { wireEventSchema, type AuditEntry, type EventEnvelope, type RelayBatch } from '#kernel/events';
import { callerOf, createInternalServer, listen, only } from '#kernel/http';
import { createLogger, createMetrics } from '#kernel/telemetry';
import type { TlsFiles } from '#kernel/tls';

/** Core's ingest as a service sees it. Keeps what it took, repeats included, and can be made to fail. */
export interface FakeCore {
  url: string;
  /** Every delivery, in order of arrival. */
  batches: Array<RelayBatch & { caller: string | null }>;
  events(): EventEnvelope[];
  audit(): AuditEntry[];
  /** `refuse` answers 503 and takes nothing; `swallow` takes the batch and never answers. */
  mode: 'take' | 'refuse' | 'swallow';
  close(): Promise<void>;
}

export async function startFakeCore(tls: TlsFiles): Promise<FakeCore> {
  const logger = createLogger({ name: 'fake-core', level: 'silent' });
  const server = createInternalServer({ tls, logger, metrics: createMetrics(), readiness: async () => ({ ready: true }) });
  const core: Omit<FakeCore, 'url' | 'close'> = {
    batches: [],
    mode: 'take',
    events: () => core.batches.flatMap((batch) => batch.events),
    audit: () => core.batches.flatMap((batch) => batch.audit),
  };
  server.post('/internal/ingest', { preHandler: only('spiffe://rahat/project/*') }, async (request, reply) => {
    if (core.mode === 'refuse') return reply.code(503).send({});
    const { events, audit } = request.body as { events: unknown[]; audit: AuditEntry[] };
    const batch: RelayBatch = { events: events.map((event) => wireEventSchema.parse(event)), audit };
    core.batches.push({ ...batch, caller: callerOf(request) });
    if (core.mode === 'swallow') return new Promise(() => undefined);
    return { acknowledged: [...batch.events, ...batch.audit].map(({ id }) => id) };
  });
  const url = await listen(server, '127.0.0.1', 0);
  return Object.assign(core, {
    url,
    close: async () => {
      server.server.closeAllConnections();
      await server.close();
    },
  });
}
