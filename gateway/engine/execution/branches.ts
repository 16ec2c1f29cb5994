import type { DeferNode, FetchNode, PlanNode, ResponsePath } from '../compiled';

/** A plan with its paths resolved, and with what asks the same put together. */
export type Branch =
  | { kind: 'entities'; group: EntityFetch[] }
  | { kind: 'root'; fetch: FetchNode; path: ResponsePath }
  | { kind: 'sequence'; branches: Branch[] }
  | { kind: 'parallel'; branches: Branch[] }
  | { kind: 'defer'; node: DeferNode; path: ResponsePath };

/** A fetch of entities, and where in the answer they are. */
export interface EntityFetch {
  path: ResponsePath;
  fetch: FetchNode;
}

/**
 * Reads a plan. Parallel branches that ask the same questions in the same order about entities in different places become one: they are
 * asked together, in fewer fetches than the planner foresees, and no later than they would have been.
 */
export function branchOf(node: PlanNode, path: ResponsePath = []): Branch {
  switch (node.kind) {
    case 'Fetch':
      return node.requires ? { kind: 'entities', group: [{ path, fetch: node }] } : { kind: 'root', fetch: node, path };
    case 'Flatten':
      return branchOf(node.node, [...path, ...node.path]);
    case 'Sequence':
      return { kind: 'sequence', branches: node.nodes.map((inner) => branchOf(inner, path)) };
    case 'Parallel':
      return { kind: 'parallel', branches: together(node.nodes.map((inner) => branchOf(inner, path))) };
    case 'Defer':
      return { kind: 'defer', node, path };
  }
}

function together(branches: readonly Branch[]): Branch[] {
  const merged: Branch[] = [];
  const places = new Map<string, number>();
  for (const branch of branches.flatMap((one) => (one.kind === 'parallel' ? one.branches : [one]))) {
    const question = questionOf(branch);
    const place = question === null ? undefined : places.get(question);
    const before = place === undefined ? undefined : merged[place];
    if (place === undefined || !before) {
      if (question !== null) places.set(question, merged.length);
      merged.push(branch);
    } else merged[place] = merge(before, branch);
  }
  return merged;
}

/** Merges two branches of one question. */
function merge(one: Branch, other: Branch): Branch {
  if (one.kind === 'entities' && other.kind === 'entities') return { kind: 'entities', group: [...one.group, ...other.group] };
  if (one.kind === 'sequence' && other.kind === 'sequence') return { kind: 'sequence', branches: pairs(one.branches, other.branches) };
  if (one.kind === 'parallel' && other.kind === 'parallel') return { kind: 'parallel', branches: pairs(inOrder(one.branches), inOrder(other.branches)) };
  throw new Error('Branches of one question are of one kind.');
}

function pairs(some: readonly Branch[], others: readonly Branch[]): Branch[] {
  return some.map((one, index) => {
    const other = others[index];
    return other ? merge(one, other) : one;
  });
}

function inOrder(branches: readonly Branch[]): Branch[] {
  return [...branches].sort((one, other) => ((questionOf(one) ?? '') < (questionOf(other) ?? '') ? -1 : 1));
}

/** What a branch asks, whatever the places; null when it cannot be asked together with another. */
function questionOf(branch: Branch): string | null {
  switch (branch.kind) {
    case 'entities':
      return branch.group.every(({ fetch }) => !fetch.contextRewrites) ? entityQuestion(branch.group[0]?.fetch) : null;
    case 'sequence':
    case 'parallel': {
      const questions = branch.branches.map(questionOf);
      if (questions.includes(null)) return null;
      return JSON.stringify([branch.kind, branch.kind === 'parallel' ? questions.sort() : questions]);
    }
    default:
      return null;
  }
}

/** The question of a fetch of entities: equal for fetches that differ at most in their place. */
export function entityQuestion(fetch: FetchNode | undefined): string {
  if (!fetch) return '';
  const { serviceName, operation, requires, unknownTypes, inputRewrites, outputRewrites } = fetch;
  // The name of an operation counts the fetches of a plan: it is no part of the question.
  return JSON.stringify([serviceName, operation.replace(/^query [_0-9A-Za-z]+/, 'query'), requires, unknownTypes, inputRewrites, outputRewrites]);
}

/** How many branches of a plan ask each question about entities; they may meet while it runs. */
export function countQuestions(branch: Branch, counts = new Map<string, number>()): ReadonlyMap<string, number> {
  if (branch.kind === 'entities') {
    const question = entityQuestion(branch.group[0]?.fetch);
    counts.set(question, (counts.get(question) ?? 0) + 1);
  }
  for (const one of innerBranches(branch)) countQuestions(one, counts);
  return counts;
}

/** Whether something in a plan is asked with arguments from its surroundings: then one entity is not the same wherever it stands. */
export function hasContexts(branch: Branch): boolean {
  return (branch.kind === 'entities' && branch.group.some(({ fetch }) => fetch.contextRewrites)) || innerBranches(branch).some(hasContexts);
}

function innerBranches(branch: Branch): Branch[] {
  if (branch.kind !== 'defer') return 'branches' in branch ? branch.branches : [];
  const { node, path } = branch;
  return [node.primary, ...node.deferred].flatMap(({ node: inner }) => (inner ? [branchOf(inner, path)] : []));
}
