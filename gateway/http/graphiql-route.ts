import { readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { FastifyInstance } from 'fastify';
import { AppError } from '#kernel/errors';
import { pageHeaders } from './security-headers';

export interface GraphiqlFolders {
  /** `*.graphql`: the operations to begin with. */
  examples: string;
  /** `*.mjs` and `*.css`: what our page has besides GraphiQL. */
  page: string;
}

const HEADERS = JSON.stringify({ Authorization: 'Bearer ' }, null, 2);
const MEDIA_TYPES: Readonly<Record<string, string>> = { '.mjs': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8' };
const ADDITIONS = '<link rel="stylesheet" href="/graphiql/page.css" /><script type="module" src="/graphiql/page.mjs"></script>';

/** `GET /graphiql`: a page to try operations in, and to see how they are answered. Needs nothing from elsewhere. */
export function addGraphiqlRoute(server: FastifyInstance, folders: GraphiqlFolders): void {
  let page: Page | null = null; // megabytes of script: made for the first who asks
  server.get('/graphiql', async (request, reply) => {
    page ??= makePage(readExamples(folders.examples));
    const zipped = String(request.headers['accept-encoding']).includes('gzip');
    if (zipped) void reply.header('content-encoding', 'gzip');
    void reply.headers(pageHeaders).header('vary', 'accept-encoding').header('cache-control', 'no-cache');
    return reply.type('text/html; charset=utf-8').send(zipped ? page.zipped : page.plain);
  });
  let files: ReadonlyMap<string, string> | null = null;
  server.get<{ Params: { file: string } }>('/graphiql/:file', async ({ params: { file } }, reply) => {
    files ??= readPageFiles(folders.page);
    const text = files.get(file);
    if (text === undefined) throw new AppError('NOT_FOUND', 'There is nothing at this address.');
    return reply.type(MEDIA_TYPES[extname(file)] ?? 'text/plain').header('cache-control', 'no-cache').send(text);
  });
}

interface Page {
  plain: Buffer;
  zipped: Buffer;
}

/** Reads `*.graphql` in the order of their names. */
export function readExamples(folder: string): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
  return files.sort().map((file) => readFileSync(join(folder, file), 'utf8'));
}

// All are read before any is asked for, so that no address becomes a path.
function readPageFiles(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder).filter((file) => extname(file) in MEDIA_TYPES);
  return new Map(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}

// One document with all of them, not a tab for each: GraphiQL 5 does not switch between default tabs. It runs the operation that
// the cursor is in, or offers the choice.
function makePage(examples: string[]): Page {
  const options = { endpoint: '/graphql', title: 'Rahat', headers: HEADERS, defaultQuery: examples.join('\n'), shouldPersistHeaders: false };
  const html = renderGraphiQL(options as Parameters<typeof renderGraphiQL>[0]).replace('</head>', () => `${ADDITIONS}</head>`);
  const plain = Buffer.from(html);
  return { plain, zipped: gzipSync(plain) };
}
