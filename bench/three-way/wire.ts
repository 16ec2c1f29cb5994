import { Pool } from 'undici';

/** One GraphQL endpoint over kept-alive connections. Both sides of the comparison ask through this. */
export interface Wire {
  /** @throws Error when the answer is none, or has errors. */
  ask(query: string, variables: Record<string, unknown>, headers: Record<string, string>): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** @param connect how to trust the server, for TLS */
export function openWire(endpoint: string, connections: number, connect: Pool.Options['connect'] = {}): Wire {
  const { origin, pathname } = new URL(endpoint);
  const pool = new Pool(origin, { connections, connect });
  return {
    ask: async (query, variables, headers) => {
      const { statusCode, body } = await pool.request({
        path: pathname,
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      const answer = (await body.json()) as { data?: Record<string, unknown> | null; errors?: unknown[] };
      if (!answer.data || answer.errors?.length) throw new Error(`${endpoint} answered ${statusCode}: ${JSON.stringify(answer).slice(0, 500)}`);
      return answer.data;
    },
    close: () => pool.destroy(),
  };
}
