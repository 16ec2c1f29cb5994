export { readEntityModel, type EntityField, type EntityModel, type EntityScalar, type EntityType } from './entity-model';
export type { EntityData, EntityWriter, Graph } from './graph';
export { createIndexer, type Indexer, type IndexerState } from './indexer';
export { takeTurn, type Turn } from './index-range';
