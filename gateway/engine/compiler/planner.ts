import { operationFromDocument } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';
import type { FetchNode, PlanNode, SubscriptionNode } from '../compiled';
import { separateRequiredArguments } from './required-arguments';
import { assertRequirementsGiven, withKnownTypes } from './requirements';
import { splitRequires } from './split-requires';
import type { LoadedSupergraph } from './supergraph';

/** Plans one operation. @throws Error when there is no plan for it. */
export type PlanOperation = (document: DocumentNode) => PlanNode | SubscriptionNode | null;

/** Apollo's planner, mended where it plans wrong answers (see the README of the engine). Building it takes from 50 ms to seconds. */
export function createPlanner({ supergraph, api, full, subgraphs }: LoadedSupergraph): PlanOperation {
  const planner = new QueryPlanner(supergraph, { incrementalDelivery: { enableDefer: true }, reuseQueryFragments: false });
  const requiredKeys = separateRequiredArguments(planner);
  return (document) => {
    const operation = operationFromDocument(api, document, { validate: false });
    const { node } = planner.buildQueryPlan(operation);
    if (!node) return null;
    const plan = node as PlanNode | SubscriptionNode;
    const mend = (fetch: FetchNode): PlanNode => splitRequires(withKnownTypes(fetch, subgraphs, full), requiredKeys);
    for (const fetch of fetchesOf(plan)) assertRequirementsGiven(fetch, subgraphs, full);
    return plan.kind === 'Subscription' ? { ...plan, ...(plan.rest ? { rest: mapFetches(plan.rest, mend) } : {}) } : mapFetches(plan, mend);
  };
}

function fetchesOf(plan: PlanNode | SubscriptionNode): FetchNode[] {
  if (plan.kind === 'Subscription') return [plan.primary, ...(plan.rest ? fetchesOf(plan.rest) : [])];
  const fetches: FetchNode[] = [];
  mapFetches(plan, (fetch) => {
    fetches.push(fetch);
    return fetch;
  });
  return fetches;
}

/** The plan with each fetch replaced by what `change` makes of it. */
export function mapFetches(node: PlanNode, change: (fetch: FetchNode) => PlanNode): PlanNode {
  const map = (inner: PlanNode): PlanNode => mapFetches(inner, change);
  switch (node.kind) {
    case 'Fetch':
      return change(node);
    case 'Flatten':
      return { ...node, node: map(node.node) };
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map(map) };
    case 'Defer':
      return {
        ...node,
        primary: { ...node.primary, ...(node.primary.node ? { node: map(node.primary.node) } : {}) },
        deferred: node.deferred.map((part) => ({ ...part, ...(part.node ? { node: map(part.node) } : {}) })),
      };
  }
}
