import { print, type DocumentNode } from 'graphql';

/** A document whose result and variables are known: one of generated/graphql/documents.ts, or made while running. */
export type Document<Result, Variables> = DocumentNode & { __apiType?: (variables: Variables) => Result };

/** Asks the gateway as a client would. @throws Error with the messages of all GraphQL errors. */
export type Ask = <Result, Variables>(document: Document<Result, Variables>, variables: Variables) => Promise<Result>;

interface GraphQLAnswer<T> {
  data?: T;
  errors?: Array<{ message: string; extensions?: { code?: string } }>;
}

/** @param token access token; nobody asks when left out */
export function createAsk(gatewayUrl: string, token?: string): Ask {
  return async <Result, Variables>(document: Document<Result, Variables>, variables: Variables) => {
    const response = await fetch(`${gatewayUrl}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ query: print(document), variables }),
      signal: AbortSignal.timeout(30_000),
    });
    const answer = (await response.json()) as GraphQLAnswer<Result>;
    if (answer.errors?.length) throw new Error(answer.errors.map(({ message, extensions }) => `${extensions?.code ?? 'ERROR'}: ${message}`).join('\n'));
    if (!answer.data) throw new Error(`The gateway answered ${response.status} without data.`);
    return answer.data;
  };
}
