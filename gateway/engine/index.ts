export { startCompilerThread } from './compiler-thread';
export type { Answer, DeferredPart, Engine, ExecutionRequest, HotOperation, Operation, Planned, SubscribedField } from './engine';
export type { FetchNode, PlanNode, SubscriptionNode } from './compiled';
export { createEngine, type EngineOptions } from './create-engine';
export { createSwappingEngine, type EngineLease, type SwappingEngine } from './swapping-engine';
export { costError, limitError, withoutSuggestion, type CostLimits, type OperationLimits, type ShapeLimits } from './limits';
