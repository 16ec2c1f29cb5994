// @ts-check
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ROOT } from '../bootstrap/paths.mjs';

/**
 * Composes with the registry's own thread: what is committed is what would be published.
 * @param {{ name: string, url: string, sdl: string }[]} subgraphs
 * @returns {Promise<string>} the supergraph SDL
 */
export function compose(subgraphs) {
  const thread = new Worker(join(ROOT, 'dist/subgraphs/core/compose.worker.js'));
  return new Promise((/** @type {(sdl: string) => void} */ resolve, reject) => {
    thread.on('error', reject);
    thread.on('message', ({ result }) => {
      void thread.terminate();
      if (result.ok) resolve(result.supergraphSdl);
      else reject(new Error(`The subgraphs do not compose:\n${result.errors.join('\n')}`));
    });
    thread.postMessage({ id: 0, subgraphs });
  });
}
