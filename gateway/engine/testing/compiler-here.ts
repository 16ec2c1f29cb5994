import type { CompilerPort, CompilerStart } from '../compiler-thread';
import { createCompiler } from '../compiler/compiler';

/** A compiler in this thread, for tests that want answers at once. */
export async function startCompilerHere({ sdl, limits }: CompilerStart): Promise<CompilerPort> {
  return { ...createCompiler(sdl, limits), close: async () => undefined };
}
