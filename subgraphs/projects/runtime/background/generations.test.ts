import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '#kernel/db';
import { identity } from '#kernel/tls';
import { createStage, projectFacts, type Stage } from '../../testing/stage';
import { migrateStage, startService, type RunningService } from '../../testing/service-process';

const IMAGE = 'tally:1.0.0';
let stage: Stage;
const services: RunningService[] = [];

beforeEach(async () => {
  stage = await createStage(projectFacts({ type: 'tally' }));
  await migrateStage(stage, IMAGE);
});
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop('SIGKILL')));
  await stage.close();
});

async function start(generation: number, instanceId = newId()): Promise<RunningService> {
  const service = await startService(stage, IMAGE, { generation, instanceId });
  services.push(service);
  return service;
}

async function add(service: RunningService, by = 1, idempotencyKey: string = newId()): Promise<unknown> {
  const query = `mutation ($p: ID!, $b: Int!, $k: String!) { tallyAdd(projectId: $p, by: $b, idempotencyKey: $k) }`;
  const { data, errors } = await service.ask(query, { variables: { p: stage.facts.id, b: by, k: idempotencyKey } });
  return errors?.[0]?.extensions.code ?? data?.tallyAdd;
}

const activate = (service: RunningService, generation: number) => service.post('/internal/activate', { generation });
const drain = (service: RunningService) => service.post<{ pendingEvents: number; pendingAudit: number }>('/internal/drain', {});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

const counts = () => stage.core.events().map((event) => event.payload.count);

describe('relaying', () => {
  it('begins with activation, and brings events and audit entries to core in the name of the instance', async () => {
    const service = await start(1);
    await add(service);
    await sleep(1500);
    expect(stage.core.batches).toEqual([]);
    await activate(service, 1);
    await until(() => counts().length === 1 && stage.core.audit().length === 1);
    expect(stage.core.batches[0]?.caller).toBe(identity.projectInstance(stage.facts.id, service.instanceId));
    expect(stage.core.events()[0]).toMatchObject({ name: 'project.tally.mark-added', projectId: stage.facts.id, payload: { count: 1 } });
    expect(stage.core.audit()[0]).toMatchObject({ action: 'project.tally.mark-added', organizationId: stage.facts.organizationId, actorType: 'USER' });
  });

  it('goes on by itself after kill -9, and loses nothing that was committed', async () => {
    const service = await start(1);
    await activate(service, 1);
    stage.core.mode = 'swallow';
    for (let n = 0; n < 20; n++) expect(await add(service)).toBe(n + 1);
    await until(() => counts().length > 0);
    await service.stop('SIGKILL');
    stage.core.mode = 'take';
    await start(1, service.instanceId);
    await until(() => new Set(counts()).size === 20 && new Set(stage.core.audit().map((entry) => entry.id)).size === 20);
    expect(stage.core.events().length).toBeGreaterThan(20); // what core took without saying so came again
  });

  it('catches up when core is back', async () => {
    const service = await start(1);
    await activate(service, 1);
    stage.core.mode = 'refuse';
    await add(service);
    expect(await drain(service)).toEqual({ pendingEvents: 1, pendingAudit: 1 });
    stage.core.mode = 'take';
    expect(await drain(service)).toEqual({ pendingEvents: 0, pendingAudit: 0 });
  });

  it('ends with a drain', async () => {
    const service = await start(1);
    await activate(service, 1);
    await drain(service);
    await add(service);
    await sleep(1500);
    expect(counts()).toEqual([]);
    await activate(service, 1);
    await until(() => counts().length === 1);
  });
});

describe('a later generation', () => {
  it('takes over: the earlier one relays nothing any more, not even when it is restarted', async () => {
    const blue = await start(1);
    await activate(blue, 1);
    const green = await start(2);
    await activate(green, 2);
    await green.stop('SIGKILL');
    await add(blue);
    expect(await drain(blue)).toEqual({ pendingEvents: 1, pendingAudit: 1 });
    await blue.stop('SIGKILL');
    await start(1, blue.instanceId);
    await sleep(1500);
    expect(counts()).toEqual([]);
    await start(2, green.instanceId);
    await until(() => counts().length === 1);
  });

  it('cannot be followed by an earlier one', async () => {
    const [blue, green] = await Promise.all([start(1), start(2)]);
    await activate(green, 2);
    await expect(activate(blue, 1)).rejects.toMatchObject({ status: 409 });
    await expect(activate(green, 3)).rejects.toMatchObject({ status: 409 });
    await activate(green, 2);
  });

  it('shares the database with the earlier one while both serve', async () => {
    const [blue, green] = await Promise.all([start(1), start(2)]);
    expect(await Promise.all([add(blue, 1, 'same-key'), add(green, 1, 'same-key')])).toEqual([1, 1]);
  });
});

describe('news of the project', () => {
  const news = (facts: Partial<Stage['facts']>) => ({
    id: newId(),
    name: 'project.updated',
    version: 1,
    projectId: stage.facts.id,
    aggregateType: 'Project',
    aggregateId: stage.facts.id,
    occurredAt: new Date().toISOString(),
    correlationId: 'test',
    payload: { ...stage.facts, ...facts },
  });
  const tell = (service: RunningService, ...events: object[]) => service.post<{ acknowledged: string[] }>('/internal/events', { events });

  it('pauses, resumes and closes', async () => {
    const service = await start(1);
    const outcomes: unknown[] = [];
    for (const [index, status] of ['PAUSED', 'ACTIVE', 'CLOSING'].entries()) {
      await tell(service, news({ status, revision: 2 + index }));
      outcomes.push(await add(service));
    }
    expect(outcomes).toEqual(['PROJECT_PAUSED', 1, 'PROJECT_CLOSED']);
  });

  it('answers a repeat of a change although the project is paused now', async () => {
    const service = await start(1);
    await add(service, 5, 'before-the-pause');
    await tell(service, news({ status: 'PAUSED', revision: 2 }));
    expect(await add(service, 5, 'before-the-pause')).toBe(5);
  });

  it('never goes back, whatever comes late, twice or after a restart', async () => {
    const service = await start(1);
    const late = news({ status: 'ACTIVE', revision: 2 });
    const newest = news({ status: 'PAUSED', revision: 3 });
    expect(await tell(service, newest, late, newest)).toEqual({ acknowledged: [newest.id, late.id, newest.id] });
    await tell(service, late);
    expect(await add(service)).toBe('PROJECT_PAUSED');
    await service.stop('SIGKILL');
    expect(await add(await start(1, service.instanceId))).toBe('PROJECT_PAUSED');
  });

  it('is refused when it is of another project', async () => {
    const service = await start(1);
    await expect(tell(service, { ...news({ status: 'PAUSED', revision: 9 }), projectId: newId() })).rejects.toMatchObject({ status: 404 });
    await expect(tell(service, news({ id: newId(), status: 'PAUSED', revision: 9 }))).rejects.toMatchObject({ status: 404 });
    expect(await add(service)).toBe(1);
  });
});
