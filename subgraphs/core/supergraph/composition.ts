import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** One subgraph as composition sees it. */
export interface ComposableSubgraph {
  name: string;
  url: string;
  sdl: string;
}

/** Either the supergraph SDL, or every reason why there is none. */
export type CompositionResult = { ok: true; supergraphSdl: string } | { ok: false; errors: string[] };

/** Composes subgraphs into a supergraph away from the serving thread: it blocks for hundreds of ms at 20 types. */
export interface Composer {
  compose(subgraphs: readonly ComposableSubgraph[]): Promise<CompositionResult>;
  close(): Promise<void>;
}

interface Waiting {
  resolve: (result: CompositionResult) => void;
  reject: (error: Error) => void;
}

/** One worker thread, started at first use and kept: loading the composition library costs more than composing a few types. */
export function createComposer(entry = join(__dirname, 'compose.worker.js')): Composer {
  let thread: Worker | null = null;
  let nextId = 0;
  const waiting = new Map<number, Waiting>();
  const fail = (error: Error): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    thread = null;
  };
  const start = (): Worker => {
    const started = new Worker(entry);
    started.unref();
    started.on('message', ({ id, result }: { id: number; result: CompositionResult }) => {
      waiting.get(id)?.resolve(result);
      waiting.delete(id);
    });
    started.on('error', fail);
    started.on('exit', () => fail(new Error('The composition thread ended.')));
    return started;
  };
  return {
    compose: (subgraphs) =>
      new Promise((resolve, reject) => {
        thread ??= start();
        const id = nextId++;
        waiting.set(id, { resolve, reject });
        thread.postMessage({ id, subgraphs });
      }),
    close: async () => {
      await thread?.terminate();
    },
  };
}
