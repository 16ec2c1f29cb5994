import { createPool, newId, type Pool } from '#kernel/db';
import type { Principal } from '#kernel/auth';
import { useTestDatabase } from '../../../tests/kit/database';
import { logFilterSchema } from './log.inputs';
import { searchOf } from './log.search';

const LINES = 60_000;
const DAYS = 3;

const database = useTestDatabase('core');
const organizationId = newId();
const operator: Principal = { subject: newId(), organizationId, roles: [], permissions: ['log:read', 'log:read-system'], projectPermissions: {} };
let pool: Pool;

beforeAll(async () => {
  pool = createPool(database().url, { max: 1, name: 'test' });
  await pool.query(`SELECT ensure_log_partition(d::date) FROM generate_series((now() AT TIME ZONE 'UTC')::date - $1::int, (now() AT TIME ZONE 'UTC')::date, interval '1 day') d`, [DAYS]);
  await pool.query(
    `INSERT INTO log_record (at, scope, project_id, room, severity, message, correlation_id, attributes)
     SELECT date_trunc('milliseconds', now() - n * interval '1 second' * $2), CASE WHEN n % 2 = 0 THEN '00000000-0000-0000-0000-000000000000'::uuid ELSE $3::uuid END, CASE WHEN n % 2 = 1 THEN md5('' || n % 101)::uuid END,
       (ARRAY['gateway', 'core', 'worker', 'chain'])[1 + n % 4], CASE WHEN n % 50 = 0 THEN 17 ELSE 9 END, 'common word' || n % 100 || ' rare' || n, 'request-' || n / 8, '{}'
     FROM generate_series(1, $1::int) n`,
    [LINES, (DAYS * 86_400) / LINES, organizationId],
  );
  await pool.query('VACUUM ANALYZE log_record');
}, 60_000);
afterAll(() => pool.end());

/** How PostgreSQL goes about a search: which index, and whether anything large is sorted. */
async function planOf(filter: object, kind: 'inOrder' | 'byHits', after: string | null = null): Promise<string> {
  const search = searchOf(operator, logFilterSchema.parse({ from: new Date(Date.now() - DAYS * 86_400_000), ...filter }), { first: 50, after });
  if (!search) throw new Error('The operator may see lines.');
  const { text, values } = search[kind](search.window, 51);
  const { rows } = await pool.query<Record<'QUERY PLAN', string>>(`EXPLAIN ${text}`, values);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

test.each<[string, object, RegExp]>([
  ['the newest', {}, /Index Scan Backward using log_record_\d+_(pkey|scope_at_seq_idx)/],
  ['errors', { level: 'ERROR' }, /Index Scan Backward using log_record_\d+_scope_at_seq_idx1/],
  ['a room', { room: 'chain' }, /Index Scan Backward using log_record_\d+_scope_room_at_seq_idx/],
  ['a project, which no line of the system is about', { projectId: 'f899139d-f5e1-0593-9643-1415e770c6dd' }, /log_record_\d+_project_id_at_seq_idx/],
  ['a request', { correlationId: 'request-77' }, /log_record_\d+_correlation_id_at_idx/],
])('%s is read in the order of an index, and nothing is read through', async (_what, filter, index) => {
  const plan = await planOf(filter, 'inOrder');
  expect(plan).toMatch(index);
  expect(plan).not.toContain('Seq Scan');
});

test('a page far back begins where the one before it ended', async () => {
  const at = new Date(Date.now() - 2 * 86_400_000);
  const plan = await planOf({}, 'inOrder', `${at.toISOString()} 9`);
  expect(plan).toMatch(/Index Cond: .*ROW\(at, seq\) </);
  // Days after the cursor are not even looked at.
  expect(plan).not.toContain(`log_record_${new Date().toISOString().slice(0, 10).replaceAll('-', '')}_`);
});

test.each(['rare77', 'missing', 'rare77 common'])('the words %j are found by the index of words', async (text) => {
  const plan = await planOf({ text }, 'byHits');
  expect(plan).toMatch(/Bitmap Index Scan on log_record_\d+_words_idx/);
  expect(plan).not.toContain('Seq Scan on log_record');
});
