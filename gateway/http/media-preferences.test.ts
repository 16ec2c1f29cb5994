import { readAccept } from './media-types';

const JSON_TYPE = 'application/json';
const RESPONSE = 'application/graphql-response+json';

describe('the media type of an answer', () => {
  test.each<[string | undefined, string | null]>([
    [undefined, JSON_TYPE],
    ['', JSON_TYPE],
    ['*/*', JSON_TYPE],
    ['application/*', JSON_TYPE],
    [JSON_TYPE, JSON_TYPE],
    [RESPONSE, RESPONSE],
    ['APPLICATION/GraphQL-Response+JSON', RESPONSE],
    [`${RESPONSE}; charset=utf-8`, RESPONSE],
    [`${RESPONSE};charset="UTF-8"`, RESPONSE],
    ['text/html', null],
    ['text/html, */*;q=0.1', JSON_TYPE],
  ])('for %s is %s', (accept, single) => {
    expect(readAccept(accept).single).toBe(single);
  });

  test.each([
    [`${JSON_TYPE}, ${RESPONSE}`, JSON_TYPE],
    [`${RESPONSE}, ${JSON_TYPE}`, RESPONSE],
    [`${JSON_TYPE};q=0.5, ${RESPONSE}`, RESPONSE],
    [`${RESPONSE};q=0.5, ${JSON_TYPE};q=0.9`, JSON_TYPE],
    [`${RESPONSE}, */*`, RESPONSE],
    [`*/*, ${RESPONSE}`, RESPONSE],
    [`${RESPONSE};q=0.3, application/*;q=0.4`, JSON_TYPE],
  ])('for %s is what the client likes best, and of equals the first that it names', (accept, single) => {
    expect(readAccept(accept).single).toBe(single);
  });

  test.each([
    [`${JSON_TYPE};q=0, */*`, RESPONSE],
    [`*/*, ${JSON_TYPE};q=0.1`, RESPONSE],
    [`application/*;q=0, */*`, null],
    [`${JSON_TYPE};q=0`, null],
    [`${JSON_TYPE};q=0, ${RESPONSE};q=0, */*`, null],
  ])('for %s follows the most precise range (RFC 9110, section 12.5.1)', (accept, single) => {
    expect(readAccept(accept).single).toBe(single);
  });

  test.each([',,,', ';;;', 'nonsense', '/', `${JSON_TYPE};q=much`, `${JSON_TYPE};q=2`, `${JSON_TYPE};q=-1`, `${JSON_TYPE};charset=utf-16`, '__proto__', 'constructor'])('for %s is none', (accept) => {
    expect(readAccept(accept)).toEqual({ single: null, multipart: false, eventStream: false });
  });
});

describe('an answer in parts', () => {
  test.each<[string, boolean]>([
    ['multipart/mixed', true],
    ['multipart/mixed; deferSpec=20220824, application/json', true],
    ['multipart/mixed; boundary="-"; DeferSpec="20220824"', true],
    ['multipart/mixed; deferSpec=20230621, application/json', false],
    ['multipart/mixed; q=0, application/json', false],
    ['application/json', false],
    ['*/*', false],
  ])('is taken by %s: %s', (accept, multipart) => {
    expect(readAccept(accept).multipart).toBe(multipart);
  });

  test('may come whole, when nothing was deferred', () => {
    expect(readAccept('multipart/mixed; deferSpec=20220824').single).toBe(JSON_TYPE);
    expect(readAccept('multipart/mixed; deferSpec=20220824, application/graphql-response+json').single).toBe(RESPONSE);
  });
});

test('a stream of events is taken by who names it only', () => {
  expect(readAccept('text/event-stream')).toEqual({ single: JSON_TYPE, multipart: false, eventStream: 'only' });
  expect(readAccept('application/json, text/event-stream').eventStream).toBe('also');
  expect(readAccept('*/*').eventStream).toBe(false);
  expect(readAccept('text/event-stream;q=0, */*').eventStream).toBe(false);
});

test('answers are the same however many headers were read before', () => {
  for (let index = 0; index < 1000; index++) readAccept(`text/x-${index}, application/json`);
  expect(readAccept(`text/x-999, ${RESPONSE}`).single).toBe(RESPONSE);
});
