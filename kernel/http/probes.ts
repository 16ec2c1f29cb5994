import type { FastifyInstance } from 'fastify';
import { METRICS_CONTENT_TYPE, type Metrics } from '#kernel/telemetry';

/** Whether the process can do its work now; `detail` is shown to operators and holds no secret. */
export interface Readiness {
  ready: boolean;
  detail?: Record<string, unknown>;
}

/** Ready when everything that the process needs answers; `detail.away` names what does not. */
export async function readyWith(needs: Readonly<Record<string, Promise<unknown>>>): Promise<Readiness> {
  const outcomes = await Promise.allSettled(Object.values(needs));
  const away = Object.keys(needs).filter((_, index) => outcomes[index]?.status === 'rejected');
  return away.length === 0 ? { ready: true } : { ready: false, detail: { away } };
}

/** Routes that are asked all the time, and tell of nobody's work. */
export const PROBES: ReadonlySet<string> = new Set(['/health', '/readiness', '/metrics']);

/** `/health` (the process lives), `/readiness` (it can work: 200 or 503), `/metrics` (Prometheus text). Open to all. */
export function addProbes(server: FastifyInstance, metrics: Metrics, readiness: () => Promise<Readiness>): void {
  server.get('/health', async () => ({ status: 'ok' }));
  server.get('/readiness', async (_request, reply) => {
    const state = await readiness().catch(() => ({ ready: false }) as Readiness);
    return reply.code(state.ready ? 200 : 503).send({ status: state.ready ? 'ready' : 'not ready', ...state.detail });
  });
  server.get('/metrics', async (_request, reply) => reply.type(METRICS_CONTENT_TYPE).send(await metrics.text()));
}
