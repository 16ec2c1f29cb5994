import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { compileQuery, type CompiledQuery } from './executor';
import type { Arguments } from './resolvers';
import { SHOP_RESOLVERS } from './shop';

// All subgraphs in one process, each under its own path: `POST /<name>`. Plain HTTP, so that no gateway's TLS is measured.

const compiled = new Map<string, CompiledQuery>();
let fetches = 0;

function answer(subgraph: string, body: string): string {
  const { query, variables } = JSON.parse(body) as { query: string; variables?: Arguments | null };
  const key = `${subgraph} ${query}`;
  let execute = compiled.get(key);
  if (!execute) {
    const resolvers = SHOP_RESOLVERS[subgraph];
    if (!resolvers) throw new Error(`No such subgraph: ${subgraph}`);
    execute = compileQuery(query, resolvers);
    compiled.set(key, execute);
  }
  return `{"data":${execute(variables ?? {})}}`;
}

function respond(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    fetches += 1;
    const body = Buffer.concat(chunks).toString();
    let text: string;
    try {
      text = answer((request.url ?? '').slice(1), body);
    } catch (error) {
      console.error('a subgraph could not answer', String(error), body.slice(0, 500));
      text = JSON.stringify({ errors: [{ message: String(error) }] });
    }
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
  });
}

const server = createServer({ keepAliveTimeout: 600_000 }, respond);
server.listen(0, '127.0.0.1', () => {
  process.send?.({ kind: 'listening', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.on('message', () => process.send?.({ kind: 'counted', fetches }));
process.on('disconnect', () => process.exit());
