import { getAddress } from 'ethers';
import { createPrincipalVerifier } from '#kernel/auth';
import { createPool, fromPg, type Pool } from '#kernel/db';
import { createRelay, toWire } from '#kernel/events';
import { graphNodeConfigSchema } from '#kernel/graph-node';
import { createInternalServer, listen, type Readiness } from '#kernel/http';
import type { Closers } from '#kernel/lifecycle';
import type { Logger, Metrics } from '#kernel/telemetry';
import { createInternalClient, identity, tlsFiles } from '#kernel/tls';
import { factoryAddress } from './contracts';
import type { ChainEnv } from './env';
import { createGraphApi, createStatusApi, graphPaths, mountGraph } from './graph-api';
import { aidGraph } from './graphs/aid';
import { aidFederation } from './graphs/aid/federation';
import { createIndexer, type Indexer } from './indexing';
import { mountProjectEvents } from './intake';
import { createRegistrar, type GraphRegistration, type Registrar } from './registration';
import { createChainNode, createJsonRpc, expectChain } from './rpc';
import { aidSdl } from './schema-files';
import { countOpen, createSender, loadSigner } from './sending';

/** Wires the chain room: everything that depends on something else is seen to do so here. Resolves with its URL when it serves. */
export async function startChain(env: ChainEnv, { logger, metrics }: { logger: Logger; metrics: Metrics }, closers: Closers): Promise<string> {
  const tls = tlsFiles(env);
  const pool = createPool(env.DATABASE_URL, { max: 8, name: 'rahat-chain' });
  closers.add('pool', () => pool.end());
  const client = createInternalClient(tls);
  closers.add('internal client', () => client.close());
  const node = createChainNode(expectChain(createJsonRpc(env.CHAIN_RPC_URL), env.CHAIN_ID));

  const signer = await loadSigner({ keyFile: env.CHAIN_SIGNER_KEY_FILE, passwordFile: env.CHAIN_SIGNER_PASSWORD_FILE, chainId: env.CHAIN_ID });
  const factory = env.CHAIN_FACTORY_ADDRESS ? getAddress(env.CHAIN_FACTORY_ADDRESS) : factoryAddress(signer.address);
  const graph = aidGraph({ root: env.RAHAT_ROOT, factory, startBlock: env.CHAIN_START_BLOCK });

  const indexer = createIndexer({ pool, node, graph, logger, pollMs: env.CHAIN_POLL_MS });
  closers.add('indexer', () => indexer.close());
  metrics.gauge('rahat_chain_head_block', 'The newest block of the chain that was seen; 0 while the node does not answer.', [], async (gauge) => gauge.set(indexer.state().head?.number ?? 0));
  metrics.gauge('rahat_chain_lag_blocks', 'How many blocks the index is behind the chain, as far as it is known.', [], async (gauge) => {
    const { head, indexed } = indexer.state();
    gauge.set(head ? head.number - (indexed?.number ?? 0) : 0);
  });
  metrics.gauge('rahat_chain_contracts_waiting', 'Contracts of projects that are not yet on chain for good.', [], async (gauge) => gauge.set(await countOpen(fromPg(pool))));
  const relay = createRelay({
    pool,
    logger,
    relaysAudit: true,
    publish: async (batch) => {
      await client.call({ url: env.CORE_URL, path: '/internal/ingest', identity: identity.core, method: 'POST', body: toWire(batch) });
    },
  });
  closers.add('relay', () => relay.close());
  const sending = { pool, node, signer, chainId: env.CHAIN_ID, factory, startBlock: env.CHAIN_START_BLOCK, confirmations: env.CHAIN_CONFIRMATIONS };
  const sender = createSender({ ...sending, logger });
  closers.add('sender', () => sender.close());
  const registrar = createRegistrar({ pool, client, coreUrl: env.CORE_URL, logger }, aidRegistration(env));
  closers.add('registrar', () => registrar.close());

  const server = createInternalServer({ tls, logger, metrics, readiness: () => readinessOf(pool, indexer, registrar) });
  mountGraph(server, {
    name: graph.name,
    data: createGraphApi(pool, graph),
    status: createStatusApi(graph, `eip155:${env.CHAIN_ID}`, indexer),
    verify: createPrincipalVerifier(env.PRINCIPAL_PUBLIC_KEY_FILE, 'chain'),
  });
  mountProjectEvents(server, { pool, onQueued: sender.wake });
  closers.add('server', () => server.close());
  const url = await listen(server, env.LISTEN_HOST, env.CHAIN_PORT);
  logger.info({ url, factory, signer: signer.address }, 'the chain room serves');
  return url;
}

function aidRegistration(env: ChainEnv): GraphRegistration {
  const { api, federated } = aidSdl(env.RAHAT_ROOT);
  const status = { url: env.CHAIN_URL + graphPaths.status, subgraphName: 'aid' };
  const config = { ...aidFederation, schema: api, maxLag: env.CHAIN_MAX_LAG, onStale: env.CHAIN_ON_STALE, tls: 'internal', status } as const;
  return { name: 'chain_aid', kind: 'graph-node', url: env.CHAIN_URL + graphPaths.data('aid'), sdl: federated, config: graphNodeConfigSchema.parse(config) };
}

/** Ready when the database answers and core knows our schema: with the chain away we still answer what is indexed. */
async function readinessOf(pool: Pool, indexer: Indexer, registrar: Registrar): Promise<Readiness> {
  const { head, indexed, failure, trouble } = indexer.state();
  const contractsWaiting = await countOpen(fromPg(pool));
  const registered = registrar.accepted();
  return { ready: registered, detail: { registered, head: head?.number ?? null, indexed: indexed?.number ?? null, failure, trouble, contractsWaiting } };
}
