import { createHash } from 'node:crypto';
import { z } from 'zod';

/** Documents by id. */
export type Documents = ReadonlyMap<string, string>;

const ID = /^[A-Za-z0-9][A-Za-z0-9_:.-]{0,127}$/;
const SHA_256 = /^[0-9a-f]{64}$/;

// https://www.apollographql.com/docs/graphos/platform/security/persisted-queries#manifest-format
const apolloManifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string(), body: z.string().min(1) })),
});
/** What Relay and GraphQL Code Generator write. */
const plainManifest = z.record(z.string(), z.string().min(1));

/** The id of a document where nobody has given it another: SHA-256 of its text, in hexadecimal. */
export function documentIdOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The id that a client means: GraphQL over HTTP writes hashes as `sha256:<hex>`. */
export function plainId(id: string): string {
  return id.startsWith('sha256:') ? id.slice('sha256:'.length) : id;
}

/** Reads a manifest of trusted documents, in the form of Apollo or as a plain object from ids to texts. @throws Error saying what is wrong. */
export function readManifest(json: string): Documents {
  const value: unknown = JSON.parse(json);
  const apollo = apolloManifest.safeParse(value);
  const entries = apollo.success ? apollo.data.operations.map(({ id, body }) => [id, body] as const) : Object.entries(plainManifest.parse(value));
  const documents = new Map<string, string>();
  for (const [written, text] of entries) {
    const id = plainId(written);
    if (!ID.test(id)) throw new Error(`"${written}" is no id of a document: letters, digits and _ : . - are.`);
    if (SHA_256.test(id) && id !== documentIdOf(text)) throw new Error(`The document ${id} is not the one that has this hash.`);
    documents.set(id, text);
  }
  return documents;
}

/** A manifest in the form of Apollo. */
export function writeManifest(documents: Documents): string {
  const operations = [...documents].sort(([one], [other]) => (one < other ? -1 : 1)).map(([id, body]) => ({ id, body }));
  return `${JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }, null, 2)}\n`;
}
