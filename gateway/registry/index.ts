export type { EffectivePermissions, Jwks, ProjectRoute, RouteTable, SubgraphDescriptor, SupergraphArtifact } from '../contracts';
export { createCoreClient, type CoreClient } from './core-client';
export { backoffMs, pause } from './backoff';
export { createCoreStream, createFeedLine, type OpenStream } from './core-stream';
export { createLastGood, type LastGood } from './last-good';
export { createRegistry, type Registry, type RegistryState } from './registry';
export { createRoutes, type Routes } from './route-directory';
export type { ServerSentEvent } from './sse';
