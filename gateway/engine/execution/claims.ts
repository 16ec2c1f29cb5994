import type { GraphQLFormattedError } from 'graphql';
import { copyOf } from './merge';
import { isObject, type JsonObject } from './own-keys';
import type { RepresentationWriter } from './representations';

/** What a subgraph answered about the entities of one request, in the order in which they were asked for. */
export interface EntityAnswers {
  entities: readonly unknown[];
  /** With paths that begin at the entity of that index. */
  errors: { index: number; error: GraphQLFormattedError; path: (string | number)[] }[];
}

/** One entity that is asked for. */
export interface Claim {
  /** What names it to the subgraph. */
  text: string;
  /** Its place in the request. */
  index: number;
  asking: Promise<EntityAnswers> | null;
  answers: EntityAnswers | null;
  /** Places of the client's selection that are still to get it. */
  takers: number;
  /** The place that was counted last. */
  counted: object | null;
  /** The place in which it was put last, and what was put there. */
  settled: object | null;
  entity: JsonObject | null;
}

/** What has been asked with one question while an operation runs. */
export interface EntityMemory {
  claims: Map<string, Claim>;
  /** The same by type and name, where a name is enough. */
  named: Map<unknown, Map<string | number, Claim>>;
  /** Branches of the plan that will ask this question and have not yet. */
  branchesToCome: number;
}

/** What a question remembers that so many branches of a plan ask. */
export function createMemory(branchesToCome: number): EntityMemory {
  return { claims: new Map(), named: new Map(), branchesToCome };
}

/** Each entity once: a claim for each object of each place (null: it cannot be asked for), and those that nobody has asked for before. */
export function claimEntities(places: readonly JsonObject[][], writer: RepresentationWriter, memory: EntityMemory): { claims: (Claim | null)[][]; fresh: Claim[] } {
  const fresh: Claim[] = [];
  const claims = places.map((objects) =>
    objects.map((object) => {
      const claim = claimOf(object, writer, memory, fresh);
      if (claim && claim.counted !== objects) {
        claim.counted = objects;
        claim.takers += 1;
      }
      return claim;
    }),
  );
  return { claims, fresh };
}

function claimOf(object: JsonObject, { write, nameOf }: RepresentationWriter, { claims, named }: EntityMemory, fresh: Claim[]): Claim | null {
  const name = nameOf(object);
  if (name === null) return claimByText(object, write, claims, fresh);
  const type = object.__typename;
  const ofType = named.get(type) ?? new Map<string | number, Claim>();
  const known = ofType.get(name);
  if (known) return known;
  const claim = claimByText(object, write, claims, fresh);
  if (claim) named.set(type, ofType.set(name, claim));
  return claim;
}

function claimByText(object: JsonObject, write: RepresentationWriter['write'], claims: EntityMemory['claims'], fresh: Claim[]): Claim | null {
  const text = write(object);
  if (text === null) return null;
  const known = claims.get(text);
  if (known) return known;
  const claim: Claim = { text, index: fresh.length, asking: null, answers: null, takers: 0, counted: null, settled: null, entity: null };
  claims.set(text, claim);
  fresh.push(claim);
  return claim;
}

/** The answer to a claim, the taker's own to change: the last one gets the original. */
export function takeEntity(claim: Claim, { branchesToCome }: EntityMemory): JsonObject | null {
  const entity = claim.answers?.entities[claim.index];
  claim.takers -= 1;
  if (!isObject(entity)) return null;
  return claim.takers > 0 || branchesToCome > 0 ? copyOf(entity) : entity;
}
