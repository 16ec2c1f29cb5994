import { parentPort } from 'node:worker_threads';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import type { ComposableSubgraph, CompositionResult } from './composition';

// The only importer of @apollo/composition (Elastic License 2.0).
function compose(subgraphs: readonly ComposableSubgraph[]): CompositionResult {
  try {
    const result = composeServices(subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })));
    if (result.errors) return { ok: false, errors: result.errors.map((error) => error.message) };
    return { ok: true, supergraphSdl: result.supergraphSdl };
  } catch (error) {
    return { ok: false, errors: [error instanceof Error ? error.message : String(error)] };
  }
}

parentPort?.on('message', ({ id, subgraphs }: { id: number; subgraphs: ComposableSubgraph[] }) => {
  parentPort?.postMessage({ id, result: compose(subgraphs) });
});
