import { documentIdOf, plainId, readManifest, writeManifest } from './manifest';

const text = '{ whoami }';
const id = documentIdOf(text);

describe('a manifest of trusted documents', () => {
  test('is read as Apollo writes it', () => {
    const json = JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations: [{ id, name: 'Who', type: 'query', body: text }] });
    expect([...readManifest(json)]).toEqual([[id, text]]);
  });

  test('is read as others write it, under ids of their own', () => {
    expect([...readManifest(JSON.stringify({ [`sha256:${id}`]: text, 'app-1.4:who': text }))]).toEqual([
      [id, text],
      ['app-1.4:who', text],
    ]);
  });

  test('is read back as it was written', () => {
    const documents = new Map([[id, text]]);
    expect(readManifest(writeManifest(documents))).toEqual(documents);
  });

  test.each([
    ['a hash of another document', { [id]: '{ secret }' }, /not the one/],
    ['an id that is none', { '../x': text }, /no id/],
    ['a document without text', { a: '' }, /./],
    ['something else', ['a'], /./],
  ])('is refused for %s', (_what, value, message) => expect(() => readManifest(JSON.stringify(value))).toThrow(message));

  test('knows the ids of GraphQL over HTTP', () => expect([plainId(`sha256:${id}`), plainId('x')]).toEqual([id, 'x']));
});
