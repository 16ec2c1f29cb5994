import { buildSchema, graphql } from 'graphql';
import type { Graph, Indexer } from '../indexing';
import type { GraphApi } from './graph-api';

// The part of the index node's API (in graph-node: port 8030) from which lag is told.
const SCHEMA = buildSchema(`
scalar BigInt
scalar Bytes
enum Health { healthy unhealthy failed }
type Block { hash: Bytes! number: BigInt! }
type SubgraphError { message: String! }
interface ChainIndexingStatus { network: String! chainHeadBlock: Block latestBlock: Block }
type EthereumIndexingStatus implements ChainIndexingStatus { network: String! chainHeadBlock: Block latestBlock: Block }
type SubgraphIndexingStatus { subgraph: String! synced: Boolean! health: Health! fatalError: SubgraphError chains: [ChainIndexingStatus!]! }
type Query { indexingStatusForCurrentVersion(subgraphName: String!): SubgraphIndexingStatus }`);

/** Answers how far the graph is behind the head of its chain. */
export function createStatusApi(graph: Pick<Graph, 'name' | 'deployment'>, network: string, indexer: Pick<Indexer, 'state'>): GraphApi {
  const status = () => {
    const { head, indexed, failure } = indexer.state();
    return {
      subgraph: graph.deployment,
      synced: head !== null && head.number === indexed?.number,
      health: failure === null ? 'healthy' : 'failed',
      fatalError: failure === null ? null : { message: failure },
      chains: [{ __typename: 'EthereumIndexingStatus', network, chainHeadBlock: head, latestBlock: indexed }],
    };
  };
  const rootValue = { indexingStatusForCurrentVersion: ({ subgraphName }: { subgraphName: string }) => (subgraphName === graph.name ? status() : null) };
  return ({ query, variables }) => graphql({ schema: SCHEMA, source: query, rootValue, variableValues: variables ?? {} });
}
