import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { FastifyInstance } from 'fastify';

/** One tab of the page. */
interface Tab {
  query: string;
  headers: string;
}

const HEADERS = JSON.stringify({ Authorization: 'Bearer ' }, null, 2);

/** `GET /graphiql`: a page to try operations in; everything it needs is inside. Each tab is one file of the folder. */
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

/** Reads `*.graphql` in the order of their names. Inputs stand in the operations: GraphiQL fills the variables of no default tab. */
export function readExamples(folder: string): Tab[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
  return files.sort().map((file) => ({ query: readFileSync(join(folder, file), 'utf8'), headers: HEADERS }));
}

function makePage(defaultTabs: Tab[]): Page {
  // The page takes every property of GraphiQL; the package's types name some of them only.
  const options = { endpoint: '/graphql', title: 'Rahat', headers: HEADERS, defaultTabs, shouldPersistHeaders: false };
  const plain = Buffer.from(renderGraphiQL(options as Parameters<typeof renderGraphiQL>[0]));
  return { plain, zipped: gzipSync(plain) };
}
