import { z } from 'zod';
import type { ErrorCode } from '#kernel/errors';
import { subscriptionFieldSchema } from '../../contracts';
import type { DataSourceFactory, SubgraphAnswer, SubgraphFetch } from '../data-source';
import { requestBody } from '../request-body';
import { callSubgraph, type CallResult } from '../subgraph-call';

const configSchema = z.object({
  /** Whom the principal is signed for; also the name in the server's certificate. */
  audience: z.string().regex(/^[a-z][a-z0-9-]*$/),
  /** Which events the fields of its `Subscription` tell of, by field. */
  subscriptions: z.record(z.string(), subscriptionFieldSchema).optional(),
});

/** A plain subgraph: one service of ours at a known URL. */
export const createHttpDataSource: DataSourceFactory = (descriptor, deps) => {
  const { audience } = configSchema.parse(descriptor.config);
  const url = z.url().parse(descriptor.url);
  return {
    process: async ({ operation, variables, scope, event, observed }: SubgraphFetch): Promise<SubgraphAnswer> => {
      const result = await callSubgraph(deps, {
        subgraph: descriptor.name,
        url,
        identity: `spiffe://rahat/${audience}`,
        token: await deps.tokens.forService(scope.principal, audience),
        body: requestBody(operation, variables.json, event),
        mutation: operation.kind === 'mutation',
        scope,
        client: audience === 'core' ? scope.client : null,
        instance: audience,
        observed,
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
