import { readFileSync } from 'node:fs';
import type { FastifyRequest } from 'fastify';
import { buildSchema, parse, validate } from 'graphql';
import { readRestDocument, readRestDocuments } from './document';
import { variablesOf } from './variables';

const requestOf = (parts: { params?: object; query?: object; body?: unknown; headers?: object }): FastifyRequest => ({ headers: {}, ...parts }) as FastifyRequest;

describe('a REST document', () => {
  it('says by its header where it stands and what success is', () => {
    const document = readRestDocument('# POST /things/:id\n# status: 202\n# Moves a thing.\nmutation M($id: ID!, $input: Move) { done: move(id: $id, input: $input) { id } }');
    expect(document).toMatchObject({ method: 'POST', path: '/things/:id', status: 202, key: 'done' });
    expect([...document.variables]).toEqual([
      ['id', { type: 'ID', required: true }],
      ['input', { type: 'Move', required: false }],
    ]);
  });

  it.each(['query { a }', '# GET /a\nquery { a b }', '# GET /a\nquery A { a } query B { b }', '# GET /a\nfragment F on A { b }', '# GET /a\nquery {'])('is not %j', (text) => {
    expect(() => readRestDocument(text)).toThrow();
  });

  it('is every file of the folder of the gateway', () => {
    expect(readRestDocuments('gateway/rest').map(({ method, path, status }) => `${method} ${path} ${status}`)).toContain('POST /projects 201');
  });

  it('can be run on the graph that we publish', () => {
    const schema = buildSchema(readFileSync('gateway/api-schema.graphql', 'utf8'));
    for (const { path, query } of readRestDocuments('gateway/rest')) expect({ path, errors: validate(schema, parse(query)) }).toEqual({ path, errors: [] });
  });

  it('says what it does to session cookies', () => {
    const cookies = new Map(readRestDocuments('gateway/rest').map((document) => [document.path, document.cookies]));
    expect([cookies.get('/projects'), cookies.get('/auth/refresh'), cookies.get('/auth/sign-out')]).toEqual([null, 'set', 'clear']);
  });
});

describe('the variables of a REST request', () => {
  const document = readRestDocument('# GET /things/:id\nquery Q($id: ID!, $first: Int, $open: Boolean, $text: String) { things(id: $id) { id } }');

  it('come from the path and the query string, as the scalars that the document declares', () => {
    const variables = variablesOf(document, requestOf({ params: { id: '7' }, query: { first: '3', open: 'false', text: '5', other: 'x' } }));
    expect({ ...variables }).toEqual({ id: '7', first: 3, open: false, text: '5' });
  });

  it.each([
    ['id: is required', { params: {}, query: {} }],
    ['first: must be a number', { params: { id: '7' }, query: { first: 'three' } }],
    ['open: must be true or false', { params: { id: '7' }, query: { open: 'yes' } }],
  ])('are refused with %j', (message, parts) => {
    expect(() => variablesOf(document, requestOf(parts))).toThrow(message);
  });
});
