import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError } from '#kernel/errors';
import type { CompiledOperation, OperationForm, SchemaFacts } from './compiled';
import type { Compiled, Compiler } from './compiler/compiler';
import type { OperationLimits } from './limits';

/** A compiler, wherever it runs. */
export interface CompilerPort {
  readonly facts: SchemaFacts;
  compile(...asked: Parameters<Compiler['compile']>): Compiled<CompiledOperation> | Promise<Compiled<CompiledOperation>>;
  compileForm(...asked: Parameters<Compiler['compileForm']>): Compiled<OperationForm> | Promise<Compiled<OperationForm>>;
  introspect(...asked: Parameters<Compiler['introspect']>): Record<string, string | null> | Promise<Record<string, string | null>>;
  close(): Promise<void>;
}

/** What goes to the thread, and what comes back. The first message back is the facts. */
export type CompilerRequest = { id: number } & CompilerTask;
type CompilerTask =
  | { task: 'compile'; asked: Parameters<Compiler['compile']> }
  | { task: 'compileForm'; asked: Parameters<Compiler['compileForm']> }
  | { task: 'introspect'; asked: Parameters<Compiler['introspect']> };
export type CompilerReply = { id: number; value: unknown } | { id: number; failure: string };

export interface CompilerStart {
  sdl: string;
  limits: OperationLimits;
}

const READY = 0;
// What is compiled is kept; little of it is short-lived. The process may have been given far more for what it serves.
const YOUNG_GENERATION_MIB = 16;
/** Operations that wait to be compiled: more would wait longer than their clients. */
const LONGEST_QUEUE = 256;
// Beside the bundle of the process; code that runs from its sources (tests) takes the built one.
const ENTRIES = [join(__dirname, 'compiler.worker.js'), join(__dirname, '../../dist/gateway/compiler.worker.js')];

/**
 * Starts a compiler in a thread of its own: reading a supergraph and building its planner takes seconds with a hundred types, and the serving
 * thread must not stop meanwhile.
 * @throws when the supergraph cannot be read.
 */
export async function startCompilerThread(start: CompilerStart): Promise<CompilerPort> {
  const thread = new Worker(ENTRIES.find(existsSync) ?? '', { workerData: start, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB } });
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
  const ask = <T>(task: CompilerTask | null): Promise<T> =>
    new Promise<unknown>((resolve, reject) => {
      if (ended) return reject(ended);
      if (waiting.size >= LONGEST_QUEUE) return reject(new AppError('OVERLOADED', 'Too many new operations wait to be planned; operations that are in use are served.'));
      const id = task ? ++lastId : READY;
      waiting.set(id, { resolve, reject });
      if (task) thread.postMessage({ id, ...task } satisfies CompilerRequest);
    }) as Promise<T>;
  const facts = await ask<SchemaFacts>(null);
  return {
    facts,
    compile: (...asked) => ask({ task: 'compile', asked }),
    compileForm: (...asked) => ask({ task: 'compileForm', asked }),
    introspect: (...asked) => ask({ task: 'introspect', asked }),
    close: async () => {
      await thread.terminate();
    },
  };
}
