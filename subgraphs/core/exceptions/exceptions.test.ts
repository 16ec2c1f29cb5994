import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '#kernel/db';
import { newRequestContext, runWithRequest } from '#kernel/telemetry';
import { identity } from '#kernel/tls';
import { useTestDatabase } from '../../../tests/kit/database';
import { createLogOffice, type LogOffice, type Writer } from '../testing/log-office';
import { ExceptionRepository, createSentryForwarder, type SentryForwarder } from '.';

interface Envelope {
  path: string | undefined;
  auth: unknown;
  parts: Array<Record<string, unknown>>;
}

/** What a Sentry on this machine was sent, parsed as Sentry parses it: one JSON document on each line. */
const envelopes: Envelope[] = [];
let sink: Server;
let sentry: SentryForwarder;

const database = useTestDatabase('core');
let office: LogOffice;
let core: Writer;
beforeAll(async () => {
  sink = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      const parts = Buffer.concat(chunks).toString().trim().split('\n').map((part) => JSON.parse(part) as Record<string, unknown>);
      envelopes.push({ path: request.url, auth: request.headers['x-sentry-auth'], parts });
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  sentry = createSentryForwarder({ dsn: `http://publickey@127.0.0.1:${(sink.address() as AddressInfo).port}/under/42`, environment: 'test' });
  office = await createLogOffice(database().serviceUrl, sentry);
  core = await office.writer(identity.core, '1.0.0');
});
afterAll(async () => {
  await office.close();
  await sentry.close();
  sink.close();
});

interface Exception {
  id: string;
  state: string;
  count: number;
  firstRelease: string;
  lastRelease: string;
  regressedAt: string | null;
  stateChangedById: string | null;
  occurrences: Array<Record<string, unknown>>;
  [more: string]: unknown;
}

const FIELDS = 'id type title room level state count firstRelease lastRelease regressedAt stateChangedById occurrences(first: 50) { at release instance incidentId correlationId jobId projectId message stack attributes }';

async function list(filter: object): Promise<Exception[]> {
  const { answer, code } = await office.ask<{ edges: Array<{ node: Exception }> }>(office.operator(), `query ($filter: ExceptionFilter) { answer: exceptions(filter: $filter, first: 100) { edges { node { ${FIELDS} } } } }`, { filter });
  if (code) throw new Error(String(code));
  return answer.edges.map(({ node }) => node);
}

const decide = (decision: string, id: string, key = newId(), by = office.operator()) =>
  office.ask<Exception>(by, `mutation ($id: ID!, $key: String!) { answer: ${decision}Exception(id: $id, idempotencyKey: $key) { ${FIELDS} } }`, { id, key });

/** Throws at one place of this file, under a type of its own for each test. */
function fail(type: string, message: string): Error {
  return Object.assign(new Error(message), { name: type });
}

async function meet(type: string, { message = 'it broke', times = 1, writer = core, requestId = newId() }: { message?: string; times?: number; writer?: Writer; requestId?: string } = {}): Promise<string> {
  const incidentId = newId();
  for (let time = 0; time < times; time += 1) {
    runWithRequest(newRequestContext({ 'x-request-id': requestId }), () => writer.logger.error({ err: fail(type, message), incidentId, step: 3 }, 'a resolver failed'));
  }
  await writer.sent();
  return incidentId;
}

test('errors of one cause are one exception, with how often, since when, and the latest of them', async () => {
  await meet('OnceError', { message: 'no such thing: 7' });
  const incidentId = await meet('OnceError', { message: 'no such thing: 8', requestId: 'the-second-time' });
  const [exception, ...others] = await list({ type: 'OnceError' });
  expect(others).toEqual([]);
  expect(exception).toMatchObject({
    ...{ room: 'core', level: 'ERROR', state: 'OPEN', count: 2, title: 'no such thing: …', firstRelease: '1.0.0', regressedAt: null },
    occurrences: [{ incidentId, correlationId: 'the-second-time', message: 'no such thing: 8', stack: expect.stringContaining('exceptions.test'), attributes: { step: 3 } }, { message: 'no such thing: 7' }],
  });
});

test('another room is another exception', async () => {
  await meet('TwoRoomsError');
  await meet('TwoRoomsError', { writer: await office.writer(identity.worker) });
  expect((await list({ type: 'TwoRoomsError' })).map(({ room }) => room).sort()).toEqual(['core', 'worker']);
});

test('what went wrong in a background loop is one too, and a line without an error is none', async () => {
  core.logger.warn({ err: fail('LoopError', 'not now') }, 'could not prune, will try again');
  core.logger.info({ err: fail('MentionedError', 'as expected') }, 'nothing to worry about');
  core.logger.error('an error without an error');
  await core.sent();
  expect(await list({ type: 'LoopError' })).toMatchObject([{ level: 'WARN' }]);
  expect(await list({ type: 'MentionedError' })).toEqual([]);
});

test('by the incident that a client was given, operators find the exception, and its lines of the log name it', async () => {
  const incidentId = await meet('ShownError');
  const [exception] = await list({ incidentId });
  expect(exception).toMatchObject({ type: 'ShownError' });
  const { answer } = await office.ask<{ edges: unknown[] }>(office.operator(), 'query ($filter: LogFilter) { answer: logs(filter: $filter) { edges { node { message exceptionId } } } }', { filter: { incidentId } });
  expect(answer.edges).toEqual([{ node: { message: 'a resolver failed', exceptionId: exception?.id } }]);
  expect(await list({ incidentId: newId() })).toEqual([]);
});

test('the latest fifty are kept of many, all are counted, and the incident of an older one is still found', async () => {
  const incidentId = await meet('FloodError');
  await meet('FloodError', { times: 70 });
  expect(await list({ type: 'FloodError' })).toMatchObject([{ count: 71, occurrences: { length: 50 } }]);
  expect((await list({ incidentId })).map(({ type }) => type)).toEqual(['FloodError']);
});

test('two receivers count the same exceptions at once and lose none', async () => {
  const writers = await Promise.all(Array.from({ length: 8 }, () => office.writer(identity.core)));
  await Promise.all(writers.map((writer) => meet('RacingError', { writer, times: 5 })));
  expect(await list({ type: 'RacingError' })).toMatchObject([{ count: 40 }]);
});

describe('an operator', () => {
  test('takes up, resolves, ignores and reopens, each audited once for a key', async () => {
    await meet('DecidedError');
    const [{ id = '' } = {}] = await list({ type: 'DecidedError' });
    const [key, by] = [newId(), office.operator()];
    expect((await decide('acknowledge', id, key, by)).answer).toMatchObject({ state: 'ACKNOWLEDGED', stateChangedById: by.subject });
    expect((await decide('acknowledge', id, key, by)).answer).toMatchObject({ state: 'ACKNOWLEDGED' });
    expect((await decide('acknowledge', id)).code).toBe('INVALID_TRANSITION');
    expect((await decide('resolve', id)).answer).toMatchObject({ state: 'RESOLVED' });
    expect((await decide('reopen', id)).answer).toMatchObject({ state: 'OPEN' });
    expect((await decide('ignore', id)).answer).toMatchObject({ state: 'IGNORED' });
    const entries = await office.prisma.auditEntry.findMany({ where: { entityId: id }, orderBy: { seq: 'asc' } });
    expect(entries.map(({ action }) => action)).toEqual(['exception.acknowledged', 'exception.resolved', 'exception.reopened', 'exception.ignored']);
    expect(entries[0]).toMatchObject({ actorId: by.subject, payload: { from: 'OPEN', to: 'ACKNOWLEDGED' } });
  });

  test('is told that what was resolved came back, with the release that brought it', async () => {
    await meet('ComingBackError');
    const [{ id = '' } = {}] = await list({ type: 'ComingBackError' });
    await decide('resolve', id);
    await meet('ComingBackError', { writer: await office.writer(identity.core, '2.0.0') });
    expect(await list({ type: 'ComingBackError' })).toMatchObject([{ id, state: 'OPEN', count: 2, firstRelease: '1.0.0', lastRelease: '2.0.0', regressedAt: expect.any(String) }]);
  });

  test('is left in peace by what is ignored', async () => {
    await meet('IgnoredError');
    const [{ id = '' } = {}] = await list({ type: 'IgnoredError' });
    await decide('ignore', id);
    await meet('IgnoredError');
    expect(await list({ type: 'IgnoredError' })).toMatchObject([{ state: 'IGNORED', count: 2, regressedAt: null }]);
    await sentry.close();
    expect(envelopes.filter(({ parts }) => JSON.stringify(parts).includes('IgnoredError'))).toHaveLength(1);
  });

  test('finds nothing under an id that is none', async () => {
    expect((await office.ask(office.operator(), '{ answer: exception(id: "x") { id } }')).answer).toBeNull();
    expect((await decide('resolve', newId())).code).toBe('NOT_FOUND');
  });

  test.each(['query { answer: exceptions { edges { node { id } } } }', 'query { answer: exception(id: "x") { id } }'])('needs a permission for %s', async (source) => {
    expect((await office.ask(office.operator(['log:read-system']), source)).code).toBe('FORBIDDEN');
  });
  test('needs another one to decide', async () => expect((await decide('resolve', newId(), newId(), office.operator(['exception:read']))).code).toBe('FORBIDDEN'));
});

test('Sentry is sent each exception as an envelope, with the release and the room, and nothing of people', async () => {
  const incidentId = await meet('ForwardedError', { message: 'no person +254712345678 in amina@example.org', requestId: 'forwarded-1' });
  await sentry.close();
  const found = envelopes.find(({ parts }) => JSON.stringify(parts).includes('ForwardedError'));
  const [exception] = await list({ incidentId });
  expect(found).toMatchObject({ path: '/under/api/42/envelope/', auth: expect.stringContaining('sentry_key=publickey') });
  const [header, item, event] = found?.parts ?? [];
  expect(item).toEqual({ type: 'event' });
  expect(header?.event_id).toBe(event?.event_id);
  expect(event).toMatchObject({
    ...{ platform: 'node', level: 'error', release: 'rahat@1.0.0', environment: 'test', server_name: 'host-1' },
    event_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    tags: { room: 'core', incident: incidentId, correlation: 'forwarded-1' },
    exception: { values: [{ type: 'ForwardedError', value: 'no person [phone] in [email]', stacktrace: { frames: expect.arrayContaining([expect.objectContaining({ function: 'fail', in_app: true })]) } }] },
  });
  expect(event).not.toHaveProperty('user');
  expect(exception?.count).toBe(1);
  expect(JSON.stringify(found)).not.toMatch(/254712345678|amina/);
});

test('a Sentry that is away holds up nothing', async () => {
  const away = createSentryForwarder({ dsn: 'http://key@127.0.0.1:9/1', environment: 'test' });
  const exception = { at: new Date(), room: 'core', instance: null, release: null, severity: 17, type: 'E', code: null, message: '', stack: '', projectId: null, incidentId: null, correlationId: null, jobId: null, eventId: null, traceId: null, attributes: {} };
  for (let time = 0; time < 100; time += 1) away.forward(exception, 'f');
  await away.close();
});

test('exceptions that nobody has met for long are forgotten', async () => {
  await meet('ForgottenError');
  await office.pool.query(`UPDATE exception_group SET last_seen_at = now() - interval '100 days' WHERE type = 'ForgottenError'`);
  expect(await new ExceptionRepository(office.prisma).prune(new Date(Date.now() - 90 * 24 * 3600_000))).toBe(1);
  expect(await list({ type: 'ForgottenError' })).toEqual([]);
});
