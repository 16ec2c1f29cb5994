import { parse } from 'graphql';
import { openSession } from './demo';
import type { Login } from './seed';

/** A first query that has been tried, ready to paste into a shell. */
export interface FirstQuery {
  command: string;
  answer: string;
}

const QUERY = '{ projects(first: 5) { edges { node { name type status } } } }';

/** Asks the first query as the demo's administrator. @throws Error when it fails: then the system does not serve. */
export async function tryFirstQuery(gatewayUrl: string, logins: Login[]): Promise<FirstQuery | null> {
  if (logins.length === 0) return null;
  const session = await openSession(gatewayUrl, logins);
  const answer = await session.ask(parse(QUERY), {});
  const headers = `-H 'content-type: application/json' -H 'authorization: Bearer ${session.token}'`;
  return { command: `curl -s ${gatewayUrl}/graphql ${headers} -d '${JSON.stringify({ query: QUERY })}'`, answer: JSON.stringify(answer) };
}
