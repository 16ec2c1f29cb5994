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
/** What takes longer to compile will not end; the slowest that anybody needs take seconds. */
const PATIENCE_MS = 15_000;
// Beside the bundle of the process; code that runs from its sources (tests) takes the built one.
const ENTRIES = [join(__dirname, 'compiler.worker.js'), join(__dirname, '../../dist/gateway/compiler.worker.js')];

interface Waiting {
  task: CompilerTask | null;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * Starts a compiler in a thread of its own: reading a supergraph and building its planner takes seconds with a hundred types, and the serving
 * thread must not stop meanwhile. A thread that does not get done with an operation is replaced, and that operation refused.
 * @throws when the supergraph cannot be read.
 */
export async function startCompilerThread(start: CompilerStart, patienceMs = PATIENCE_MS): Promise<CompilerPort> {
  /** In the order in which they are worked on. */
  const waiting = new Map<number, Waiting>();
  let lastId = READY;
  let ended: Error | null = null;
  let impatient: NodeJS.Timeout | undefined;
  let thread = open();

  function open(): Worker {
    const fresh = new Worker(ENTRIES.find(existsSync) ?? '', { workerData: start, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB } });
    fresh.unref();
    fresh.on('message', (reply: CompilerReply) => fresh === thread && settle(reply));
    fresh.on('error', (error) => fresh === thread && fail(error));
    fresh.on('exit', () => fresh === thread && fail(new Error('The compiler has ended.')));
    return fresh;
  }

  function fail(error: Error): void {
    ended ??= error;
    clearTimeout(impatient);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }

  function settle(reply: CompilerReply): void {
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    watchFirst();
    if ('failure' in reply) asked?.reject(new Error(reply.failure));
    else asked?.resolve(reply.value);
  }

  /** The first of those that wait is what the thread does now. */
  function watchFirst(): void {
    clearTimeout(impatient);
    impatient = waiting.size > 0 ? setTimeout(giveUpFirst, patienceMs).unref() : undefined;
  }

  function giveUpFirst(): void {
    const [first] = waiting;
    if (!first || !first[1].task) return fail(new Error('The supergraph cannot be read in time.'));
    const [id, { task, resolve, reject }] = first;
    waiting.delete(id);
    if (task.task === 'introspect') reject(new AppError('OPERATION_TOO_COSTLY', TOO_LONG.message));
    else resolve({ ok: false, errors: [TOO_LONG] } satisfies Compiled<never>);
    const stuck = thread;
    thread = open();
    void stuck.terminate();
    // They wait in the new thread until it has read the supergraph; then it says so, and the first is watched.
    for (const [waitingId, other] of waiting) if (other.task) thread.postMessage({ id: waitingId, ...other.task } satisfies CompilerRequest);
  }

  const ask = <T>(task: CompilerTask | null): Promise<T> =>
    new Promise<unknown>((resolve, reject) => {
      if (ended) return reject(ended);
      if (waiting.size >= LONGEST_QUEUE) return reject(new AppError('OVERLOADED', 'Too many new operations wait to be planned; operations that are in use are served.'));
      const id = task ? ++lastId : READY;
      waiting.set(id, { task, resolve, reject });
      if (task) thread.postMessage({ id, ...task } satisfies CompilerRequest);
      if (task && waiting.size === 1) watchFirst();
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

const TOO_LONG = { message: 'This operation takes too long to plan. Ask for less of it at a time.', extensions: { code: 'OPERATION_TOO_COSTLY' } };
