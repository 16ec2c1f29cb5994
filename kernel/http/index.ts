export { createInternalServer, listen, type InternalServer, type InternalServerOptions } from './server';
export { callerOf, only } from './callers';
export { addProbes, type Readiness } from './probes';
export { endConnectionsOnClose } from './connections';
