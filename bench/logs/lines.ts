import type { Pool } from '#kernel/db';
import { say } from '../progress';

/** How many days the lines are spread over; the newest of them is today. */
export const DAYS = 13;
/** One line of so many has a word that no other one has. */
export const RARE = 1000;
/** Lines of one request. */
export const PER_REQUEST = 8;

/**
 * Writes lines as the receiver leaves them: of five rooms and fifty projects, three of five about no project, one of ten a warning, one of a
 * hundred an error, eight of each request, in messages of some hundred words.
 */
export async function fillLogs(pool: Pool, { organizationId, lines }: { organizationId: string; lines: number }): Promise<void> {
  const perDay = Math.ceil(lines / DAYS);
  for (let day = 0; day < DAYS; day += 1) {
    const [from, to] = [day * perDay, Math.min((day + 1) * perDay, lines)];
    say(`logs: lines ${from.toLocaleString('en')} to ${to.toLocaleString('en')}`);
    // The last day ends now; each one before a day earlier.
    await pool.query(`SELECT ensure_log_partition(d::date) FROM generate_series((now() AT TIME ZONE 'UTC')::date - $1::int, (now() AT TIME ZONE 'UTC')::date + 1, interval '1 day') d`, [DAYS]);
    await pool.query(
      `INSERT INTO log_record (at, scope, project_id, room, instance, release, severity, message, correlation_id, trace_id, attributes)
       SELECT date_trunc('milliseconds', now() - interval '1 day' * ($4::int - 1 - $3::int) - interval '1 day' * ($2::int - n) / ($2::int - $1::int)),
         CASE WHEN n % 5 < 3 THEN '00000000-0000-0000-0000-000000000000'::uuid ELSE $5::uuid END,
         CASE WHEN n % 5 < 3 THEN NULL ELSE md5('project ' || n / 5 % 50)::uuid END,
         CASE WHEN n % 5 < 3 THEN (ARRAY['gateway', 'core', 'core', 'worker', 'worker', 'worker', 'chain'])[1 + n / 5 % 7] ELSE 'project:tally' END,
         'host-' || n % 4, '1.0.0', CASE WHEN n % 100 = 7 THEN 17 WHEN n % 10 = 7 THEN 13 WHEN n % 4 = 0 THEN 5 ELSE 9 END,
         (ARRAY['relaying events failed, will try again', 'deployment step done', 'a resolver failed', 'the project service serves', 'job failed', 'rows of an import were read', 'core does not answer', 'a line of the usual kind'])[1 + n / 3 % 8]
           || ' word' || n * 7919::bigint % 200 || CASE WHEN n % ${RARE} = 0 THEN ' rare' || n ELSE '' END,
         'request-' || n / ${PER_REQUEST}, md5('trace ' || n / ${PER_REQUEST}), jsonb_build_object('attempt', n % 7, 'step', 'step-' || n % 20)
       FROM generate_series($1::int, $2::int - 1) n`,
      [from, to, day, DAYS, organizationId],
    );
  }
  say('logs: VACUUM ANALYZE');
  await pool.query('VACUUM ANALYZE log_record');
}
