// What most people run: @apollo/gateway behind Apollo Server, as their documentation shows.
import { readFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
// eslint-disable-next-line no-restricted-imports -- A peer, measured as it is; nothing of ours builds on it.
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

const { supergraphFile } = JSON.parse(process.argv[2]);
let serve = () => undefined;
const gateway = new ApolloGateway({
  supergraphSdl: async ({ update }) => {
    serve = update;
    return { supergraphSdl: await readFile(supergraphFile, 'utf8') };
  },
});
const server = new ApolloServer({ gateway });
const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
process.send({ kind: 'listening', url: new URL('/graphql', url).href });
process.on('message', async ({ supergraphFile: next }) => {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const began = performance.now();
  serve(await readFile(next, 'utf8'));
  const ms = performance.now() - began;
  await new Promise((resolve) => setTimeout(resolve, 20)); // the histogram learns of a stall only after it
  delay.disable();
  process.send({ kind: 'swapped', ms, stallMs: delay.max / 1e6 });
});
process.on('disconnect', () => process.exit());
