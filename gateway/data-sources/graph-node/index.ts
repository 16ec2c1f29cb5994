export { createGraphNodeDataSource } from './graph-node-data-source';
export type { ChainFreshness } from './freshness';
