import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { SupergraphArtifact } from '../../../gateway/contracts';
import type { SupergraphFiles } from '../supergraph';
import { createMeasuredGateway, type MeasuredSettings } from './measured-gateway';

// Our gateway as a process of the bench: see `server-process.ts` for what it says and hears.

const settings = JSON.parse(process.argv[2] ?? '{}') as MeasuredSettings & SupergraphFiles;

async function main(): Promise<void> {
  const gateway = createMeasuredGateway(settings);
  await gateway.serve(read(settings));
  await gateway.server.listen({ port: 0, host: '127.0.0.1' });
  process.on('message', (next: SupergraphFiles) => void swap(next));
  process.send?.({ kind: 'listening', url: `http://127.0.0.1:${(gateway.server.server.address() as AddressInfo).port}/graphql` });

  async function swap(next: SupergraphFiles): Promise<void> {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const began = performance.now();
    await gateway.serve(read(next));
    const ms = performance.now() - began;
    await new Promise((resolve) => setTimeout(resolve, LEARNING_MS));
    delay.disable();
    process.send?.({ kind: 'swapped', ms, stallMs: delay.max / 1e6 });
  }
}

/** The histogram learns of a stall only after it. */
const LEARNING_MS = 20;

function read({ artifactFile }: SupergraphFiles): SupergraphArtifact {
  return JSON.parse(readFileSync(artifactFile, 'utf8')) as SupergraphArtifact;
}

process.on('disconnect', () => process.exit());
main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
