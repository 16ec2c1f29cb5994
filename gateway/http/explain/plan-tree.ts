import type { PlanNode, SubscriptionNode } from '../../engine';
import { selectionOf } from './fetch-text';

/** A query plan for readers: what the engine runs, without what only the engine needs. */
export type PlanTree =
  | { kind: 'Sequence' | 'Parallel'; nodes: PlanTree[] }
  | { kind: 'Fetch'; subgraph: string; operationKind: 'query' | 'mutation' | 'subscription'; operationName: string | null; /** Names of the variables that are sent; never their values. */ variables: string[]; /** What must be known of each entity; null for root fields. */ requires: string | null; selection: string }
  | { kind: 'Flatten'; path: (string | number)[]; node: PlanTree }
  | { kind: 'Defer'; primary: PlanTree | null; deferred: { label: string | null; path: string[]; node: PlanTree | null }[] }
  | { kind: 'Subscription'; primary: PlanTree; rest: PlanTree | null };

/** Draws the plan as plain data. */
export function planTree(node: PlanNode | SubscriptionNode): PlanTree {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return { kind: node.kind, nodes: node.nodes.map(planTree) };
    case 'Flatten':
      return { kind: 'Flatten', path: node.path, node: planTree(node.node) };
    case 'Defer':
      return {
        kind: 'Defer',
        primary: node.primary.node ? planTree(node.primary.node) : null,
        deferred: node.deferred.map(({ label, queryPath, node: later }) => ({ label: label ?? null, path: queryPath, node: later ? planTree(later) : null })),
      };
    case 'Subscription':
      return { kind: 'Subscription', primary: planTree(node.primary), rest: node.rest ? planTree(node.rest) : null };
    case 'Fetch':
      return {
        kind: 'Fetch',
        subgraph: node.serviceName,
        operationKind: node.operationKind,
        operationName: node.operationName ?? null,
        variables: node.variableUsages ?? [],
        ...selectionOf(node),
      };
  }
}
