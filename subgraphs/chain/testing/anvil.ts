import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
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
  // Port 0: anvil takes a free one itself. One chosen beforehand may be another test's anvil by the time ours wants it, and that would answer too.
  const child = spawn(binary, ['--host', '127.0.0.1', '--port', String(options.port ?? 0), '--chain-id', '31337'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const url = `http://127.0.0.1:${await listeningPort(child)}`;
  const rpc = withMinedTransactions(createJsonRpc(url, 5000));
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

// anvil answers a transaction before it has mined it; a test that looks at the chain next must find it there.
function withMinedTransactions(rpc: JsonRpc): JsonRpc {
  return {
    ...rpc,
    call: async <T>(method: string, params: unknown[]): Promise<T> => {
      const result = await rpc.call<T>(method, params);
      if (method === 'eth_sendTransaction' || method === 'eth_sendRawTransaction') await mined(rpc, result);
      return result;
    },
  };
}

const MINED_WITHIN_MS = 2000;

async function mined(rpc: JsonRpc, hash: unknown): Promise<void> {
  const deadline = Date.now() + MINED_WITHIN_MS; // a test may hold mining back on purpose
  while ((await rpc.call('eth_getTransactionReceipt', [hash])) === null && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The port that anvil says it listens on. */
function listeningPort(child: ChildProcessByStdio<null, Readable, null>): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.once('exit', () => reject(new Error(`anvil ended at start: ${output.slice(-500)}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-10_000);
      const port = /Listening on 127\.0\.0\.1:(\d+)/.exec(output)?.[1];
      if (port) resolve(port);
    });
  });
}
