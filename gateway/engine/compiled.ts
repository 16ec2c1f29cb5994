import type { VariableDefinitionNode } from 'graphql';
import type { Cost } from './cost';

// What the compiler hands to the executor. Plain data: it crosses from the compiler's thread to the serving one, and it holds all
// that serving needs, so that the serving thread builds no schema.

/** An operation, as far as it does not depend on variables. */
export interface CompiledOperation {
  kind: 'query' | 'mutation' | 'subscription';
  name: string | null;
  variables: VariableFacts;
  /** Variables that decide what is asked for (`@skip`, `@include`, `@defer`). */
  conditions: string[];
  /** Root field of a subscription, and its arguments as written. */
  subscribes: { name: string; args: { name: string; value: { variable: string } | { json: unknown } }[] } | null;
  /** The one form of an operation without conditions; null for others: their forms are compiled when their values are met. */
  form: OperationForm | null;
  /** 0 where no limit asks for it. */
  cost: Cost;
  /** Whether it asks for the schema. */
  introspects: boolean;
  /** Milliseconds that compiling took: what planning ahead saves. */
  costMs: number;
}

/** An operation under one combination of conditions, ready to be turned into code. */
export interface OperationForm {
  /** The plan, in the form of `@apollo/query-planner`. Null when nothing need be fetched. */
  plan: PlanNode | SubscriptionNode | null;
  /** The client's selection, with the types of all fields. */
  rootType: string;
  selections: TypedSelection[];
}

/** Enough to coerce variables as GraphQL says, without the whole schema. */
export interface VariableFacts {
  definitions: VariableDefinitionNode[];
  /** SDL of the input types that the definitions reach, or null when built-in scalars suffice. */
  inputSdl: string | null;
  /** Whether errors may suggest names of the schema. */
  suggests: boolean;
}

export type TypedSelection = TypedField | TypedFragment;

export interface TypedField {
  kind: 'field';
  /** Key in the answer. */
  key: string;
  /** Key in what was fetched: another one where the planner was told of another alias. */
  read: string;
  name: string;
  /** Type that defines the field, as messages name it. */
  parent: string;
  /** As SDL writes it, for example `[Project!]!`. */
  type: string;
  /** For composite types. */
  selections?: TypedSelection[];
  /** For `__schema` and `__type`: the answer's JSON text, or null when it depends on variables and must be asked of the compiler. */
  introspection?: { json: string | null };
}

export interface TypedFragment {
  kind: 'fragment';
  /** Name of the type that it is on; null: any. */
  on: string | null;
  selections: TypedSelection[];
}

/** What an engine must know of its schemas, once. */
export interface SchemaFacts {
  /** SDL of what clients may ask. */
  apiSdl: string;
  /** API schema: composite type → names of object types that it can be, and of interfaces below it. Contains itself. */
  possible: Record<string, string[]>;
  /** API schema: names of object types. */
  objects: string[];
  /** Enum → its values that clients may see. */
  enums: Record<string, string[]>;
  /** Supergraph schema (with what clients may not see): abstract type → names of object types and interfaces below it. */
  subtypes: Record<string, string[]>;
}

export type ResponsePath = (string | number)[];
export type PlanNode = SequenceNode | ParallelNode | FetchNode | FlattenNode | DeferNode;
export interface SequenceNode {
  kind: 'Sequence';
  nodes: PlanNode[];
}
export interface ParallelNode {
  kind: 'Parallel';
  nodes: PlanNode[];
}
export interface SubscriptionNode {
  kind: 'Subscription';
  primary: FetchNode;
  rest?: PlanNode;
}
export interface FlattenNode {
  kind: 'Flatten';
  path: ResponsePath;
  node: PlanNode;
}
export interface DeferNode {
  kind: 'Defer';
  /** `selections`: what of the client's selection is answered at once. */
  primary: { subselection?: string; selections?: TypedSelection[]; node?: PlanNode };
  deferred: DeferredNode[];
}
export interface DeferredNode {
  depends: { id: string; deferLabel?: string }[];
  label?: string;
  queryPath: string[];
  subselection?: string;
  /** What is answered at `queryPath`, on a type of this name. */
  selections?: TypedSelection[];
  on?: string;
  node?: PlanNode;
}
export interface FetchNode {
  kind: 'Fetch';
  serviceName: string;
  /** Given by the planner where deferred parts depend on it. */
  id?: string;
  variableUsages?: string[];
  requires?: RequiredSelection[];
  /** Types that `requires` names by an interface and that the service has never heard of: it is not asked about them. */
  unknownTypes?: string[];
  operation: string;
  operationName?: string;
  operationKind: 'query' | 'mutation' | 'subscription';
  inputRewrites?: Rewrite[];
  outputRewrites?: Rewrite[];
  contextRewrites?: KeyRenamer[];
}
export type Rewrite = ValueSetter | KeyRenamer;
export interface ValueSetter {
  kind: 'ValueSetter';
  path: string[];
  setValueTo: unknown;
}
export interface KeyRenamer {
  kind: 'KeyRenamer';
  path: string[];
  renameKeyTo: string;
}
export type RequiredSelection = RequiredField | RequiredFragment;
export interface RequiredField {
  kind: 'Field';
  /** Where the value is read, when it is not under its name (see `planner/required-arguments.ts`). */
  alias?: string;
  name: string;
  selections?: RequiredSelection[];
}
export interface RequiredFragment {
  kind: 'InlineFragment';
  typeCondition?: string;
  selections: RequiredSelection[];
}
