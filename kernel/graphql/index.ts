export { buildSubgraph, type EntityReference, type Subgraph, type SubgraphOptions } from './build-subgraph';
export { mountSubgraph, type ClientFacts, type SubgraphContextBase } from './mount-subgraph';
export { DateScalar, DateTimeScalar, JsonScalar, MinorUnitsScalar } from './scalars';
export { Money, PageInfo } from './shared-types';
export { connectionType, edgeType, PageArgs, decodeCursor, encodeCursor, toConnection, type Connection, type PageRequest, pageRequest } from './pagination';
export { batchById } from './batch';
export { perRequest } from './per-request';
export { authenticated, recentlyVerified, recentlyVerifiedTwice, requires, requiresSomewhere } from './rules';
