export type { Engine, EngineFactory } from './engine';
export { createApolloEngineFactory } from './apollo-engine';
export { createSwappingGateway, type SwappingGateway } from './swapping-gateway';
