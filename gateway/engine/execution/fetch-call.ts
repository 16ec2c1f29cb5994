import type { GraphQLFormattedError } from 'graphql';
import type { FetchOperation, FetchVariables, SubgraphAnswer } from '../../data-sources/data-source';
import type { FetchNode, ResponsePath } from '../compiled';
import { clientKey } from '../compiler/internal-keys';
import type { PlanBinding, Run } from './run';

/** Asks the subgraph of one fetch of a plan. Whatever goes wrong there is an error of the run, and null. */
export type FetchCall = (run: Run, extra: string) => Promise<SubgraphAnswer | null>;

/** `extra` of a call: JSON members to add to the variables, for example `"representations":[…]`. */
export function fetchCall(fetch: FetchNode, path: ResponsePath, { sourceOf }: PlanBinding): FetchCall {
  const source = sourceOf(fetch.serviceName);
  const operation: FetchOperation = { query: fetch.operation, kind: fetch.operationKind, ...(fetch.operationName ? { operationName: fetch.operationName } : {}) };
  const used = (fetch.variableUsages ?? []).map((name) => ({ name, prefix: `${JSON.stringify(name)}:` }));
  const about = { subgraph: fetch.serviceName, path, ...(fetch.operationName ? { operationName: fetch.operationName } : {}) };
  return async (run, extra) => {
    try {
      let members = extra;
      for (const { name, prefix } of used) {
        const value = Object.hasOwn(run.given, name) ? run.given[name] : undefined;
        if (value !== undefined) members += (members === '' ? prefix : `,${prefix}`) + JSON.stringify(value);
      }
      const observed = run.scope.trace?.fetch(about);
      return await source.process({
        operation,
        variables: variablesOf(`{${members}}`),
        scope: run.scope,
        ...(fetch.operationKind === 'subscription' && run.event !== undefined ? { event: run.event } : {}),
        ...(observed ? { observed } : {}),
      });
    } catch (error) {
      // Variables that were read can be too deep to be written: the stack of one is larger than that of the other.
      if (error instanceof RangeError) run.errors.push({ message: 'The variables nest too deep.', extensions: { code: 'BAD_USER_INPUT', field: 'variables' } });
      else run.errors.push({ message: error instanceof Error ? error.message : String(error), extensions: { code: 'INTERNAL_SERVER_ERROR', serviceName: fetch.serviceName } });
      return null;
    }
  };
}

function variablesOf(json: string): FetchVariables {
  let values: Record<string, unknown> | null = null;
  return { json, values: () => (values ??= JSON.parse(json) as Record<string, unknown>) };
}

/** An error of a subgraph, as the client sees it: at its place in the whole answer, under the client's keys. */
export function placedError({ message, path: _path, extensions }: GraphQLFormattedError, serviceName: string, path: ResponsePath | undefined): GraphQLFormattedError {
  return {
    message: message || `The service ${serviceName} answered with an error.`,
    ...(path ? { path: path.map((key) => (typeof key === 'string' ? clientKey(key) : key)) } : {}),
    extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', ...extensions, serviceName },
  };
}
