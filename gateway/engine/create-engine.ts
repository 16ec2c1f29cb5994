import { LRUCache } from 'lru-cache';
import type { SupergraphArtifact, SubgraphDescriptor } from '../contracts';
import type { DataSource } from '../data-sources/data-source';
import type { CompilerPort, CompilerStart } from './compiler-thread';
import type { Engine, HotOperation, Operation, Planned } from './engine';
import { createFormMemory, executable, type Executable } from './execution/executable';
import { createHotOperations } from './hot-operations';
import type { OperationLimits } from './limits';

export interface EngineOptions {
  /** Makes the data source of a subgraph. @throws when it cannot be asked from here. */
  source(descriptor: SubgraphDescriptor): DataSource;
  limits: OperationLimits;
  /** Where operations are compiled. In service `startCompilerThread`: the planner is then not even loaded by the serving thread. */
  startCompiler(start: CompilerStart): Promise<CompilerPort>;
  /** Operations to make ready before the engine serves, dearest first. */
  warm?: readonly HotOperation[];
}

/** Operations that are kept ready; each holds its plan and its code. */
const READY_OPERATIONS = 2000;
/** Their documents together, in characters. */
const READY_CHARACTERS = 32 * 1024 * 1024;
/** Documents that are known to be refused: kept apart, so that whoever sends many of them does not push out what others use. */
const REFUSED_OPERATIONS = 200;

/**
 * Builds the engine of one supergraph version. Resolves when it can serve, with the operations of `warm` ready.
 * @throws when the supergraph or a descriptor in it cannot be served.
 */
export async function createEngine(artifact: SupergraphArtifact, options: EngineOptions): Promise<Engine> {
  const sources = new Map(artifact.subgraphs.map((descriptor) => [descriptor.name, options.source(descriptor)]));
  const compiler = await options.startCompiler({ sdl: artifact.sdl, limits: options.limits });
  const operations = new LRUCache<string, Planned | Promise<Planned>>({ max: READY_OPERATIONS, maxSize: READY_CHARACTERS, sizeCalculation: (_planned, key) => key.length + 1 });
  const refused = new LRUCache<string, Planned>({ max: REFUSED_OPERATIONS });
  const forms = createFormMemory();
  const hot = createHotOperations();
  const subtypes = new Map(Object.entries(compiler.facts.subtypes).map(([name, below]) => [name, new Set(below)]));
  const binding = {
    sourceOf: (subgraph: string): DataSource => {
      const source = sources.get(subgraph);
      if (!source) throw new Error(`The supergraph names the subgraph ${subgraph}, but no descriptor came with it.`);
      return source;
    },
    isSubtype: (type: string, of: string): boolean => type === of || (subtypes.get(of)?.has(type) ?? false),
    isAbstract: (type: string): boolean => subtypes.has(type),
  };

  function plan(source: string, operationName?: string | null): Planned | Promise<Planned> {
    // The length says where the name ends: a client that chooses both must not meet what another has asked.
    const key = operationName ? `${operationName.length}:${operationName}${source}` : `:${source}`;
    const known = operations.get(key) ?? refused.get(key);
    if (known) {
      if ('ok' in known && known.ok) hot.note(source, operationName ?? null, (known.operation as Costed).costMs);
      return known;
    }
    const fresh = prepare(source, operationName ?? undefined);
    const keep = (planned: Planned): void => {
      if (planned.ok) return void operations.set(key, planned);
      operations.delete(key);
      refused.set(key, planned);
    };
    if (!(fresh instanceof Promise)) {
      keep(fresh);
      return fresh;
    }
    operations.set(key, fresh);
    fresh.then(keep, () => operations.delete(key));
    return fresh;
  }

  function prepare(source: string, operationName: string | undefined): Planned | Promise<Planned> {
    const compiled = compiler.compile(source, operationName);
    const bind = (result: Awaited<typeof compiled>): Planned => {
      if (!result.ok) return result;
      const operation = executable(result.value, compiler.facts, binding, forms, {
        compileForm: (conditions) => compiler.compileForm(source, operationName, conditions),
        introspect: (variables) => compiler.introspect(source, operationName, variables),
      });
      return { ok: true, operation: Object.assign(operation, { costMs: result.value.costMs }) };
    };
    return compiled instanceof Promise ? compiled.then(bind) : bind(compiled);
  }

  // One that fails now fails whoever asks it; the others must not wait for a version without it.
  for (const { source, operationName } of options.warm ?? []) await (async () => plan(source, operationName))().catch(() => undefined);

  return {
    version: artifact.version,
    apiSdl: compiler.facts.apiSdl,
    plan,
    execute: (operation, request) => (operation as Executable).execute(request),
    hotOperations: () => hot.top(),
    close: () => compiler.close(),
  };
}

/** An operation with what it took to compile it. */
type Costed = Operation & { costMs: number };
