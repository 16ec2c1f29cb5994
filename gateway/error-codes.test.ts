import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errorCatalogue } from '#kernel/errors';
import { startEdge, type EdgeServer } from './testing/edge-server';

/** Masked before a client sees them: see `http/present-error.ts`. */
const MASKED = ['DOWNSTREAM_SERVICE_ERROR', 'INVALID_GRAPHQL'];
/** What the system says of a file, compared with. */
const READ = ['ENOENT'];
const known = [...Object.keys(errorCatalogue), ...MASKED, ...READ];

const sources = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('testing/'));
// A code is written as `code: 'X'`, or is what a function that makes an error is given first or second.
const WRITTEN = /(?:\bcode\b[^\n,;]*?[:=?]\s*|\b(?:AppError|refus\w*|fail\w*|coded|trouble|unavailable|errors?)\((?:\w+, )?)'([A-Z][A-Z_]{3,})'/g;
const emitted = new Map(sources.flatMap((file) => [...readFileSync(join(__dirname, file), 'utf8').matchAll(WRITTEN)].map(([, code = '']) => [code, file] as const)));

test('every code that the gateway writes is in the catalogue', () => {
  expect([...emitted].filter(([code]) => !known.includes(code))).toEqual([]);
  expect([...emitted.keys()]).toEqual(expect.arrayContaining(['GRAPHQL_PARSE_FAILED', 'QUERY_PLANNING_FAILED', 'RESUME_GAP', 'CHAIN_STALE', 'PROJECT_CLOSED', 'DOWNSTREAM_SERVICE_ERROR']));
});

describe.each(['thin', 'apollo'] as const)('with the %s front', (front) => {
  let edge: EdgeServer;
  beforeAll(async () => void (edge = await startEdge({ one: { sdl: 'type Query { a(x: Int): Int }' } }, front)));
  afterAll(() => edge.stop());

  test.each<[string, object]>([
    ['GRAPHQL_PARSE_FAILED', { query: '{' }],
    ['GRAPHQL_VALIDATION_FAILED', { query: '{ b }' }],
    ['GRAPHQL_VALIDATION_FAILED', { query: 'mutation { a }' }],
    ['OPERATION_RESOLUTION_FAILURE', { query: '{ a }', operationName: 'Other' }],
    ['OPERATION_RESOLUTION_FAILURE', { query: 'query A { a } query B { a }' }],
    ['OPERATION_RESOLUTION_FAILURE', { query: 'query A { a }', operationName: '__proto__' }],
    ['BAD_USER_INPUT', { query: 'query ($x: Int!) { a(x: $x) }', variables: { x: 'text' } }],
    ['PERSISTED_QUERY_NOT_SUPPORTED', { extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } }],
    ['BAD_USER_INPUT', { query: '' }],
    ['BAD_USER_INPUT', { query: ['{ a }'] }],
    ['BAD_USER_INPUT', { query: '{ a }', variables: [] }],
    ['BAD_USER_INPUT', { query: '{ a }', extensions: 'none' }],
    ['BAD_USER_INPUT', { query: '{ a }', operationName: 7 }],
  ])('a client is told %s for %j', async (code, body) => {
    const response = await fetch(`${edge.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
    expect(errors.map(({ extensions }) => extensions.code)).toEqual([code]);
  });
});
