import { mkdtempSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInternalServer, listen, type InternalServer } from '#kernel/http';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { clientTls, ensureAuthority, identity, issueCertificate } from '#kernel/tls';

/** One server-sent event. */
export interface Message {
  id: string | null;
  event: string;
  data: unknown;
}

/** A reader of the feed. It takes nothing from its socket but while {@link Reader.next} waits. */
export interface Reader {
  status: number;
  /** Null at the end of the stream. */
  next(): Promise<Message | null>;
  /** The ids of the next messages of kind `event`. */
  positions(count: number): Promise<string[]>;
  close(): void;
}

/** Core's server over mutual TLS, and readers with certificates of any identity. */
export interface Line {
  server: InternalServer;
  listen(): Promise<string>;
  read(lastEventId?: string, as?: string): Promise<Reader>;
  post(path: string, body: object, headers?: Record<string, string>): Promise<{ status: number; body: unknown }>;
  close(): Promise<void>;
}

export async function createLine(): Promise<Line> {
  const folder = mkdtempSync(join(tmpdir(), 'feed-'));
  const authority = { certFile: join(folder, 'ca.crt'), keyFile: join(folder, 'ca.key') };
  await ensureAuthority(authority);
  const filesOf = async (id: string) => {
    const name = id.replaceAll(/\W/g, '-');
    const files = { certFile: join(folder, `${name}.crt`), keyFile: join(folder, `${name}.key`) };
    await issueCertificate(authority, id, files);
    return { caFile: authority.certFile, ...files };
  };
  const metrics = createMetrics();
  const server = createInternalServer({ tls: await filesOf(identity.core), logger: createLogger({ name: 'test', level: 'silent' }), metrics, readiness: async () => ({ ready: true }) });
  const agents: Agent[] = [];
  let url = '';
  const call = async (path: string, options: { as: string; method: string; headers: Record<string, string>; body?: string }): Promise<IncomingMessage> => {
    const agent = new Agent(clientTls(await filesOf(options.as), identity.core));
    agents.push(agent);
    return new Promise((resolve, reject) => {
      const sent = request(`${url}${path}`, { agent, method: options.method, headers: options.headers });
      sent.on('response', resolve).on('error', reject);
      sent.end(options.body);
    });
  };
  return {
    server,
    listen: async () => (url = await listen(server, '127.0.0.1', 0)),
    read: async (lastEventId, as = identity.gateway) =>
      readerOf(await call('/internal/gateway/events', { as, method: 'GET', headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId } })),
    post: async (path, body, headers = {}) => {
      const response = await call(path, { as: identity.gateway, method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
      let text = '';
      for await (const chunk of response) text += String(chunk);
      return { status: response.statusCode ?? 0, body: JSON.parse(text) };
    },
    close: async () => {
      for (const agent of agents) agent.destroy();
      await server.close();
    },
  };
}

function readerOf(response: IncomingMessage): Reader {
  const frames = framesOf(response);
  const next = async (): Promise<Message | null> => (await frames.next()).value ?? null;
  return {
    status: response.statusCode ?? 0,
    next,
    positions: async (count) => {
      const found: string[] = [];
      while (found.length < count) {
        const message = await next();
        if (!message) throw new Error(`The stream ended after ${found.length} events.`);
        if (message.event === 'event') found.push(message.id ?? '');
      }
      return found;
    },
    close: () => response.destroy(),
  };
}

async function* framesOf(response: IncomingMessage): AsyncGenerator<Message, null> {
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    const frames = text.split('\n\n');
    text = frames.pop() ?? '';
    for (const frame of frames) {
      const fields = new Map(frame.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
      const data = fields.get('data');
      if (data) yield { id: fields.get('id') ?? null, event: fields.get('event') ?? 'message', data: JSON.parse(data) };
    }
  }
  return null;
}
