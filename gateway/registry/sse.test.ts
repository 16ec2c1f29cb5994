import fc from 'fast-check';
import { readEvents, type ServerSentEvent } from './sse';

async function read(chunks: readonly string[]): Promise<ServerSentEvent[]> {
  const stream = (async function* () {
    yield* chunks;
  })();
  const events: ServerSentEvent[] = [];
  for await (const event of readEvents(stream)) events.push(event);
  return events;
}

describe('reading server-sent events', () => {
  it('skips comments and unknown fields, joins lines of data and names the unnamed', async () => {
    const text = ': hello\n\nevent: routes\nid: 1\ndata: a\ndata: b\n\ndata:c\r\n\r\nevent: empty\n\n';
    expect(await read([text])).toEqual([
      { event: 'routes', data: 'a\nb' },
      { event: 'message', data: 'c' },
    ]);
  });

  it('drops an event that was cut off', async () => {
    expect(await read(['event: routes\ndata: {"version":'])).toEqual([]);
  });

  it('does not depend on how the text was cut', async () => {
    const text = 'event: a\r\ndata: {"x":"é"}\r\n\r\nevent: b\rdata: 1\r\r: c\n\nevent: c\ndata: 2\n\n';
    const whole = await read([text]);
    expect(whole).toHaveLength(3);
    const property = fc.asyncProperty(fc.array(fc.nat(text.length), { maxLength: 8 }), async (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), text.length];
      expect(await read(places.slice(1).map((end, index) => text.slice(places[index], end)))).toEqual(whole);
    });
    await fc.assert(property);
  });
});
