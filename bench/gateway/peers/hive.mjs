// Hive Gateway by its runtime (what its command line runs), planned and executed in JavaScript or by its Rust parts.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';

const { supergraphFile, shareReads, rust } = JSON.parse(process.argv[2]);
const runtime = createGatewayRuntime({
  supergraph: () => readFile(supergraphFile, 'utf8'),
  transportEntries: { '*.http': { options: { deduplicateInflightRequests: shareReads } } },
  ...(rust ? { unifiedGraphHandler } : {}),
  logging: false,
  landingPage: false,
  graphiql: false,
});
const server = createServer(runtime);
server.listen(0, '127.0.0.1', () => process.send({ kind: 'listening', url: `http://127.0.0.1:${server.address().port}/graphql` }));
process.on('disconnect', () => process.exit());
