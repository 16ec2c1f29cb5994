import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Compiled, OperationLimits } from './compiler/compiler';
import type { SchemaFacts } from './compiled';

/** A compiler, wherever it runs. */
export interface CompilerPort {
  readonly facts: SchemaFacts;
  compile(source: string, operationName: string | undefined): Compiled | Promise<Compiled>;
  introspect(source: string, operationName: string | undefined, variables: Readonly<Record<string, unknown>>): Record<string, string> | Promise<Record<string, string>>;
  close(): Promise<void>;
}

/** What goes to the thread, and what comes back. The first message back is the facts. */
export type CompilerRequest =
  | { id: number; task: 'compile'; source: string; operationName: string | undefined }
  | { id: number; task: 'introspect'; source: string; operationName: string | undefined; variables: Readonly<Record<string, unknown>> };
export type CompilerReply = { id: number; value: unknown } | { id: number; failure: string };

export interface CompilerStart {
  sdl: string;
  limits: OperationLimits;
}

const READY = 0;
// Beside the bundle of the process; code that runs from its sources (tests) takes the built one.
const ENTRIES = [join(__dirname, 'compiler.worker.js'), join(__dirname, '../../dist/gateway/compiler.worker.js')];

/**
 * Starts a compiler in a thread of its own: reading a supergraph and building its planner takes seconds with a hundred types, and the serving
 * thread must not stop meanwhile.
 * @throws when the supergraph cannot be read.
 */
export async function startCompilerThread(start: CompilerStart): Promise<CompilerPort> {
  const thread = new Worker(ENTRIES.find(existsSync) ?? '', { workerData: start });
  thread.unref();
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let lastId = READY;
  let ended: Error | null = null;
  const fail = (error: Error): void => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  thread.on('message', (reply: CompilerReply) => {
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('failure' in reply) asked?.reject(new Error(reply.failure));
    else asked?.resolve(reply.value);
  });
  thread.on('error', fail);
  thread.on('exit', () => fail(new Error('The compiler has ended.')));
  const ask = (send: ((id: number) => CompilerRequest) | null): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      const id = send ? ++lastId : READY;
      waiting.set(id, { resolve, reject });
      if (send) thread.postMessage(send(id));
    });
  const facts = (await ask(null)) as SchemaFacts;
  return {
    facts,
    compile: (source, operationName) => ask((id) => ({ id, task: 'compile', source, operationName })) as Promise<Compiled>,
    introspect: (source, operationName, variables) => ask((id) => ({ id, task: 'introspect', source, operationName, variables })) as Promise<Record<string, string>>,
    close: async () => {
      await thread.terminate();
    },
  };
}
