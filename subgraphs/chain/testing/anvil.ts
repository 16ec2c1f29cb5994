import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { resolveAnvil } from '#kernel/anvil';
import { createChainNode, createJsonRpc, type ChainNode, type JsonRpc } from '../rpc';

/** A development chain of its own for one test file. */
export interface TestChain {
  url: string;
  rpc: JsonRpc;
  node: ChainNode;
  /** Mines so many blocks. */
  mine(blocks?: number): Promise<void>;
  /** Replaces the last blocks by empty ones, one more than there were. */
  reorganize(depth: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts anvil, on a free port unless given one (to start a reset chain in the place of another). */
export async function startTestChain(options: { port?: number } = {}): Promise<TestChain> {
  const binary = resolveAnvil({ root: join(__dirname, '../../..'), anvilBin: process.env.ANVIL_BIN, path: process.env.PATH });
  if (!binary) throw new Error('This machine has no anvil.');
  const port = options.port ?? (await freePort());
  const child = spawn(binary, ['--host', '127.0.0.1', '--port', String(port), '--chain-id', '31337', '--quiet'], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  const rpc = createJsonRpc(url, 5000);
  await answering(rpc);
  return {
    url,
    rpc,
    node: createChainNode(rpc),
    mine: async (blocks = 1) => {
      await rpc.call('anvil_mine', [blocks]);
    },
    reorganize: async (depth) => {
      await rpc.call('anvil_reorg', [depth, []]);
      await rpc.call('anvil_mine', [1]);
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function answering(rpc: JsonRpc): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await rpc.call('eth_chainId', []).then(() => true, () => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('anvil did not start.');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}
