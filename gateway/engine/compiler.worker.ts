import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { createCompiler } from './compiler/compiler';
import type { CompilerReply, CompilerRequest, CompilerStart } from './compiler-thread';

// Serving comes first where both share a core. On Linux this is the priority of this thread only; elsewhere nothing is lost without it.
try {
  if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_LOW);
} catch {
  // Not allowed here.
}

const { sdl, limits } = workerData as CompilerStart;
const reply = (message: CompilerReply): void => parentPort?.postMessage(message);
const compiler = createCompiler(sdl, limits); // when it throws, the thread ends with that error
reply({ id: 0, value: compiler.facts });

parentPort?.on('message', (request: CompilerRequest) => {
  const { id } = request;
  try {
    reply({ id, value: run(request) });
  } catch (error) {
    reply({ id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});

function run(request: CompilerRequest): unknown {
  switch (request.task) {
    case 'compile':
      return compiler.compile(...request.asked);
    case 'compileForm':
      return compiler.compileForm(...request.asked);
    case 'introspect':
      return compiler.introspect(...request.asked);
  }
}
