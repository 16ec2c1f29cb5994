import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { liveProject, registerTypes, until, untilProject } from '../kit/projects';
import { useSystem } from '../kit/system';

const system = useSystem();
const asAdmin = { as: 'admin' };

beforeAll(() => registerTypes(system(), 'tally:1.0.0', 'crasher:1.0.0'), 60_000);

interface Line {
  room: string;
  level: string;
  message: string;
  incidentId: string | null;
  exceptionId: string | null;
  jobId: string | null;
  instance: string | null;
}
interface Exception {
  id: string;
  type: string;
  title: string;
  room: string;
  level: string;
  state: string;
  count: number;
  occurrences: Array<{ incidentId: string | null; correlationId: string | null; stack: string }>;
}

async function lines(filter: object, as = 'admin'): Promise<Line[]> {
  const { logs } = await system().graphql<{ logs: { edges: Array<{ node: Line }> } }>('query ($filter: LogFilter) { logs(filter: $filter, first: 100) { edges { node { room level message incidentId exceptionId jobId instance } } } }', { filter }, { as });
  return logs.edges.map(({ node }) => node);
}

async function exceptions(filter: object): Promise<Exception[]> {
  const { exceptions: found } = await system().graphql<{ exceptions: { edges: Array<{ node: Exception }> } }>(
    'query ($filter: ExceptionFilter) { exceptions(filter: $filter) { edges { node { id type title room level state count occurrences(first: 1) { incidentId correlationId stack } } } } }',
    { filter },
    asAdmin,
  );
  return found.edges.map(({ node }) => node);
}

/** Breaks core's database for as long as `work` takes. */
async function withoutPersonalData(work: () => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: system().databaseUrl });
  await client.connect();
  try {
    await client.query('ALTER TABLE beneficiary_pii RENAME TO beneficiary_pii_away');
    await work();
  } finally {
    await client.query('ALTER TABLE beneficiary_pii_away RENAME TO beneficiary_pii');
    await client.end();
  }
}

const REGISTER = 'mutation ($key: String!, $reference: String!) { registerBeneficiary(input: { referenceId: $reference, fullName: "Amina Otieno" }, idempotencyKey: $key) { id } }';

async function failToRegister(requestId: string): Promise<Record<string, unknown>> {
  const answer = await system().attempt(REGISTER, { key: randomUUID(), reference: requestId }, { as: 'admin', headers: { 'x-request-id': requestId } });
  expect(answer.errors).toHaveLength(1);
  return { ...answer.errors[0] };
}

test('a client is told of an incident and nothing else; an operator finds by it what happened, in all rooms, and decides', async () => {
  const requestId = `story-${randomUUID()}`;
  let error: { message?: string; extensions?: Record<string, unknown> } = {};
  await withoutPersonalData(async () => {
    error = await failToRegister(requestId);
  });
  const incidentId = String(error.extensions?.incidentId);
  expect(error).toEqual({ message: 'Something went wrong on our side.', path: ['registerBeneficiary'], extensions: { code: 'INTERNAL_SERVER_ERROR', incidentId } });

  await until(async () => new Set((await lines({ correlationId: requestId })).map(({ room }) => room)).size === 2, 'gateway and core have both said what they know');
  const [exception, ...others] = await exceptions({ incidentId });
  expect(others).toEqual([]);
  expect(exception).toMatchObject({ room: 'core', level: 'ERROR', state: 'OPEN', count: 1, occurrences: [{ incidentId, correlationId: requestId, stack: expect.stringContaining('subgraphs/core/') }] });
  expect((await lines({ correlationId: requestId, level: 'ERROR' })).map(({ room, incidentId: id, exceptionId }) => [room, id, exceptionId]).sort()).toEqual([
    ['core', incidentId, exception?.id],
    ['gateway', incidentId, null],
  ]);

  const resolved = await system().graphql('mutation ($id: ID!, $key: String!) { resolveException(id: $id, idempotencyKey: $key) { state } }', { id: exception?.id, key: randomUUID() }, asAdmin);
  expect(resolved).toEqual({ resolveException: { state: 'RESOLVED' } });
  await withoutPersonalData(async () => void (await failToRegister(`${requestId}-again`)));
  await until(async () => (await exceptions({ incidentId }))[0]?.state === 'OPEN', 'what came back is open again');
  expect(await exceptions({ incidentId })).toMatchObject([{ id: exception?.id, count: 2 }]);
});

test('what a request has set going in jobs and in the service of a project is found by the id of the request', async () => {
  const requestId = `story-${randomUUID()}`;
  const variables = { input: { slug: `s${randomUUID().slice(0, 8)}`, name: 'Crashes', type: 'crasher', currency: 'KES', budgetMinor: '1', startsOn: '2026-01-01', endsOn: '2027-01-01', settings: {} }, key: randomUUID() };
  const { createProject: project } = await system().graphql<{ createProject: { id: string } }>('mutation ($input: CreateProjectInput!, $key: String!) { createProject(input: $input, idempotencyKey: $key) { id } }', variables, { as: 'admin', headers: { 'x-request-id': requestId } });
  await untilProject(system(), project.id, ({ status }) => status === 'FAILED');
  await until(async () => (await lines({ correlationId: requestId })).some(({ room, jobId }) => room === 'worker' && jobId !== null), 'the worker has told of its job under the id of the request');
  // The service died of an error that nobody caught, and said so with its last breath.
  await until(async () => (await exceptions({ room: 'project:crasher' })).length > 0, 'the last words of the service have arrived');
  expect(await exceptions({ room: 'project:crasher' })).toMatchObject([{ level: 'FATAL', title: expect.stringContaining('crashed, as it does') }]);
});

test('a manager of projects reads what their services say, and nothing of the system', async () => {
  const projectId = await liveProject(system());
  await until(async () => (await lines({ projectId, text: 'serves' }, 'project-manager')).length > 0, 'the service has said that it serves');
  expect(await lines({ projectId, text: 'serves' }, 'project-manager')).toMatchObject([{ room: 'project:tally', level: 'INFO', instance: expect.stringMatching(/^[0-9a-f-]{36}$/) }]);
  expect((await lines({}, 'project-manager')).filter(({ room }) => room === 'gateway' || room === 'core')).toEqual([]);
  expect((await lines({ room: 'core' })).length).toBeGreaterThan(0);
  expect((await system().attempt('{ logs { edges { node { id } } } }', {}, { as: 'viewer' })).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
});

test('lines that were written while core was away arrive when it is back', async () => {
  await system().kill('core');
  const requestId = `story-${randomUUID()}`;
  await system().attempt('{ projects { edges { node { id } } } }', {}, { as: 'admin', headers: { 'x-request-id': requestId } });
  await system().restart('core');
  await until(async () => (await lines({ correlationId: requestId }).catch(() => [])).some(({ room }) => room === 'gateway'), 'the gateway has told what it met with');
});
