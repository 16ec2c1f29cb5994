import type { GraphQLFormattedError } from 'graphql';
import { entityQuestion, type EntityFetch } from './branches';
import { contextGroups } from './contexts';
import { fetchCall, placedError } from './fetch-call';
import { copyOf, merge } from './merge';
import { isObject, type JsonObject } from './own-keys';
import { objectsAt, placesAt } from './places';
import { representationWriter, type WriteRepresentation } from './representations';
import { applyRewrites } from './rewrites';
import { signalOf, type PlanBinding, type Run, type Step } from './run';

/** One entity that is asked for, and the objects that it is: those of each path of the group. */
interface Asked {
  text: string;
  targets: JsonObject[][];
}

/** What became of one question about one entity. Never changed: whoever uses it takes a copy. */
export interface EntityAnswer {
  entity: JsonObject | null;
  /** With paths that begin at the entity; null: without a place. */
  errors: { error: GraphQLFormattedError; path: (string | number)[] | null }[];
}

/**
 * Fetches entities; the fetches of a group ask the same question about objects in different places. An entity is asked for once,
 * however often it stands there; and once in the whole operation, where a question comes back in another branch of the plan.
 */
export function entityStep(group: readonly EntityFetch[], binding: PlanBinding, repeated: ReadonlySet<string>): Step {
  const [first] = group;
  if (!first) return () => undefined;
  const { fetch } = first;
  const { contextRewrites } = fetch;
  const call = fetchCall(fetch, first.path, binding);
  const write = writerOf(first, binding);
  const question = entityQuestion(fetch);
  const remembers = repeated.has(question) && !contextRewrites;

  return async (run) => {
    if (contextRewrites) {
      const groups = contextGroups(placesAt(run.data, first.path), contextRewrites, binding.isSubtype);
      await Promise.all(groups.map(({ objects, extra }) => fetchAll(run, askedFor([objects], write), extra)));
    } else {
      const objects = group.map(({ path }) => objectsAt(run.data, path));
      await fetchAll(run, askedFor(objects, write), '');
    }
    for (const { fetch: { id } } of group) if (id !== undefined) signalOf(run, id).done();
  };

  async function fetchAll(run: Run, asked: readonly Asked[], extra: string): Promise<void> {
    if (asked.length === 0) return;
    if (!remembers || run.serial) {
      const answers = await askFor(run, asked, extra);
      asked.forEach((one, index) => settle(run, one, answers[index] ?? null, false));
      return;
    }
    const known = memoryOf(run);
    const fresh = asked.filter(({ text }) => !known.has(text));
    if (fresh.length > 0) {
      const asking = askFor(run, fresh, extra);
      fresh.forEach(({ text }, index) => known.set(text, asking.then((answers) => answers[index] ?? null)));
    }
    await Promise.all(asked.map(async (one) => settle(run, one, (await known.get(one.text)) ?? null, true)));
  }

  function memoryOf({ entities }: Run): Map<string, Promise<EntityAnswer | null>> {
    const known = entities.get(question) ?? new Map<string, Promise<EntityAnswer | null>>();
    entities.set(question, known);
    return known;
  }

  /** In the order asked; empty when there is nothing to take from the answer. */
  async function askFor(run: Run, asked: readonly Asked[], extra: string): Promise<EntityAnswer[]> {
    const answer = await call(run, `"representations":[${asked.map(({ text }) => text).join(',')}]${extra}`);
    if (!answer) return [];
    const entities = answer.data?._entities;
    const complete = Array.isArray(entities) && entities.length === asked.length;
    if (!complete && (answer.data || !answer.errors?.length)) {
      run.errors.push(placedError({ message: `The service ${fetch.serviceName} did not answer for each entity that it was asked for.` }, fetch.serviceName, undefined));
    }
    const answers = asked.map((_one, index): EntityAnswer => {
      const entity: unknown = complete ? entities[index] : null;
      return { entity: isObject(entity) ? entity : null, errors: [] };
    });
    for (const error of answer.errors ?? []) {
      const [, index, ...rest] = error.path ?? [];
      const whose = typeof index === 'number' ? answers[index] : undefined;
      if (whose) whose.errors.push({ error, path: rest });
      else run.errors.push(placedError(error, fetch.serviceName, undefined)); // of no entity, so of no place that the client knows
    }
    return answers;
  }

  /** Puts an entity into every place that it was asked for. */
  function settle(run: Run, { targets }: Asked, answer: EntityAnswer | null, keep: boolean): void {
    if (!answer) return;
    for (const { error, path } of answer.errors) run.errors.push(...placesOf(run, targets).map((place) => placedError(error, fetch.serviceName, [...place, ...(path ?? [])])));
    const { entity } = answer;
    if (!entity) return;
    // Each place of the client's selection has objects of its own: further fetches give the same keys other meanings there.
    targets.filter((objects) => objects.length > 0).forEach((objects, index, all) => place(run, objects, keep || index < all.length - 1 ? copyOf(entity) : entity));
  }

  function place(run: Run, objects: readonly JsonObject[], entity: JsonObject): void {
    // A subgraph that knows an entity only by an interface says so; which type it really is has been said by another.
    if (typeof entity.__typename !== 'string' || binding.isAbstract(entity.__typename)) entity.__typename = objects[0]?.__typename;
    if (fetch.outputRewrites) applyRewrites(fetch.outputRewrites, entity, binding.isSubtype);
    // At one place, objects that are one entity share what is within it: what is fetched for it, and its text, is made once.
    if (objects.length > 1) for (const value of Object.values(entity)) share(run, value);
    for (const object of objects) merge(object, entity);
  }

  /** A subgraph counts the entities that it was asked for; the client knows them by every place where they stand. */
  function placesOf(run: Run, targets: readonly JsonObject[][]): (string | number)[][] {
    return group.flatMap(({ path }, index) => {
      const objects = new Set(targets[index]);
      return placesAt(run.data, path).filter(({ object }) => objects.has(object)).map((place) => place.path);
    });
  }
}

function writerOf({ fetch }: EntityFetch, { isSubtype }: PlanBinding): WriteRepresentation {
  const write = representationWriter(fetch.requires ?? [], isSubtype);
  const { inputRewrites } = fetch;
  if (!inputRewrites) return write;
  return (entity) => {
    const text = write(entity);
    if (text === null) return null;
    const representation: unknown = JSON.parse(text);
    applyRewrites(inputRewrites, representation, isSubtype);
    return JSON.stringify(representation);
  };
}

/** Each entity once, by what names it to the subgraph. */
function askedFor(objectsByPath: readonly JsonObject[][], write: WriteRepresentation): Asked[] {
  const asked = new Map<string, Asked>();
  objectsByPath.forEach((objects, path) => {
    const seen = new Set<JsonObject>();
    for (const object of objects) {
      if (seen.has(object)) continue;
      seen.add(object);
      const text = write(object);
      if (text === null) continue;
      const one = asked.get(text) ?? { text, targets: objectsByPath.map(() => []) };
      asked.set(text, one);
      one.targets[path]?.push(object);
    }
  });
  return [...asked.values()];
}

function share(run: Run, value: unknown): void {
  if (Array.isArray(value)) for (const item of value) share(run, item);
  else if (isObject(value) && !run.shared.has(value)) run.shared.set(value, new Map());
}
