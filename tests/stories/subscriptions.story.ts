import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import WebSocket from 'ws';
import { changeProject, liveProject, registerTypes } from '../kit/projects';
import { useSystem } from '../kit/system';

const system = useSystem();
let projectId: string;

beforeAll(async () => {
  await registerTypes(system(), 'tally:1.0.0');
  projectId = await liveProject(system(), { name: 'Watched' });
}, 60_000);

const QUERY = 'subscription ($id: ID!) { projectEvents(projectId: $id) { name position project { name status tally { count } } } }';

interface Told {
  name: string;
  position: string;
  project: { name: string; status: string; tally: { count: number } | null } | null;
}
type Message = { data?: { projectEvents: Told } | null; errors?: readonly { message: string; extensions?: Record<string, unknown> }[] };

const url = (): string => new URL('/graphql', system().urls.gateway ?? '').href;
const bearer = async (role: string): Promise<string> => `Bearer ${await system().token(role)}`;

async function firstOf(messages: AsyncIterator<Message>, wanted: (message: Message) => boolean): Promise<Message> {
  for (let next = await messages.next(); !next.done; next = await messages.next()) if (wanted(next.value)) return next.value;
  throw new Error('The stream ended before that.');
}
const isNamed = (name: string) => (message: Message): boolean => message.data?.projectEvents.name === name || message.errors !== undefined;

describe('a subscription over server-sent events', () => {
  test('tells what happens to a project, joined across core and the project’s own service', async () => {
    const client = createSseClient({ url: url(), headers: { authorization: await bearer('admin') }, retryAttempts: 0 });
    const messages = client.iterate({ query: QUERY, variables: { id: projectId } }) as unknown as AsyncIterableIterator<Message>;
    const paused = firstOf(messages, isNamed('project.paused'));
    await pauseSoon();
    expect(await paused).toEqual({ data: { projectEvents: { name: 'project.paused', position: expect.any(String), project: { name: 'Watched', status: 'PAUSED', tally: { count: expect.any(Number) } } } } });
    await messages.return?.();
    client.dispose();
  });

  test('goes on where a client was, by Last-Event-ID', async () => {
    const past = await readStream({ 'last-event-id': '0' }, ({ name }) => name === 'project.activated');
    const again = await readStream({ 'last-event-id': past.at(-2)?.position ?? '0' }, ({ name }) => name === 'project.activated');
    expect(past.map(({ name }) => name)).toEqual(expect.arrayContaining(['project.created', 'project.activated']));
    expect(again).toEqual(past.slice(-1));
  });

  test('says RESUME_GAP for a position that there never was', async () => {
    expect(await streamText({ 'last-event-id': '999999999' })).toContain('RESUME_GAP');
  });

  test('is refused to whoever has not signed in', async () => {
    const response = await fetch(url(), { method: 'POST', headers: { 'content-type': 'application/json', accept: 'text/event-stream' }, body: JSON.stringify({ query: QUERY, variables: { id: projectId } }) });
    expect(await response.text()).toMatch(/event: next\ndata: .*UNAUTHENTICATED[^]*event: complete/);
  });

  test('answers a query, too', async () => {
    const response = await fetch(url(), { method: 'POST', headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: await bearer('admin') }, body: JSON.stringify({ query: '{ __typename }' }) });
    expect(await response.text()).toContain('event: next\ndata: {"data":{"__typename":"Query"}}\n\nevent: complete');
  });
});

describe('a subscription over WebSocket', () => {
  const clientFor = async (authorization: string) => createWsClient({ url: url().replace('http', 'ws'), webSocketImpl: WebSocket, connectionParams: { authorization }, retryAttempts: 0 });

  test('tells what happens, and what was missed', async () => {
    const client = await clientFor(await bearer('admin'));
    const messages = client.iterate<{ projectEvents: Told }>({ query: QUERY, variables: { id: projectId }, extensions: { resumeFrom: '0' } }) as unknown as AsyncIterableIterator<Message & { extensions?: { position: string } }>;
    const created = await firstOf(messages, isNamed('project.created'));
    expect(created).toMatchObject({ data: { projectEvents: { project: { name: 'Watched' } } }, extensions: { position: expect.stringMatching(/^\d+$/) } });
    const resumed = firstOf(messages, isNamed('project.resumed'));
    await changeProject(system(), 'resumeProject', projectId);
    expect(await resumed).toMatchObject({ data: { projectEvents: { project: { status: 'ACTIVE' } } } });
    await messages.return?.();
    await client.dispose();
  });

  test('carries queries', async () => {
    const client = await clientFor(await bearer('viewer'));
    const { value } = await client.iterate({ query: 'query ($id: ID!) { project(id: $id) { name } }', variables: { id: projectId } }).next();
    expect(value).toEqual({ data: { project: { name: 'Watched' } } });
    await client.dispose();
  });

  test('is closed with 4401 to a token that does not hold', async () => {
    const client = await clientFor('Bearer nonsense');
    await expect(client.iterate({ query: '{ __typename }' }).next()).rejects.toMatchObject({ code: 4401 });
  });
});

test('a subscription outlives a restart of core and tells what happened meanwhile', async () => {
  const client = createSseClient({ url: url(), headers: { authorization: await bearer('admin') }, retryAttempts: 0 });
  const messages = client.iterate({ query: QUERY, variables: { id: projectId } }) as unknown as AsyncIterableIterator<Message>;
  const paused = firstOf(messages, isNamed('project.paused'));
  await new Promise((resolve) => setTimeout(resolve, 300));
  await system().kill('core');
  await system().restart('core');
  await changeWhenBack('pauseProject');
  expect((await paused).data?.projectEvents.project?.status).toBe('PAUSED');
  await messages.return?.();
  client.dispose();
}, 60_000);

test('a subscription by plain HTTP is answered with how to subscribe', async () => {
  const { errors } = await system().attempt(QUERY, { id: projectId }, { as: 'admin' });
  expect(errors[0]?.message).toContain('text/event-stream');
});

async function pauseSoon(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300));
  await changeProject(system(), 'pauseProject', projectId);
}

async function changeWhenBack(mutation: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await changeProject(system(), mutation, projectId);
    } catch (error) {
      if (attempt > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function streamText(headers: Record<string, string>): Promise<string> {
  return (await openStream(headers, AbortSignal.timeout(10_000))).text();
}

async function openStream(headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  return fetch(url(), { method: 'POST', signal, headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: await bearer('admin'), ...headers }, body: JSON.stringify({ query: QUERY, variables: { id: projectId } }) });
}

/** Reads raw events until one is the last that is wanted. */
async function readStream(headers: Record<string, string>, isLast: (told: Told) => boolean): Promise<Told[]> {
  const response = await openStream(headers, AbortSignal.timeout(10_000));
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const told: Told[] = [];
  let text = '';
  for (let chunk = await reader?.read(); chunk && !chunk.done; chunk = await reader?.read()) {
    text += chunk.value;
    const frames = text.split('\n\n');
    text = frames.pop() ?? '';
    for (const frame of frames) {
      const [, position] = /^id: (\d+)$/m.exec(frame) ?? [];
      const [, data] = /^data: (\{.*\})$/m.exec(frame) ?? [];
      if (!position || !data) continue;
      const event = (JSON.parse(data) as { data: { projectEvents: Told } }).data.projectEvents;
      expect(event.position).toBe(position);
      told.push(event);
      if (isLast(event)) {
        await reader?.cancel();
        return told;
      }
    }
  }
  return told;
}
