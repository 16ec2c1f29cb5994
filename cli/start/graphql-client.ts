/** Asks the gateway as a client would. */
export interface GraphQLClient {
  /** @throws Error with the messages of all GraphQL errors. */
  ask<T>(query: string, variables?: Record<string, unknown>, token?: string): Promise<T>;
}

interface GraphQLAnswer<T> {
  data?: T;
  errors?: Array<{ message: string; extensions?: { code?: string } }>;
}

export function createGraphQLClient(gatewayUrl: string): GraphQLClient {
  return {
    ask: async <T>(query: string, variables: Record<string, unknown> = {}, token?: string): Promise<T> => {
      const response = await fetch(`${gatewayUrl}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(30_000),
      });
      const answer = (await response.json()) as GraphQLAnswer<T>;
      if (answer.errors?.length) throw new Error(answer.errors.map(({ message, extensions }) => `${extensions?.code ?? 'ERROR'}: ${message}`).join('\n'));
      if (!answer.data) throw new Error(`The gateway answered ${response.status} without data.`);
      return answer.data;
    },
  };
}
