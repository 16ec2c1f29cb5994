import { readAccept } from './media-types';

const RESPONSE = 'application/graphql-response+json';

// https://graphql.github.io/graphql-over-http/draft/#sec-Accept, and RFC 9110, section 12.5.1.
describe('what a client takes', () => {
  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['application/*', 'application/json'],
    ['application/json', 'application/json'],
    [RESPONSE, RESPONSE],
    [`${RESPONSE}; charset=utf-8, application/json; q=0.9`, RESPONSE],
    [`${RESPONSE};q=0.1, application/json`, 'application/json'],
    [`APPLICATION/GRAPHQL-RESPONSE+JSON`, RESPONSE],
    [`${RESPONSE}; charset=utf-16, application/json`, 'application/json'],
    ['text/html, */*;q=0.8', 'application/json'],
  ])('%s is answered as %s', (header, single) => expect(readAccept(header)).toEqual({ single, multipart: false, eventStream: false }));

  it.each(['text/html', 'application/json;q=0', 'application/xml, text/*', ';;;,,,', '__proto__', 'constructor'])('%j is nothing that we have', (header) =>
    expect(readAccept(header).single).toBeNull(),
  );

  it.each(['multipart/mixed', 'multipart/mixed;deferSpec=20220824, application/json', 'multipart/mixed; deferspec="20220824"'])('%s takes parts', (header) =>
    expect(readAccept(header)).toEqual({ single: 'application/json', multipart: true, eventStream: false }),
  );

  it('takes no parts of another form', () => expect(readAccept('multipart/mixed; deferSpec=20991231')).toMatchObject({ single: null, multipart: false }));
  it('may be a stream of events', () => expect(readAccept('text/event-stream')).toMatchObject({ eventStream: 'only', multipart: false }));
});
