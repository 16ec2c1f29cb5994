import type { Pool } from '#kernel/db';
import type { Jobs } from '#kernel/jobs';
import type { Metrics } from '#kernel/telemetry';

/** What the worker tells of queues, projects and deployments: read at each scrape, by statements that cost next to nothing. */
export function measureWorker(metrics: Metrics, { pool, jobs }: { pool: Pool; jobs: Pick<Jobs, 'figures'> }): void {
  metrics.gauge('rahat_queue_jobs', 'Jobs by queue and state.', ['queue', 'state'], async (gauge) => {
    for (const { queue, counts } of await jobs.figures()) for (const [state, count] of Object.entries(counts)) gauge.set({ queue, state }, count);
  });
  metrics.gauge('rahat_projects', 'Projects by state.', ['status'], async (gauge) => {
    const { rows } = await pool.query<{ status: string; count: number }>('SELECT status::text, count(*)::int AS count FROM project GROUP BY 1');
    gauge.reset();
    for (const { status, count } of rows) gauge.set({ status: status.toLowerCase() }, count);
  });
  metrics.gauge('rahat_deployments_unsettled', 'Projects whose service is not yet what it should be.', [], async (gauge) => {
    gauge.set((await pool.query<{ count: number }>('SELECT count(*)::int AS count FROM deployment WHERE NOT settled')).rows[0]?.count ?? 0);
  });
  metrics.gauge('rahat_deployment_step_seconds', 'How long the steps of deployments took that ended in the last hour: the mean.', ['step'], async (gauge) => {
    const { rows } = await pool.query<{ step: string; seconds: number }>(
      `SELECT name AS step, avg(extract(epoch FROM finished_at - started_at))::float8 AS seconds FROM deployment_step WHERE finished_at > now() - interval '1 hour' GROUP BY 1`,
    );
    gauge.reset();
    for (const { step, seconds } of rows) gauge.set({ step: step.toLowerCase() }, seconds);
  });
}
