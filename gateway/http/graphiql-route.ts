import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { FastifyInstance } from 'fastify';

const HEADERS = JSON.stringify({ Authorization: 'Bearer ' }, null, 2);

/** `GET /graphiql`: a page to try operations in; everything it needs is inside, with the operations of the folder to begin with. */
export function addGraphiqlRoute(server: FastifyInstance, examplesFolder: string): void {
  let page: Page | null = null; // megabytes of script: made for the first who asks
  server.get('/graphiql', async (request, reply) => {
    page ??= makePage(readExamples(examplesFolder));
    const zipped = String(request.headers['accept-encoding']).includes('gzip');
    if (zipped) void reply.header('content-encoding', 'gzip');
    void reply.header('vary', 'accept-encoding').header('x-frame-options', 'DENY').header('cache-control', 'no-cache');
    return reply.type('text/html; charset=utf-8').send(zipped ? page.zipped : page.plain);
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

// One document with all of them, not a tab for each: GraphiQL 5 does not switch between default tabs. It runs the operation that
// the cursor is in, or offers the choice.
function makePage(examples: string[]): Page {
  const options = { endpoint: '/graphql', title: 'Rahat', headers: HEADERS, defaultQuery: examples.join('\n'), shouldPersistHeaders: false };
  const plain = Buffer.from(renderGraphiQL(options as Parameters<typeof renderGraphiQL>[0]));
  return { plain, zipped: gzipSync(plain) };
}
