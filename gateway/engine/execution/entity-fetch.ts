import { entityQuestion, type EntityFetch } from './branches';
import { contextGroups } from './contexts';
import { fetchCall, placedError } from './fetch-call';
import { claimEntities, createMemory, takeEntity, type Claim, type EntityAnswers, type EntityMemory } from './claims';
import { copyOf, merge } from './merge';
import type { JsonObject } from './own-keys';
import { objectsAt, placesAt } from './places';
import { representationWriter, type RepresentationWriter } from './representations';
import { applyRewrites } from './rewrites';
import { signalOf, type PlanBinding, type Run, type Step } from './run';

/** What a fetch must know of the whole plan. */
export interface PlanFacts {
  /** How many branches ask each question. */
  questions: ReadonlyMap<string, number>;
  /** Whether some fetch takes arguments from the surroundings of its entities. */
  contexts: boolean;
}

/**
 * Fetches entities; the fetches of a group ask the same question about objects in different places. An entity is asked for once,
 * however often it stands there; and once in the whole operation, where a question comes back in another branch of the plan.
 */
export function entityStep(group: readonly EntityFetch[], binding: PlanBinding, { questions, contexts }: PlanFacts): Step {
  const [first] = group;
  if (!first) return () => undefined;
  const { fetch } = first;
  const { contextRewrites } = fetch;
  const call = fetchCall(fetch, first.path, binding);
  const writer = writerOf(first, binding);
  const question = entityQuestion(fetch);
  const branches = questions.get(question) ?? 1;
  const remembers = branches > 1 && !contextRewrites;

  return async (run) => {
    try {
      await fetchEach(run);
    } finally {
      // What is deferred until then must not wait for ever.
      for (const { fetch: { id } } of group) if (id !== undefined) signalOf(run, id).done();
    }
  };

  async function fetchEach(run: Run): Promise<void> {
    if (!contextRewrites) return fetchAll(run, group.map(({ path }) => objectsAt(run.data, path, run.shared)), '');
    const groups = contextGroups(placesAt(run.data, first?.path ?? []), contextRewrites, binding.isSubtype);
    await Promise.all(groups.map(({ objects, extra }) => fetchAll(run, [objects], extra)));
  }

  async function fetchAll(run: Run, places: readonly JsonObject[][], extra: string): Promise<void> {
    const memory = memoryOf(run);
    memory.branchesToCome -= 1;
    const { claims, fresh } = claimEntities(places, writer, memory);
    if (fresh.length > 0) {
      const asking = askFor(run, fresh, extra);
      for (const claim of fresh) claim.asking = asking;
      const answers = await asking;
      for (const claim of fresh) claim.answers = answers;
    }
    // What another branch has asked for may still be on its way.
    if (remembers) for (const all of claims) for (const claim of all) if (claim && !claim.answers) claim.answers = await claim.asking;
    places.forEach((objects, index) => settle(run, memory, objects, claims[index] ?? []));
    tellErrors(run, places, claims);
  }

  function memoryOf(run: Run): EntityMemory {
    if (!remembers || run.serial) return createMemory(1);
    const known = run.entities.get(question);
    if (known) return known;
    const fresh = createMemory(branches);
    run.entities.set(question, fresh);
    return fresh;
  }

  async function askFor(run: Run, fresh: readonly Claim[], extra: string): Promise<EntityAnswers> {
    let representations = '';
    for (const { text } of fresh) representations += representations === '' ? text : `,${text}`;
    const answer = await call(run, `"representations":[${representations}]${extra}`);
    if (!answer) return NOTHING;
    const found = answer.data?._entities;
    const entities: readonly unknown[] | null = Array.isArray(found) && found.length === fresh.length ? found : null;
    if (!entities && (answer.data || !answer.errors?.length)) {
      run.errors.push(placedError({ message: `The service ${fetch.serviceName} did not answer for each entity that it was asked for.` }, fetch.serviceName, undefined));
    }
    const errors: EntityAnswers['errors'] = [];
    for (const error of answer.errors ?? []) {
      const [, index, ...path] = error.path ?? [];
      if (typeof index === 'number' && index < fresh.length) errors.push({ index, error, path });
      else run.errors.push(placedError(error, fetch.serviceName, undefined)); // of no entity, so of no place that the client knows
    }
    return { entities: entities ?? [], errors };
  }

  /** Puts entities into the objects of one place of the client's selection: further fetches give the same keys other meanings in others. */
  function settle(run: Run, memory: EntityMemory, objects: readonly JsonObject[], claims: readonly (Claim | null)[]): void {
    claims.forEach((claim, index) => {
      const object = objects[index];
      if (!claim || !object) return;
      const again = claim.settled === objects;
      if (!again) {
        claim.entity = fitted(takeEntity(claim, memory), object);
        claim.settled = objects;
      }
      const { entity } = claim;
      if (!entity) return;
      // Objects that are one entity share what is within it: what is fetched for it, and its text, is made once. Unless surroundings tell.
      if (again && !contexts) shareWithin(run, entity);
      merge(object, again && contexts ? copyOf(entity) : entity);
    });
  }

  function fitted(entity: JsonObject | null, object: JsonObject): JsonObject | null {
    if (!entity) return null;
    // A subgraph that knows an entity only by an interface says so; which type it really is has been said by another.
    if (typeof entity.__typename !== 'string' || binding.isAbstract(entity.__typename)) entity.__typename = object.__typename;
    if (fetch.outputRewrites) applyRewrites(fetch.outputRewrites, entity, binding.isSubtype);
    return entity;
  }

  /** A subgraph counts the entities that it was asked for; the client knows them by every place where they stand. */
  function tellErrors(run: Run, places: readonly JsonObject[][], claims: readonly (Claim | null)[][]): void {
    const failed = new Set<Claim>();
    for (const all of claims) for (const claim of all) if (claim?.answers && claim.answers.errors.length > 0) failed.add(claim);
    for (const claim of failed) {
      const at = group.flatMap(({ path }, place) => {
        const objects = new Set(places[place]?.filter((_object, index) => claims[place]?.[index] === claim));
        return placesAt(run.data, path).filter(({ object }) => objects.has(object));
      });
      for (const { index, error, path } of claim.answers?.errors ?? []) {
        if (index === claim.index) run.errors.push(...at.map((one) => placedError(error, fetch.serviceName, [...one.path, ...path])));
      }
    }
  }
}

const NOTHING: EntityAnswers = { entities: [], errors: [] };

function writerOf({ fetch }: EntityFetch, { isSubtype }: PlanBinding): RepresentationWriter {
  const writer = representationWriter(fetch.requires ?? [], isSubtype);
  const { inputRewrites, unknownTypes } = fetch;
  if (!inputRewrites && !unknownTypes) return writer;
  const unknown = new Set<unknown>(unknownTypes);
  return {
    write: (entity) => {
      const text = unknown.has(entity.__typename) ? null : writer.write(entity);
      if (text === null || !inputRewrites) return text;
      const representation: unknown = JSON.parse(text);
      applyRewrites(inputRewrites, representation, isSubtype);
      return JSON.stringify(representation);
    },
    nameOf: () => null,
  };
}

function shareWithin(run: Run, entity: JsonObject): void {
  for (const key of Object.keys(entity)) share(run, entity[key]);
}

function share(run: Run, value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) for (const item of value) share(run, item);
  else if (!run.shared.has(value)) run.shared.set(value, new Map());
}
