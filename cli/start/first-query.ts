import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'graphql';
import { openSession, type DemoProject, type Session } from './demo';
import type { Login } from './seed';
import { selectionFor } from './service-answers';

/** A first query that has been tried, ready to paste into a shell. */
export interface FirstQuery {
  command: string;
  answer: string;
}

interface Shown {
  project: { onChain?: object | null } | null;
}

const CHAIN_DEADLINE_MS = 20_000;

/**
 * Asks one operation across everything that runs: core's fields of a demo project, those of its own service, and those on chain.
 * @throws Error when it fails: then the system does not serve.
 */
export async function tryFirstQuery(gatewayUrl: string, logins: Login[], demo: { projects: DemoProject[]; chain: boolean }): Promise<FirstQuery | null> {
  const [project] = demo.projects;
  if (logins.length === 0 || !project) return null;
  const session = await openSession(gatewayUrl, logins);
  const ofService = (await selectionFor(session, project.type)) ?? '';
  const onChain = demo.chain ? 'onChain { budgetMinor fundedMinor }' : '';
  const people = 'enrollments(first: 2) { edges { node { beneficiary { referenceId preferredLanguage } } } }';
  const query = `{ project(id: "${project.id}") { name status ${people} ${ofService} ${onChain} } }`;
  const answer = await untilOnChain(session, query, demo.chain);
  const headers = `-H 'content-type: application/json' -H 'authorization: Bearer ${session.token}'`;
  return { command: `curl -s ${gatewayUrl}/graphql ${headers} -d '${JSON.stringify({ query })}'`, answer: JSON.stringify(answer) };
}

// A contract comes after its project, and nobody waits for it but this welcome.
async function untilOnChain(session: Session, query: string, chain: boolean): Promise<Shown> {
  const deadline = Date.now() + CHAIN_DEADLINE_MS;
  for (;;) {
    const answer = (await session.ask(parse(query), {})) as Shown;
    if (!chain || answer.project?.onChain || Date.now() > deadline) return answer;
    await sleep(200);
  }
}
