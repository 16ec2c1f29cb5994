import { specifiedScalarTypes } from 'graphql';

// Scalars of graph-node mean the same in every graph, so they are shared and keep their names.
const UNPREFIXED = new Set([...specifiedScalarTypes.map(({ name }) => name), 'BigInt', 'BigDecimal', 'Bytes', 'Int8', 'Timestamp']);

/** How names of one endpoint are written in the supergraph. */
export interface Naming {
  /** `_Meta_` → `Aid_Meta`; scalars stay. */
  type(endpointName: string): string;
  /** `_meta` → `aid_meta`. */
  rootField(endpointName: string): string;
}

export function createNaming(prefix: string): Naming {
  const lower = prefix.charAt(0).toLowerCase() + prefix.slice(1);
  return {
    type: (name) => (UNPREFIXED.has(name) ? name : `${prefix}_${name.replace(/^_+|_+$/g, '')}`),
    rootField: (name) => `${lower}_${name.replace(/^_+/, '')}`,
  };
}
