import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { FastifyInstance } from 'fastify';
import { areApplied, fromPg, type Migration, type Pool } from '#kernel/db';
import { METRICS_CONTENT_TYPE, type Metrics } from '#kernel/telemetry';

/** Whether the process can do its work now; `detail` is shown to operators and holds no secret. */
export interface Readiness {
  ready: boolean;
  detail?: Record<string, unknown>;
}

/** A need that has not answered by then counts as away: a database that is cut off says nothing at all. */
const PATIENCE_MS = 2000;

/** Ready when everything that the process needs answers; `detail.away` names what does not. */
export async function readyWith(needs: Readonly<Record<string, Promise<unknown>>>): Promise<Readiness> {
  const outcomes = await Promise.allSettled(Object.values(needs).map(inTime));
  const away = Object.keys(needs).filter((_, index) => outcomes[index]?.status === 'rejected');
  return away.length === 0 ? { ready: true } : { ready: false, detail: { away } };
}

async function inTime(need: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('No answer.')), PATIENCE_MS);
  });
  await Promise.race([need, late]).finally(() => clearTimeout(timer));
}

/** @throws Error unless the database answers and has every migration that this process was built for. */
export async function databaseReady(pool: Pool, migrations: ReadonlyArray<Pick<Migration, 'name'>>): Promise<void> {
  if (!(await areApplied(fromPg(pool), migrations))) throw new Error('The database is older than this process.');
}

/** So full is the heap when a process had better get no more work. */
const FULL_HEAP = 0.95;
/** So long does everybody wait for their turn then. Milliseconds. */
const SLOW_LOOP_MS = 1000;

/** How the process itself is doing: its event loop since the last look, and its heap. */
export function createProcessHealth(): () => Readiness {
  const delay = monitorEventLoopDelay();
  delay.enable();
  return () => {
    const eventLoopDelayMs = Math.round(delay.percentile(50) / 1e6);
    delay.reset();
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
    return { ready: eventLoopDelayMs < SLOW_LOOP_MS && used < FULL_HEAP * limit, detail: { eventLoopDelayMs, heapUsed: Math.round((used / limit) * 100) / 100 } };
  };
}

/** Routes that are asked all the time, and tell of nobody's work. */
export const PROBES: ReadonlySet<string> = new Set(['/health', '/readiness', '/metrics']);

/** `/health` (the process lives), `/readiness` (it can work: 200 or 503), `/metrics` (Prometheus text). Open to all. */
export function addProbes(server: FastifyInstance, metrics: Metrics, readiness: () => Promise<Readiness>): void {
  server.get('/health', async () => ({ status: 'ok' }));
  const ofProcess = createProcessHealth();
  server.get('/readiness', async (_request, reply) => {
    const state = await readiness().catch(() => ({ ready: false }) as Readiness);
    const own = ofProcess();
    const ready = state.ready && own.ready;
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', ...state.detail, ...own.detail });
  });
  server.get('/metrics', async (_request, reply) => reply.type(METRICS_CONTENT_TYPE).send(await metrics.text()));
}
