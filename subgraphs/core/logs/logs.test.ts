import type { Principal } from '#kernel/auth';
import { createPool, newId } from '#kernel/db';
import { newRequestContext, runWithRequest, runWithin } from '#kernel/telemetry';
import { identity } from '#kernel/tls';
import { useTestDatabase } from '../../../tests/kit/database';
import { createLogOffice, type LogOffice } from '../testing/log-office';
import { dropOldLogs } from './log.retention';

const database = useTestDatabase('core');
let office: LogOffice;
beforeAll(async () => {
  office = await createLogOffice(database().serviceUrl);
});
afterAll(() => office.close());

interface Line {
  level: string;
  room: string;
  instance: string | null;
  message: string;
  projectId: string | null;
  correlationId: string | null;
  [more: string]: unknown;
}
interface Page {
  edges: Array<{ cursor: string; node: Line }>;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

const LIST = `query ($filter: LogFilter, $first: Int, $after: String) { answer: logs(filter: $filter, first: $first, after: $after) {
  edges { cursor node { id at level room instance release message projectId correlationId jobId eventId incidentId traceId spanId exceptionId attributes } } pageInfo { hasNextPage endCursor } } }`;

async function read(filter: object, principal: Principal = office.operator()): Promise<Line[]> {
  const { answer, code } = await office.ask<Page>(principal, LIST, { filter, first: 200 });
  if (code) throw new Error(String(code));
  return answer.edges.map(({ node }) => node);
}

test('a line arrives with who wrote it, when, how grave it is, and all ids of the work', async () => {
  const gateway = await office.writer(identity.gateway, '7.1');
  const request = newRequestContext({ 'x-request-id': 'request-1', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
  runWithRequest(request, () => runWithin({ jobId: 'job-1', eventId: 'event-1' }, () => gateway.logger.warn({ incidentId: 'incident-1', attempt: 2, nested: { list: [1, 'two'] } }, 'the first line of this test')));
  await gateway.sent();
  expect(await read({ correlationId: 'request-1' })).toMatchObject([
    { level: 'WARN', room: 'gateway', instance: 'host-1', release: '7.1', message: 'the first line of this test', correlationId: 'request-1', jobId: 'job-1', eventId: 'event-1', incidentId: 'incident-1', traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', projectId: null, attributes: { attempt: 2, nested: { list: [1, 'two'] } } },
  ]);
});

test('the lines of one request are found together, whichever rooms have written them, newest first', async () => {
  const [gateway, core, worker] = await Promise.all([identity.gateway, identity.core, identity.worker].map((id) => office.writer(id)));
  for (const writer of [gateway, core, worker]) {
    runWithRequest(newRequestContext({ 'x-request-id': 'request-2' }), () => writer?.logger.info('across rooms'));
    await writer?.sent();
  }
  expect((await read({ correlationId: 'request-2' })).map(({ room }) => room)).toEqual(['worker', 'core', 'gateway']);
});

test('a project service speaks for its own project and instance, whatever it says', async () => {
  const [own, other, instance] = [await office.project(), await office.project(await office.organization()), newId()];
  const service = await office.writer(identity.projectInstance(own, instance));
  service.logger.info({ projectId: other, room: 'core' }, 'i am core');
  await service.sent();
  expect(await read({ text: '"i am core"' })).toMatchObject([{ room: 'project:tally', instance, projectId: own, attributes: { room: 'core' } }]);
});

describe('who may read', () => {
  let ours: string, ours2: string, theirs: string;
  beforeAll(async () => {
    [ours, ours2, theirs] = [await office.project(), await office.project(), await office.project(await office.organization())];
    const worker = await office.writer(identity.worker);
    for (const projectId of [ours, ours2, theirs, null]) worker.logger.info({ ...(projectId ? { projectId } : {}) }, 'borderline');
    await worker.sent();
  });
  const seen = async (principal: Principal): Promise<Array<string | null>> => (await read({ text: 'borderline' }, principal)).map(({ projectId }) => projectId).sort();

  test('who runs the system reads its lines and those of their organisation, and nobody else’s', async () => {
    expect(await seen(office.operator())).toEqual([ours, ours2, null].sort());
  });
  test('lines of the system alone', async () => expect(await seen(office.operator(['log:read-system']))).toEqual([null]));
  test('lines of the organisation alone', async () => expect(await seen(office.operator(['log:read']))).toEqual([ours, ours2].sort()));
  test('lines of one project alone', async () => expect(await seen(office.operator([], { projectPermissions: { [ours]: ['log:read'] } }))).toEqual([ours]));
  test('not another organisation’s project, by a grant that names it', async () => expect(await seen(office.operator([], { projectPermissions: { [theirs]: ['log:read'] } }))).toEqual([]));
  test('nobody without a permission', async () => expect((await office.ask(office.operator(['audit:read']), LIST)).code).toBe('FORBIDDEN'));
});

describe('narrowing', () => {
  const about = newId();
  beforeAll(async () => {
    const [core, chain] = [await office.writer(identity.core), await office.writer(identity.chain)];
    core.logger.debug(`${about} looked around`);
    core.logger.info(`${about} began its work`);
    core.logger.error(`${about} could not finish its work`);
    chain.logger.warn(`${about} waits for blocks`);
    await core.sent();
    await chain.sent();
  });
  const messages = async (filter: object): Promise<string[]> => (await read({ text: about, ...filter })).map(({ message }) => message.slice(about.length + 1)).sort();

  test('by level: at least as grave', async () => {
    expect(await messages({ level: 'WARN' })).toEqual(['could not finish its work', 'waits for blocks']);
    expect(await messages({ level: 'ERROR' })).toEqual(['could not finish its work']);
    expect(await messages({ level: 'INFO' })).toHaveLength(3);
  });
  test('by room', async () => expect(await messages({ room: 'chain' })).toEqual(['waits for blocks']));
  test('by words, together, and without others', async () => {
    expect(await messages({ text: `${about} work` })).toHaveLength(2);
    expect(await messages({ text: `${about} "began its"` })).toEqual(['began its work']);
    expect(await messages({ text: `${about} work -began` })).toEqual(['could not finish its work']);
  });
  test('by time', async () => {
    const now = Date.now();
    expect(await messages({ from: new Date(now + 3600_000).toISOString() })).toEqual([]);
    expect(await messages({ to: new Date(now - 3600_000).toISOString() })).toEqual([]);
    expect(await messages({ from: new Date(now - 3600_000).toISOString(), to: new Date(now + 3600_000).toISOString() })).toHaveLength(4);
  });
  test.each([
    [{ from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 'filter.to'],
    [{ correlationId: 'x'.repeat(200) }, 'filter.correlationId'],
    [{ text: 'a\u0000b' }, 'filter.text'],
  ])('what is not acceptable is refused by name: %j', async (filter, field) => {
    expect(await office.ask(office.operator(), LIST, { filter })).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining(field) });
  });
});

test('pages are read on without a gap and without a repeat, also among lines of one millisecond', async () => {
  const worker = await office.writer(identity.worker);
  for (let index = 0; index < 25; index += 1) worker.logger.info(`paged ${index}`);
  await worker.sent();
  const seen: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { answer }: { answer: Page } = await office.ask<Page>(office.operator(), LIST, { filter: { text: 'paged' }, first: 7, after });
    seen.push(...answer.edges.map(({ node }) => node.message));
    [after, more] = [answer.pageInfo.endCursor, answer.pageInfo.hasNextPage];
  }
  expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => `paged ${24 - index}`));
  expect((await office.ask(office.operator(), LIST, { after: Buffer.from('k:nonsense').toString('base64url') })).code).toBe('BAD_USER_INPUT');
});

test('lines that no database could store as they are are stored as far as it can', async () => {
  const worker = await office.writer(identity.worker);
  worker.logger.info({ odd: 'a\0b\ud800', long: 'x'.repeat(40_000) }, 'odd \0 text \ud800');
  await worker.sent();
  expect(await read({ text: 'odd text' })).toMatchObject([{ message: 'odd \ufffd text \ufffd' }]);
});

test('an instance of a project that logs without end is slowed down, and nobody else', async () => {
  const [projectId, worker] = [await office.project(), await office.writer(identity.worker)];
  const flooding = await office.writer(identity.projectInstance(projectId, newId()));
  for (let line = 0; line < 15_000; line += 1) {
    flooding.logger.info('flood');
    if (line % 4000 === 3999) await flooding.sent();
  }
  await flooding.sent();
  worker.logger.info('above the flood');
  await worker.sent();
  const { rows } = await office.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM log_record WHERE project_id = $1', [projectId]);
  expect(rows[0]?.count).toBeGreaterThan(5000);
  expect(rows[0]?.count).toBeLessThan(13_000);
  expect(await read({ text: '"above the flood"' })).toHaveLength(1);
});

test('what is no log is refused, and not sent again', async () => {
  await expect(office.receiver.takeOwn({ resourceLogs: 'nonsense' } as never)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
});

test('days that are too old are dropped whole; the service may make and drop days, and nothing else', async () => {
  const old = new Date(Date.now() - 20 * 24 * 3600_000);
  await office.pool.query('SELECT ensure_log_partition($1::date)', [old.toISOString().slice(0, 10)]);
  await office.pool.query(`INSERT INTO log_record (at, scope, room, severity, message, attributes) VALUES ($1, gen_random_uuid(), 'core', 9, 'old', '{}')`, [old]);
  expect(await dropOldLogs(office.prisma, 14)).toBe(1);
  expect(await dropOldLogs(office.prisma, 14)).toBe(0);
  expect((await office.pool.query(`SELECT 1 FROM log_record WHERE message = 'old'`)).rowCount).toBe(0);
  await expect(office.pool.query('DROP TABLE log_record')).rejects.toThrow(/owner/);
  await expect(office.pool.query('CREATE TABLE intruder (id int)')).rejects.toThrow(/permission denied/);
});

test('a search that takes too long is given up with a code', async () => {
  const owner = createPool(database().url, { max: 1, name: 'test' });
  const client = await owner.connect();
  try {
    await client.query('BEGIN; LOCK TABLE log_record IN ACCESS EXCLUSIVE MODE');
    expect((await office.ask(office.operator(), LIST)).code).toBe('SEARCH_TOO_BROAD');
  } finally {
    await client.query('ROLLBACK');
    client.release();
    await owner.end();
  }
});
