import { Kind, parse } from 'graphql';
import { z } from 'zod';
import type { ErrorCode } from '#kernel/errors';
import type { DataSourceFactory, SubgraphAnswer, SubgraphFetch } from '../data-source';
import { callSubgraph, type CallResult } from '../subgraph-call';

const configSchema = z.object({
  /** Whom the principal is signed for; also the name in the server's certificate. */
  audience: z.string().regex(/^[a-z][a-z0-9-]*$/),
});

/** A plain subgraph: one service of ours at a known URL. */
export const createHttpDataSource: DataSourceFactory = (descriptor, deps) => {
  const { audience } = configSchema.parse(descriptor.config);
  const url = z.url().parse(descriptor.url);
  return {
    process: async ({ request, context }: SubgraphFetch): Promise<SubgraphAnswer> => {
      const query = request.query ?? '';
      const mutation = isMutation(query);
      const result = await callSubgraph(deps, {
        subgraph: descriptor.name,
        url,
        identity: `spiffe://rahat/${audience}`,
        token: await deps.tokens.forService(context.principal, audience),
        query,
        variables: request.variables ?? {},
        operationName: request.operationName,
        mutation,
        scope: context,
      });
      return answerOf(result, audience);
    },
  };
};

function answerOf(result: CallResult, audience: string): SubgraphAnswer {
  if (result.kind === 'answered') return result.answer;
  if (result.kind === 'unknown') {
    return failed('OUTCOME_UNKNOWN', 'The change was sent, but no answer came. Repeat it with the same idempotency key.');
  }
  const code = audience === 'core' ? 'CORE_UNAVAILABLE' : 'NOT_READY';
  return failed(code, `The service ${audience} does not answer now.`);
}

function failed(code: ErrorCode, message: string): SubgraphAnswer {
  return { data: null, errors: [{ message, extensions: { code } }] };
}

// The planner writes `query` or `{` before the first name, or `mutation`; parsing is needed only for the latter.
function isMutation(query: string): boolean {
  if (!query.trimStart().startsWith('mutation')) return false;
  return parse(query).definitions.some((node) => node.kind === Kind.OPERATION_DEFINITION && node.operation === 'mutation');
}
