import { Client, errors } from 'undici';
import { clientTls, identity, type TlsFiles } from '#kernel/tls';
import { readEvents, type ServerSentEvent } from './sse';

/** Opens one of core's streams. Resolves when core has accepted; iterating throws when the line breaks, and ends when it fell silent. */
export type OpenStream = (signal: AbortSignal, lastEventId?: string) => Promise<AsyncIterable<ServerSentEvent>>;

// After this long without a word the line is opened anew: somebody between us may have forgotten it.
const SILENCE_MS = 60_000;
const CONNECT_TIMEOUT_MS = 3000;

/** Core's stream of supergraph, routes and permissions, for one gateway. */
export function createCoreStream(tls: TlsFiles, coreUrl: string, gatewayId: string): OpenStream {
  return openerOf(tls, coreUrl, `/internal/gateway/stream?gateway=${encodeURIComponent(gatewayId)}`);
}

/** Core's feed of events (docs/architecture.md, "Internal calls of core"). */
export function createFeedLine(tls: TlsFiles, coreUrl: string): OpenStream {
  return openerOf(tls, coreUrl, '/internal/gateway/events');
}

function openerOf(tls: TlsFiles, coreUrl: string, path: string): OpenStream {
  return async (signal, lastEventId) => {
    const client = new Client(new URL(coreUrl).origin, { connect: { ...clientTls(tls, identity.core), timeout: CONNECT_TIMEOUT_MS }, bodyTimeout: SILENCE_MS });
    try {
      const response = await client.request({
        path,
        method: 'GET',
        headers: { accept: 'text/event-stream', ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
        signal,
      });
      if (response.statusCode !== 200) throw new Error(`Core answered ${response.statusCode} to the stream.`);
      response.body.setEncoding('utf8');
      return closing(client, readEvents(response.body));
    } catch (error) {
      await client.destroy();
      throw error;
    }
  };
}

async function* closing(client: Client, events: AsyncIterable<ServerSentEvent>): AsyncGenerator<ServerSentEvent> {
  try {
    yield* events;
  } catch (error) {
    if (!(error instanceof errors.BodyTimeoutError)) throw error;
  } finally {
    await client.destroy();
  }
}
