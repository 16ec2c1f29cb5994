import type { FieldNode, VariableDefinitionNode } from 'graphql';
import type { ChainTrouble } from './chain-trouble';

/** A variable of a fetch under a name that no other fetch of the operation uses. */
export interface BoundVariable {
  definition: VariableDefinitionNode;
  /** Undefined: its default counts. */
  value: unknown;
}

/** The smallest thing that can fail alone: one root field of a fetch, or one field of all its representations. */
export interface Part {
  /** Root fields of the endpoint, each under an alias that is unique in the operation. */
  fields: readonly FieldNode[];
  variables: readonly BoundVariable[];
  /** Takes its answers out of an answer to a request that held its fields. */
  settle(data: Readonly<Record<string, unknown>>): void;
  fail(trouble: ChainTrouble): void;
}
