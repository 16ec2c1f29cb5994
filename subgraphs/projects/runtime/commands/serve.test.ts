import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SignJWT } from 'jose';
import pg from 'pg';
import { createPrincipalSigner } from '#kernel/auth';
import { newId } from '#kernel/db';
import { createStage, projectFacts, type Stage } from '../../testing/stage';
import { migrateStage, principalWith, runImage, serveEnvironment, startService, type RunningService } from '../../testing/service-process';

const IMAGE = 'tally:1.0.0';
let stage: Stage;
let service: RunningService;

beforeAll(async () => {
  stage = await createStage(projectFacts({ type: 'tally' }));
  await migrateStage(stage, IMAGE);
  service = await startService(stage, IMAGE);
});
afterAll(async () => {
  await service.stop();
  await stage.close();
});

const count = `query ($p: ID!) { tallyCount(projectId: $p) }`;
const own = () => ({ variables: { p: stage.facts.id } });

describe('describe', () => {
  it('needs no environment and prints one line of JSON', async () => {
    const { code, output } = await runImage(IMAGE, 'describe');
    expect(code).toBe(0);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(output)).toMatchObject({ type: 'tally', version: '1.0.0', migrations: ['0000_runtime', '0001_audit_ip', '0001_tally'] });
  });

  it('tells the same schema as the service serves', async () => {
    const { sdl } = JSON.parse((await runImage(IMAGE, 'describe')).output) as { sdl: string };
    const served = await service.post<{ data: { _service: { sdl: string } } }>('/graphql', { query: '{ _service { sdl } }' });
    expect(served.data._service.sdl).toBe(sdl);
  });
});

describe('migrate', () => {
  it('applies nothing the second time', async () => {
    const again = await runImage(IMAGE, 'migrate', { DATABASE_URL: stage.database.url, SERVICE_ROLE: 'rahat_test_service' });
    expect(again).toMatchObject({ code: 0, output: expect.stringContaining('nothing') });
  });

  it('names every variable that is missing', async () => {
    const { code, output } = await runImage(IMAGE, 'migrate');
    expect(code).toBe(1);
    expect(output).toMatch(/DATABASE_URL[^]*SERVICE_ROLE/);
  });

  it.each(['UPDATE audit_entry SET action = $$x$$', 'DELETE FROM audit_entry', 'TRUNCATE audit_entry', 'CREATE TABLE stolen ()'])('leaves the service no right to %s', async (sql) => {
    await expect(asService(sql)).rejects.toThrow('permission denied');
  });
});

describe('a service', () => {
  it('answers the gateway with a principal made for its project', async () => {
    expect(await service.ask(count, own())).toEqual({ data: { tallyCount: expect.any(Number) } });
  });

  it('refuses a principal made for another audience', async () => {
    const sign = createPrincipalSigner(stage.certificates.privateKeyFile);
    for (const audience of ['core', `project:${newId()}`]) {
      const token = await sign(principalWith(['entitlement:read']), audience);
      await expect(service.ask(count, { ...own(), token })).rejects.toMatchObject({ status: 401 });
    }
  });

  it('refuses a principal that is missing, forged, or expired', async () => {
    const ours = createPrivateKey(readFileSync(stage.certificates.privateKeyFile));
    const foreign = generateKeyPairSync('ed25519').privateKey;
    expect(await service.ask(count, { ...own(), token: await token(ours, 60) })).not.toHaveProperty('errors');
    for (const bad of ['nonsense', await token(ours, -5), await token(foreign, 60)]) {
      await expect(service.ask(count, { ...own(), token: bad })).rejects.toMatchObject({ status: 401 });
    }
  });

  it('refuses callers that are not its peers, and peers at routes that are not theirs', async () => {
    await expect(service.post('/graphql', { query: '{ __typename }' }, 'chain')).rejects.toMatchObject({ status: 403 });
    await expect(service.post('/internal/events', { events: [] }, 'gateway')).rejects.toMatchObject({ status: 403 });
    await expect(service.post('/internal/activate', { generation: 1 }, 'gateway')).rejects.toMatchObject({ status: 403 });
    await expect(service.post('/internal/drain', {}, 'chain')).rejects.toMatchObject({ status: 403 });
  });

  it('knows of no project but its own, in root fields and in references', async () => {
    const other = newId();
    const root = await service.ask(count, { variables: { p: other } });
    expect(root).toEqual({ data: { tallyCount: null }, errors: [expect.objectContaining({ extensions: { code: 'NOT_FOUND' } })] });
    const mixed = await service.ask(`query ($r: [_Any!]!) { _entities(representations: $r) { ... on Project { id tally { label } } } }`, {
      variables: { r: [{ __typename: 'Project', id: other }, { __typename: 'Project', id: stage.facts.id }] },
    });
    expect(mixed.data).toEqual({ _entities: [null, { id: stage.facts.id, tally: { label: 'Flood 2026' } }] });
    expect(mixed.errors).toEqual([expect.objectContaining({ path: ['_entities', 0], extensions: { code: 'NOT_FOUND' } })]);
  });

  it('wants the permission of the field', async () => {
    const answer = await service.ask(count, { ...own(), permissions: [] });
    expect(answer.errors?.[0]?.extensions).toEqual({ code: 'FORBIDDEN', permission: 'entitlement:read' });
  });

  it('does not start a second copy of itself: that one ends with code 3', async () => {
    const env = await serveEnvironment(stage, { instanceId: service.instanceId, generation: 1, facts: stage.facts });
    expect(await runImage(IMAGE, 'serve', env)).toMatchObject({ code: 3 });
  });

  it('ends with code 1 when the project is of another type', async () => {
    const env = await serveEnvironment(stage, { instanceId: newId(), generation: 1, facts: { ...stage.facts, type: 'other' } });
    expect(await runImage(IMAGE, 'serve', env)).toMatchObject({ code: 1, output: expect.stringContaining('of the type tally') });
  });

  it('holds four connections at most, busy or idle', async () => {
    await Promise.all(Array.from({ length: 40 }, () => service.ask(count, own())));
    const { rows } = await asAdmin('SELECT count(*)::int AS held FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()');
    expect(rows[0]?.held).toBeLessThanOrEqual(4);
  });

  it('ends with code 1 when it loses its lock', async () => {
    const other = await startService(stage, IMAGE, { generation: 2 });
    await asAdmin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rahat-lock' AND datname = current_database()
                   AND backend_start = (SELECT max(backend_start) FROM pg_stat_activity WHERE application_name = 'rahat-lock' AND datname = current_database())`);
    expect(await other.ended).toMatchObject({ code: 1 });
  });

  it('ends with code 0 when it is told to stop', async () => {
    const other = await startService(stage, IMAGE, { generation: 2 });
    expect(await other.stop()).toMatchObject({ code: 0 });
  });
});

describe('readiness', () => {
  it('waits for the tables, and refuses to answer until they are there', async () => {
    const empty = await createStage(projectFacts({ type: 'tally' }));
    const early = await startService(empty, IMAGE);
    const ready = () => fetchReadiness(empty, early);
    expect(await ready()).toBe(503);
    await expect(early.ask(count, { variables: { p: empty.facts.id } })).rejects.toMatchObject({ status: 503 });
    await migrateStage(empty, IMAGE);
    expect(await ready()).toBe(200);
    expect(await early.ask(count, { variables: { p: empty.facts.id } })).toEqual({ data: { tallyCount: 0 } });
    await early.stop();
    await empty.close();
  });
});

async function fetchReadiness(on: Stage, of: RunningService): Promise<number> {
  const identity = `spiffe://rahat/project/${on.facts.id}/*`;
  return on.as('worker').call({ url: of.url, path: '/readiness', identity }).then(() => 200, (error: { status: number }) => error.status);
}

function token(key: KeyObject, secondsLeft: number): Promise<string> {
  return new SignJWT({ principal: principalWith(['entitlement:read']) })
    .setProtectedHeader({ alg: 'EdDSA' })
    .setIssuer('rahat-gateway')
    .setAudience(`project:${stage.facts.id}`)
    .setExpirationTime(Math.floor(Date.now() / 1000) + secondsLeft)
    .sign(key);
}

async function asService(sql: string): Promise<pg.QueryResult> {
  return query(stage.database.serviceUrl, sql);
}

async function asAdmin(sql: string): Promise<pg.QueryResult<Record<string, number>>> {
  return query(stage.database.url, sql);
}

async function query(url: string, sql: string): Promise<pg.QueryResult<Record<string, number>>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}
