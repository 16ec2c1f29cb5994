import type { DataSourceDeps, FetchOperation, ObservedCall, OperationScope, SubgraphAnswer } from '../data-source';
import { requestBody } from '../request-body';
import { callSubgraph, type CallResult } from '../subgraph-call';
import type { FetchShape, RootEntry } from './fetch-shape';
import { refusedByVariables, type Part, type Versions } from './part';
import { notInVersion, outcomeUnknown, projectUnavailable, type Refusal } from './refusals';
import { findTarget } from './target';
import { createVariableReader } from './variables';

/** Some root fields of a fetch, all about one project. */
export interface ProjectQuestion {
  projectId: string;
  shape: FetchShape;
  entries: readonly RootEntry[];
  variables: Readonly<Record<string, unknown>>;
  scope: OperationScope;
  observed?: (call: ObservedCall) => void;
}

/** What came of it. `refused` and `broken` are by answer key; `hidden`: as if there were no such project. */
export type ProjectReply =
  | { kind: 'answered'; answer: SubgraphAnswer; refused: ReadonlyMap<string, Refusal>; broken: ReadonlyMap<string, readonly string[]> }
  | { kind: 'failed'; refusal: Refusal }
  | { kind: 'hidden' };

/** What asking needs to know about the type. */
export interface ProjectType extends DataSourceDeps {
  name: string;
  versions: Versions;
  compile: (shape: FetchShape, entries: readonly RootEntry[], sdlHash: string) => Part;
}

type Found = Extract<Awaited<ReturnType<typeof findTarget>>, { kind: 'instance' }>;

/**
 * Asks the instance of one project, in the words that its version understands.
 * An instance that was replaced while we asked is followed once to its successor, if nothing was changed by asking.
 */
export async function askProject(type: ProjectType, question: ProjectQuestion): Promise<ProjectReply> {
  const first = await askCurrentInstance(type, question, null);
  return first.retry ? (await askCurrentInstance(type, question, first.retry)).reply : first.reply;
}

interface Asked {
  reply: ProjectReply;
  /** The instance that did not answer, when it is worth looking for another. */
  retry?: string;
}

async function askCurrentInstance(type: ProjectType, question: ProjectQuestion, tried: string | null): Promise<Asked> {
  const target = await findTarget(type.routes, type.name, question.projectId, question.scope.principal);
  if (target.kind === 'hidden') return { reply: target };
  if (target.kind === 'refused') return { reply: { kind: 'failed', refusal: target.refusal } };
  if (target.instance.id === tried) return { reply: unavailable(target) };
  return ask(type, question, target);
}

async function ask(type: ProjectType, question: ProjectQuestion, target: Found): Promise<Asked> {
  const { part, refused } = partFor(type, question, target.instance.sdlHash);
  const refusals = new Map([...refused].map(([key, what]) => [key, notInVersion(question.projectId, what)]));
  if (part.text === '') return { reply: { kind: 'answered', answer: {}, refused: refusals, broken: part.broken } };
  const result = await send(type, question, target, part);
  if (result.kind === 'answered') return { reply: { kind: 'answered', answer: result.answer, refused: refusals, broken: part.broken } };
  if (result.kind === 'unknown') return { reply: { kind: 'failed', refusal: outcomeUnknown(question.projectId) } };
  return { reply: unavailable(target), retry: target.instance.id };
}

function partFor(type: ProjectType, { shape, entries, variables }: ProjectQuestion, sdlHash: string): { part: Part; refused: Map<string, string> } {
  const part = type.compile(shape, entries, sdlHash);
  const refused = new Map(part.refused);
  const byVariables = refusedByVariables(part, createVariableReader(shape, variables), type.versions.index(sdlHash));
  if (byVariables.size === 0) return { part, refused };
  for (const [key, what] of byVariables) refused.set(key, what);
  return { part: type.compile(shape, entries.filter(({ key }) => !refused.has(key)), sdlHash), refused };
}

async function send(type: ProjectType, question: ProjectQuestion, { route, instance }: Found, part: Part): Promise<CallResult> {
  const { shape, scope, projectId, variables, observed } = question;
  return callSubgraph(type, {
    subgraph: type.name,
    url: instance.url,
    identity: `spiffe://rahat/project/${projectId}/${instance.id}`,
    token: await type.tokens.forProject(scope.principal, route),
    body: requestBody(operationOf(part, shape), JSON.stringify(pick(variables, part.variables))),
    mutation: shape.mutation,
    scope,
    // The address stands in the audit entry of the change; nothing else about the client is the service's business.
    client: scope.client ? { address: scope.client.address, agent: null } : null,
    instance: instance.id,
    observed,
  });
}

const operations = new WeakMap<Part, FetchOperation>();

function operationOf(part: Part, { operation, mutation }: FetchShape): FetchOperation {
  const known = operations.get(part);
  if (known) return known;
  const fresh: FetchOperation = { query: part.text, kind: mutation ? 'mutation' : 'query', ...(operation.name ? { operationName: operation.name.value } : {}) };
  operations.set(part, fresh);
  return fresh;
}

function unavailable({ route }: Found): ProjectReply {
  return { kind: 'failed', refusal: projectUnavailable(route.projectId, route.status) };
}

function pick(variables: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  const picked = Object.create(null) as Record<string, unknown>;
  for (const name of names) if (Object.hasOwn(variables, name)) picked[name] = variables[name];
  return picked;
}
