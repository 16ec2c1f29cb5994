import { Kind, visit, type DocumentNode, type FieldNode } from 'graphql';
import { internalKey } from './internal-keys';

/** What decides whether a client's key may be used in plans. */
export interface NameFacts {
  /** Names of all fields of the supergraph, also of those that clients do not see. */
  fields: ReadonlySet<string>;
  /** Names of fields with arguments that some `@requires` or `@key` asks for. */
  requiredWithArguments: ReadonlySet<string>;
}

/**
 * Renames fields whose key could be taken for another field while a plan runs. All fetches of a plan write into one object per
 * entity, and fields that keys and `@requires` need are read from it by name: `{ products { upc: name reviews { id } } }` would
 * look for reviews by the name of the product (https://github.com/apollographql/federation/issues/3036). Projection reads the
 * internal key and answers under the client's.
 */
export function withPlannedAliases(document: DocumentNode, names: NameFacts): DocumentNode {
  return visit(document, {
    Field: (node) => (collides(node, names) ? { ...node, alias: { kind: Kind.NAME, value: internalKey(keyOf(node)) } } : undefined),
  });
}

/** The key under which a field of the client's document is fetched. */
export function plannedKey(node: FieldNode, names: NameFacts): string {
  return collides(node, names) ? internalKey(keyOf(node)) : keyOf(node);
}

function keyOf(node: FieldNode): string {
  return (node.alias ?? node.name).value;
}

function collides(node: FieldNode, { fields, requiredWithArguments }: NameFacts): boolean {
  const name = node.name.value;
  const key = keyOf(node);
  if (key !== name) return fields.has(key) || key.startsWith('__');
  return requiredWithArguments.has(name) && (node.arguments?.length ?? 0) > 0;
}
