import { z } from 'zod';

const name = z.string().regex(/^[A-Za-z][A-Za-z0-9]*$/);

const linkFields = z.object({
  /** Type of the entity that gets the field, for example `Project`. */
  on: name,
  /** Its key field. */
  key: name.default('id'),
  /** Its field that holds the id, for example `contractAddress`; addresses are compared in lower case, as graph-node writes them. */
  requires: name,
  /** Name of the new field. */
  field: name,
  /** Entity of the graph, as its endpoint names it. */
  entity: name,
  /** Derived list of the entity that has this id. */
  via: name.optional(),
  /** Field of the entity that holds this id: the link is the list of all entities that have it there. */
  by: name.optional(),
  /** Says aloud which of the three it is; follows from `via` and `by`. */
  kind: z.enum(['one', 'via', 'by']).optional(),
  description: z.string().optional(),
});

/**
 * A join from an entity of another subgraph into the graph: the host's field `requires` holds an id of the graph. `one` adds the entity
 * of this id, `via` a list that this entity derives, `by` the list of the entities that refer to this id.
 */
export const linkSchema = linkFields
  .refine(({ via, by }) => via === undefined || by === undefined, 'a link goes either via a derived list or by a field')
  .refine((link) => link.kind === undefined || link.kind === kindOfLink(link), 'the kind of a link must fit its via or by');
export type Link = z.infer<typeof linkSchema>;

/** What a link adds: one entity, a list that an entity derives, or a list found by a field. */
export function kindOfLink({ via, by }: { via?: string; by?: string }): 'one' | 'via' | 'by' {
  if (via !== undefined) return 'via';
  return by === undefined ? 'one' : 'by';
}

/** How a graph's types get into the supergraph. */
export const federationSchema = z.object({
  /** Stands before every type, and in lower case before every root field: `Aid` → `Aid_Funding`, `aid_fundings`. */
  prefix: z.string().regex(/^[A-Z][A-Za-z0-9]*$/),
  links: z.array(linkSchema),
});
/** As it is written in a config: what has a default may be left out. */
export type Federation = z.input<typeof federationSchema>;

/** `config` of a subgraph of kind `graph-node` (docs/architecture.md, "Internal calls of core"). */
export const graphNodeConfigSchema = federationSchema.extend({
  /** The endpoint's own API as SDL. It is committed and never asked of the endpoint at run time. */
  schema: z.string().min(1),
  /**
   * How far the index may be behind before it counts as stale. With `status`: in blocks behind the chain's head. Without it the head is
   * unknown: in seconds since the indexed block was made, which only means something on a chain that makes blocks all the time.
   */
  maxLag: z.number().int().nonnegative(),
  /** What then happens: the answer says so in its extensions, or the chain's fields fail with CHAIN_STALE. */
  onStale: z.enum(['warn', 'fail']),
  /** `internal`: a service of ours, which proves that it is `chain`; `public`: any server with a public certificate (or none). */
  tls: z.enum(['internal', 'public']),
  /** The index node's status API, which knows the chain's head, and the graph's name there. */
  status: z.object({ url: z.url(), subgraphName: z.string().min(1) }).optional(),
});
export type GraphNodeConfig = z.infer<typeof graphNodeConfigSchema>;
