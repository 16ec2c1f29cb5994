/** One server-sent event. https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream */
export interface ServerSentEvent {
  event: string;
  data: string;
}

/** Reads events out of a stream of text, however it was cut into chunks. Comments (heartbeats) and unknown fields are skipped. */
export async function* readEvents(chunks: AsyncIterable<string>): AsyncGenerator<ServerSentEvent> {
  let pending = newEvent();
  for await (const line of readLines(chunks)) {
    if (line === '') {
      if (pending.data.length > 0) yield { event: pending.event, data: pending.data.join('\n') };
      pending = newEvent();
    } else {
      take(pending, line);
    }
  }
}

interface PendingEvent {
  event: string;
  data: string[];
}

function newEvent(): PendingEvent {
  return { event: 'message', data: [] };
}

function take(pending: PendingEvent, line: string): void {
  const colon = line.indexOf(':');
  const field = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (field === 'event') pending.event = value;
  if (field === 'data') pending.data.push(value);
}

async function* readLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    // A carriage return at the very end may be the first half of a line break: it waits for the next chunk.
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
