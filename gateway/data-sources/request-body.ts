import type { FeedEvent } from '../contracts';
import type { FetchOperation } from './data-source';

// An operation object is the same each time that its plan runs: what does not change is written once.
const beginnings = new WeakMap<FetchOperation, string>();

/** JSON text of a GraphQL request. `event` is set for the root fetch of a subscription (docs/architecture.md, "Internal calls of core"). */
export function requestBody(operation: FetchOperation, variablesJson: string, event?: FeedEvent | null): string {
  const variables = `${beginningOf(operation)}${variablesJson}`;
  if (event === undefined) return `${variables}}`;
  return `${variables},"extensions":{"event":${event === null ? 'null' : JSON.stringify({ id: event.id })}}}`;
}

function beginningOf(operation: FetchOperation): string {
  const known = beginnings.get(operation);
  if (known !== undefined) return known;
  const { query, operationName } = operation;
  const name = operationName ? `"operationName":${JSON.stringify(operationName)},` : '';
  const fresh = `{"query":${JSON.stringify(query)},${name}"variables":`;
  beginnings.set(operation, fresh);
  return fresh;
}
