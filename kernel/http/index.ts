export { createInternalServer, listen, type InternalServer, type InternalServerOptions } from './server';
export { TIMEOUT_HEADER, deadlineOf, type Deadline } from './deadline';
export { callerOf, only } from './callers';
export { addProbes, databaseReady, readyWith, type Readiness } from './probes';
export { endConnectionsOnClose } from './connections';
export { PURPOSE_HEADER } from './purpose';
