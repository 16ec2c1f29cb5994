import type { EntityReference } from '#kernel/graphql';
import type { CoreContext } from './context';

/** What a feature gives to core's schema. A slice's door exports `createX(deps)`, which returns this and its use cases. */
export interface Slice {
  /** type-graphql resolver classes with the instance that serves each. */
  resolvers: ReadonlyMap<NewableFunction, object>;
  /** Entity name → reference resolver. */
  references: Readonly<Record<string, EntityReference<CoreContext>>>;
  /** graphql-shield rules by type name; what no slice names is denied. */
  rules: Readonly<Record<string, unknown>>;
}
