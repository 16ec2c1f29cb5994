import type { GraphQLFormattedError } from 'graphql';
import type { ObservedCall, OperationScope, SubgraphAnswer } from '../data-source';
import { askProject, type ProjectReply, type ProjectType } from './ask-project';
import type { FetchShape } from './fetch-shape';
import { notInVersion, projectUnavailable, type Refusal } from './refusals';

/** Representation of an entity: its `__typename` and the fields of one key. */
type Representation = Readonly<Record<string, unknown>>;

/** A fetch of `_entities`. */
export interface EntityFetch {
  shape: FetchShape;
  variables: Readonly<Record<string, unknown>>;
  scope: OperationScope;
  observed?: (call: ObservedCall) => void;
  /** Type name → the key field that holds the project id. */
  keys: ReadonlyMap<string, string>;
}

/** The representations that one project answers, and their places in the whole. */
interface Group {
  projectId: string;
  representations: Representation[];
  places: number[];
}

interface Answer {
  entities: unknown[];
  errors: GraphQLFormattedError[];
}

/**
 * Splits the representations by project, asks the instances in parallel, and puts the entities back in order.
 * What is no business of this type, or not to be known by the caller, is null without a call and without an error.
 */
export async function fetchEntities(type: ProjectType, fetch: EntityFetch): Promise<SubgraphAnswer> {
  const representations = representationsOf(fetch.variables);
  const key = fetch.shape.roots[0]?.key ?? '_entities';
  const answer: Answer = { entities: representations.map(() => null), errors: [] };
  const groups = groupByProject(representations, fetch.keys);
  const replies = await Promise.all(groups.map(async (group) => ({ group, reply: await ask(type, fetch, group) })));
  for (const { group, reply } of replies) merge(answer, group, reply, key);
  return { data: { [key]: answer.entities }, ...(answer.errors.length > 0 ? { errors: answer.errors } : {}) };
}

/** Groups representations by the project that their key names. Those that name none belong to no group. Exported for its tests. */
export function groupByProject(representations: readonly Representation[], keys: ReadonlyMap<string, string>): Group[] {
  const groups = new Map<string, Group>();
  representations.forEach((representation, place) => {
    const projectId = projectOf(representation, keys);
    if (projectId === null) return;
    const group = groups.get(projectId) ?? { projectId, representations: [], places: [] };
    groups.set(projectId, group);
    group.representations.push(representation);
    group.places.push(place);
  });
  return [...groups.values()];
}

function projectOf(representation: Representation, keys: ReadonlyMap<string, string>): string | null {
  const field = keys.get(String(representation.__typename));
  const id = field !== undefined && Object.hasOwn(representation, field) ? representation[field] : null;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : null;
}

function representationsOf(variables: Readonly<Record<string, unknown>>): Representation[] {
  return Array.isArray(variables.representations) ? (variables.representations as Representation[]) : [];
}

async function ask(type: ProjectType, { shape, variables, scope, observed }: EntityFetch, group: Group): Promise<ProjectReply> {
  const own = { ...variables, representations: group.representations };
  return askProject(type, { projectId: group.projectId, shape, entries: shape.roots, variables: own, scope, observed });
}

function merge(answer: Answer, group: Group, reply: ProjectReply, key: string): void {
  if (reply.kind === 'hidden') return;
  if (reply.kind === 'failed') return refuse(answer, group, reply.refusal, key);
  const refusal = reply.refused.get(key);
  if (refusal) return refuse(answer, group, refusal, key);
  const { data, errors = [] } = reply.answer;
  const entities = data?.[key];
  if (!Array.isArray(entities) || entities.length !== group.places.length) return mergeFailure(answer, group, errors, key);
  group.places.forEach((place, index) => (answer.entities[place] = entities[index]));
  answer.errors.push(...errors.map((error) => relocated(error, group, key)));
  for (const field of reply.broken.get(key) ?? []) refuse(answer, group, notInVersion(group.projectId, `the field ${field}`), key);
}

function mergeFailure(answer: Answer, group: Group, errors: readonly GraphQLFormattedError[], key: string): void {
  if (errors.length === 0) return refuse(answer, group, projectUnavailable(group.projectId, 'UNKNOWN'), key);
  for (const error of errors) {
    if (isPlaced(error, key)) answer.errors.push(relocated(error, group, key));
    else for (const place of group.places) answer.errors.push({ ...error, path: [key, place] });
  }
}

// The instance counts its own representations; the gateway counts all.
function relocated(error: GraphQLFormattedError, group: Group, key: string): GraphQLFormattedError {
  if (!isPlaced(error, key)) return error;
  const [, index, ...rest] = error.path;
  return { ...error, path: [key, group.places[index] ?? index, ...rest] };
}

function isPlaced(error: GraphQLFormattedError, key: string): error is GraphQLFormattedError & { path: [string, number, ...(string | number)[]] } {
  return error.path?.[0] === key && typeof error.path[1] === 'number';
}

function refuse(answer: Answer, group: Group, refusal: Refusal, key: string): void {
  for (const place of group.places) answer.errors.push({ ...refusal, path: [key, place] });
}
