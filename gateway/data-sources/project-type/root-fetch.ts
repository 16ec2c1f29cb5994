import type { GraphQLFormattedError } from 'graphql';
import type { ObservedCall, OperationScope, SubgraphAnswer } from '../data-source';
import { askProject, type ProjectReply, type ProjectType } from './ask-project';
import type { FetchShape, RootEntry } from './fetch-shape';
import { PROJECT_NOT_FOUND, notInVersion, projectIdMissing, type Refusal } from './refusals';
import { createVariableReader, isActive, projectIdOf } from './variables';

/** A fetch of root fields. */
export interface RootFetch {
  shape: FetchShape;
  variables: Readonly<Record<string, unknown>>;
  scope: OperationScope;
  observed?: (call: ObservedCall) => void;
  /** Name of the argument that holds the project id. */
  argument: string;
}

/** Root fields that are asked in one call. */
interface Group {
  projectId: string | null;
  entries: RootEntry[];
}

/** The answer under construction. Keys come from clients, so the data has no prototype. */
interface Answer {
  data: Record<string, unknown>;
  errors: GraphQLFormattedError[];
}

/**
 * Splits a fetch by project, asks, and puts the answers together in document order.
 * Reads go out in parallel, one call for each project. Changes go one after the other in document order, and only neighbours about
 * one project share a call: p1, p2, p1 is three calls.
 */
export async function fetchRoots(type: ProjectType, fetch: RootFetch): Promise<SubgraphAnswer> {
  const variables = createVariableReader(fetch.shape, fetch.variables);
  const active = fetch.shape.roots.filter((entry) => isActive(entry, variables));
  const answer: Answer = { data: Object.create(null) as Record<string, unknown>, errors: [] };
  for (const { key, node } of active) answer.data[key] = node.name.value === '__typename' ? rootType(fetch.shape) : null;
  const asked = active.filter(({ node }) => node.name.value !== '__typename');
  const groups = groupEntries(asked, fetch.shape.mutation, (entry) => projectIdOf(entry, fetch.argument, variables));
  if (fetch.shape.mutation) for (const group of groups) merge(answer, group, await ask(type, fetch, group));
  else for (const { group, reply } of await Promise.all(groups.map(async (one) => ({ group: one, reply: await ask(type, fetch, one) })))) merge(answer, group, reply);
  return { data: answer.data, ...(answer.errors.length > 0 ? { errors: answer.errors } : {}) };
}

/** Puts root fields together that may share a call. Exported for its tests. */
export function groupEntries(entries: readonly RootEntry[], serially: boolean, projectOf: (entry: RootEntry) => string | null): Group[] {
  const groups: Group[] = [];
  const byKey = new Map<string, Group>();
  for (const entry of entries) {
    const projectId = projectOf(entry);
    // One answer key is one field, however often it is written: its selections merge.
    const same = byKey.get(entry.key) ?? (serially ? groups.at(-1) : groups.find((group) => group.projectId === projectId));
    const group = same && (same.projectId === projectId || byKey.has(entry.key)) ? same : { projectId, entries: [] };
    if (group !== same) groups.push(group);
    group.entries.push(entry);
    byKey.set(entry.key, group);
  }
  return groups;
}

async function ask(type: ProjectType, { shape, variables, scope, observed, argument }: RootFetch, { projectId, entries }: Group): Promise<ProjectReply> {
  if (projectId === null) return { kind: 'failed', refusal: projectIdMissing(argument) };
  return askProject(type, { projectId, shape, entries, variables, scope, observed });
}

function merge(answer: Answer, group: Group, reply: ProjectReply): void {
  const keys = [...new Set(group.entries.map(({ key }) => key))];
  if (reply.kind === 'answered') mergeAnswer(answer, group.projectId ?? '', keys, reply);
  else refuse(answer, keys, reply.kind === 'hidden' ? PROJECT_NOT_FOUND : reply.refusal);
}

function mergeAnswer(answer: Answer, projectId: string, keys: readonly string[], reply: ProjectReply & { kind: 'answered' }): void {
  for (const key of keys) {
    const refusal = reply.refused.get(key);
    if (refusal) refuse(answer, [key], refusal);
    else if (reply.answer.data && Object.hasOwn(reply.answer.data, key)) answer.data[key] = reply.answer.data[key];
    for (const field of reply.broken.get(key) ?? []) refuse(answer, [key], notInVersion(projectId, `the field ${field}`), false);
  }
  answer.errors.push(...placed(reply.answer, keys.filter((key) => !reply.refused.has(key))));
}

// An answer without data says what went wrong with the whole call: every field that it was to answer says so.
function placed({ data, errors = [] }: SubgraphAnswer, keys: readonly string[]): GraphQLFormattedError[] {
  if (data) return [...errors];
  return errors.flatMap((error) => (error.path ? [error] : keys.map((key) => ({ ...error, path: [key] }))));
}

function refuse(answer: Answer, keys: readonly string[], refusal: Refusal, setNull = true): void {
  for (const key of keys) {
    if (setNull) answer.data[key] = null;
    answer.errors.push({ ...refusal, path: [key] });
  }
}

function rootType(shape: FetchShape): string {
  return shape.mutation ? 'Mutation' : 'Query';
}
