import { Kind, print, visit, type DocumentNode, type FieldNode } from 'graphql';
import { internalKey, internalKeyOf } from './internal-keys';

/** What decides whether a client's key may be used in plans. */
export interface NameFacts {
  /** Names of all fields of the supergraph, also of those that clients do not see. */
  fields: ReadonlySet<string>;
  /** Names of fields with arguments that some `@requires` or `@key` asks for. */
  requiredWithArguments: ReadonlySet<string>;
  /** Names of fields that a subgraph gives of an interface as of one object (`@interfaceObject`). */
  ofInterfaceObjects: ReadonlySet<string>;
}

/**
 * Renames fields whose key could be taken for another field while a plan runs. All fetches of a plan write into one object per
 * entity, and fields that keys and `@requires` need are read from it by name: `{ products { upc: name reviews { id } } }` would
 * look for reviews by the name of the product (https://github.com/apollographql/federation/issues/3036). And what may stand beside another
 * field of that key, since each is asked of another kind, may not where a subgraph knows all kinds as one object. Projection reads the
 * internal key and answers under the client's.
 */
export function withPlannedAliases(document: DocumentNode, names: NameFacts): DocumentNode {
  return visit(document, {
    Field: (node) => {
      const key = plannedKey(node, names);
      return key === keyOf(node) ? undefined : { ...node, alias: { kind: Kind.NAME, value: key } };
    },
  });
}

/** The key under which a field of the client's document is fetched. */
export function plannedKey(node: FieldNode, { fields, requiredWithArguments, ofInterfaceObjects }: NameFacts): string {
  const name = node.name.value;
  const key = keyOf(node);
  const args = node.arguments ?? [];
  if (ofInterfaceObjects.has(name) && (key !== name || args.length > 0)) return internalKeyOf(key, `${name} ${args.map(print).join()}`);
  const collides = key === name ? requiredWithArguments.has(name) && args.length > 0 : fields.has(key) || key.startsWith('__');
  return collides ? internalKey(key) : key;
}

function keyOf(node: FieldNode): string {
  return (node.alias ?? node.name).value;
}
