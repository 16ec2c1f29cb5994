import { createLogger } from './logger';
import { redact } from './redact';
import { runWithRequest, runWithin, newRequestContext } from './request-context';
import { scrub } from './scrub';

const PHONE = '+254712345678';
const NAME = 'Amina Wanjiru Otieno';
const EMAIL = 'amina.otieno@example.org';
const NATIONAL_ID = '29481734';
const JWT = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl';
const API_KEY = 'rk_abcdefgh_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG';
const secrets = [PHONE, NAME, EMAIL, NATIONAL_ID, JWT, API_KEY, 'hunter2'];

/** What a logger gives to its sinks, line by line. */
function lines(write: (logger: ReturnType<typeof createLogger>) => void): Array<Record<string, unknown>> {
  const written: string[] = [];
  write(createLogger({ name: 'test', level: 'trace', sinks: [{ offer: (line) => written.push(line) }] }));
  for (const line of written) for (const secret of secrets) expect(line).not.toContain(secret);
  return written.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a line of the log', () => {
  test.each<[string, object]>([
    ['at the top', { phone: PHONE, fullName: NAME, password: 'hunter2' }],
    ['five objects deep', { a: { b: { c: { d: { e: { email: EMAIL, token: JWT } } } } } }],
    ['in lists', { people: [{ fullName: NAME }, [{ phones: [PHONE] }]] }],
    ['in headers, however they are spelled', { headers: { Authorization: `Bearer ${JWT}`, 'X-API-Key': API_KEY, cookie: `s=${JWT}`, 'x-rahat-principal': JWT, 'set-cookie': [JWT] } }],
    ['in variables of GraphQL', { request: { query: 'mutation { x }', variables: { input: { nickname: NAME, anything: PHONE } } } }],
    ['in representations of entities', { body: JSON.stringify({ representations: [{ fullName: NAME }] }) }],
    ['in environments', { env: { DATABASE_URL: 'postgresql://u:hunter2@h/d', OTHER: 'postgresql://u:hunter2@h/d' } }],
    ['in maps, sets and addresses', { map: new Map([['email', EMAIL]]), set: new Set([PHONE]), url: new URL('https://u:hunter2@example.org/?ticket=hunter2') }],
    ['in text under a name that nobody thought of', { note: `call ${PHONE} or ${EMAIL}`, remark: `key ${API_KEY}, token ${JWT}, id ${NATIONAL_ID}` }],
  ])('holds nothing of people nor any secret %s', (_where, object) => {
    expect(lines((logger) => logger.info(object, 'something happened'))).toMatchObject([{ msg: 'something happened' }]);
  });

  test('keeps of an error its type, message, stack, codes and causes, but no value that hangs on it', () => {
    class DatabaseError extends Error {
      readonly code = '23505';
      readonly constraint = 'person_phone_key';
      readonly detail = `Key (phone)=(${PHONE}) already exists.`;
      readonly where = NAME;
      readonly parameters = [NAME, PHONE];
    }
    const cause = Object.assign(new Error(`Failing row contains (1, ${NAME}, ${PHONE}).`), { query: NAME });
    const error = new DatabaseError(`duplicate: Key (phone)=(${PHONE}) already exists`, { cause: new Error('the change failed', { cause }) });
    const [line] = lines((logger) => logger.error({ err: error, incidentId: 'i-1' }, 'a resolver failed'));
    expect(line).toMatchObject({
      incidentId: 'i-1',
      err: { type: 'DatabaseError', message: 'duplicate: Key (phone)=(…) already exists', code: '23505', constraint: 'person_phone_key', stack: expect.stringContaining('redact.test'), cause: { message: 'the change failed', cause: { message: 'Failing row contains (…).' } } },
    });
    expect(line?.err).not.toHaveProperty('detail');
  });

  test('keeps of an error of many each one', () => {
    const [line] = lines((logger) => logger.error({ err: new AggregateError([new Error(`no ${EMAIL}`), new Error('second')], 'both failed') }));
    expect(line).toMatchObject({ msg: 'both failed', err: { errors: [{ message: 'no [email]' }, { message: 'second' }] } });
  });

  test('quotes nothing where an error is logged without words of ours', () => {
    expect(lines((logger) => logger.error(new Error(`no such person: ${EMAIL}`)))).toMatchObject([{ msg: 'no such person: [email]', err: { type: 'Error' } }]);
    expect(lines((logger) => logger.error({ err: new Error(`no such person: ${EMAIL}`) }))).toMatchObject([{ msg: 'no such person: [email]' }]);
  });

  test('holds nothing in what a child logger was given', () => {
    expect(lines((logger) => logger.child({ email: EMAIL, caller: { phone: PHONE } }).info('hello'))).toMatchObject([{ email: '[redacted]' }]);
  });

  test('survives what refers to itself', () => {
    const circle: Record<string, unknown> = { name: 'circle' };
    circle.self = circle;
    expect(lines((logger) => logger.info({ circle }, 'round'))).toHaveLength(1);
  });

  test('carries the ids of the request, the job and the event that it was written for', () => {
    const request = newRequestContext({ 'x-request-id': 'r-1', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
    const [inRequest, inJob, alone] = lines((logger) => {
      runWithRequest(request, () => {
        logger.info('one');
        runWithin({ jobId: 'j-1', eventId: 'e-1' }, () => logger.info('two'));
      });
      logger.info('three');
    });
    expect(inRequest).toMatchObject({ requestId: 'r-1', traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' });
    expect(inJob).toMatchObject({ requestId: 'r-1', jobId: 'j-1', eventId: 'e-1' });
    expect(alone).not.toHaveProperty('requestId');
  });
});

test('what operators need is left as it is', () => {
  const kept = { id: '01939f0c-8c1a-7bbb-8aaa-1234567890ab', requestId: '254712345678', url: 'https://127.0.0.1:4001/readiness', at: '2026-11-23T19:25:40.123Z', count: 123456789012, version: '1.10.0', txHash: `0x${'ab'.repeat(32)}`, frame: 'at f (/srv/dist/subgraphs/core/main.js:123456:17)' };
  expect(redact(kept)).toEqual(kept);
});

test.each([
  [`invalid input syntax for type uuid: "${NAME}"`, 'invalid input syntax for type uuid: "…"'],
  [`value "${NATIONAL_ID}000" is out of range for type integer`, 'value "…" is out of range for type integer'],
  [`Unexpected token 'A', "${NAME}" is not valid JSON`, 'Unexpected token in what is not valid JSON'],
  [`Invalid \`prisma.person.create()\` invocation:\n\n{\n  data: {\n    fullName: "${NAME}"\n  }\n}\n\nArgument \`id\` is missing.`, 'Invalid `prisma.person.create()` invocation:\n\nArgument `id` is missing.'],
  ['relation "beneficiary_pii" does not exist', 'relation "beneficiary_pii" does not exist'],
  ['call 0712 345 678 now', 'call [number] now'],
  ['GET /files/x?ticket=abc.def failed', 'GET /files/x?ticket=[redacted] failed'],
])('the text %j is scrubbed by its shape', (text, scrubbed) => expect(scrub(text)).toBe(scrubbed));

test.each(['x', '1 ', '"', 'value "', 'Key (', 'eyJ', 'a.b@', '://', '+1', 'Invalid `'])('many thousands of %j are looked through in passing', (part) => {
  const long = part.repeat(20_000);
  for (let round = 0; round < 100; round += 1) scrub(long);
});
