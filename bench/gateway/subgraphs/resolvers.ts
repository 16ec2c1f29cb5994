import type { Id } from './ids';

/** One thing of the shop, as far as a subgraph knows it: all else follows from its number. */
export interface Thing {
  readonly id: Id;
  /** What a gateway sent along because a field requires it. */
  readonly required?: Readonly<Record<string, unknown>>;
}

export type Arguments = Readonly<Record<string, unknown>>;

/** `type` is set for fields that lead to things: then the value is one of them, or a list. */
export interface RootResolver {
  type: string;
  resolve(args: Arguments): Thing | readonly Thing[];
}
export interface FieldResolver {
  type?: string;
  resolve(thing: Thing): unknown;
}

/** All that one subgraph can answer. */
export interface Resolvers {
  /** Fields of Query. */
  roots: Readonly<Record<string, RootResolver>>;
  types: Readonly<Record<string, TypeResolvers>>;
}
export interface TypeResolvers {
  /** From a representation, as `_entities` takes it. @throws Error for a key that no subgraph gave out. */
  entity(representation: Arguments): Thing;
  fields: Readonly<Record<string, FieldResolver>>;
}
