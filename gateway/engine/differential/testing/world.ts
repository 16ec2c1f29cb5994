import { compose } from './composition';
import type { ClientAnswer, ClientRequest, EngineUnderTest, StartEngine } from './engine-under-test';
import { serveSubgraphs, type Breakage, type Exchange, type SubgraphDefinition } from './subgraph';

/** Subgraphs, and what is asked of them. */
export interface World {
  subgraphs: Readonly<Record<string, SubgraphDefinition>>;
  /** By a sentence. */
  cases: Readonly<Record<string, Case>>;
}

/** A query, or all about a request. */
export type Case = string | DetailedCase;

export interface DetailedCase extends ClientRequest {
  /** Subgraphs that do not answer as they should. */
  broken?: Readonly<Record<string, Breakage>>;
  /** What subgraphs remember from before. */
  state?: Readonly<Record<string, unknown>>;
  /** The answer has errors. */
  fails?: true;
}

/** A world that is served by an engine. */
export interface Served {
  ask(one: Case): Promise<ClientAnswer & { fetches: Exchange['fetches'] }>;
  close: EngineUnderTest['close'];
}

/** @throws when the subgraphs do not compose. */
export async function serve(subgraphs: World['subgraphs'], start: StartEngine): Promise<Served> {
  const composed = compose(subgraphs);
  if (!composed.ok) throw new Error(composed.errors.join('\n'));
  return serveSupergraph(composed.supergraphSdl, subgraphs, start);
}

export async function serveSupergraph(supergraphSdl: string, subgraphs: World['subgraphs'], start: StartEngine): Promise<Served> {
  const engine = await start(supergraphSdl, serveSubgraphs(subgraphs));
  return {
    ask: async (one) => {
      const { broken = {}, state = {}, ...request }: DetailedCase = detailed(one);
      const exchange: Exchange = { fetches: [], state: new Map(Object.entries(state)), broken };
      return { ...(await engine.ask(request, exchange)), fetches: exchange.fetches };
    },
    close: () => engine.close(),
  };
}

export function detailed(one: Case): DetailedCase {
  return typeof one === 'string' ? { query: one } : one;
}
