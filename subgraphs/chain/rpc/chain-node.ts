import type { JsonRpc } from './json-rpc';

/** A block, as far as the chain room cares. Hashes are lower-case hexadecimal, the timestamp in seconds. */
export interface Block {
  number: number;
  hash: string;
  parentHash: string;
  timestamp: number;
}

/** One event that a contract emitted. Addresses and hashes are lower-case. */
export interface Log {
  address: string;
  topics: string[];
  data: string;
  blockNumber: number;
  blockHash: string;
  transactionHash: string;
  logIndex: number;
}

/** What became of a mined transaction. */
export interface Receipt {
  transactionHash: string;
  blockNumber: number;
  succeeded: boolean;
}

/** The questions that the chain room asks of a node. All throw as {@link JsonRpc} does. */
export interface ChainNode {
  /** Null when there is no such block (yet, or any more). */
  block(which: number | 'latest'): Promise<Block | null>;
  /** Events in order, from one block to another (both included). At each place of `topics` stands what may stand there. */
  logs(range: { from: number; to: number; topics: readonly (readonly string[])[]; address?: string }): Promise<Log[]>;
  /** Bytecode at an address; null when there is no contract. */
  code(address: string): Promise<string | null>;
  receipt(transactionHash: string): Promise<Receipt | null>;
  /** How many transactions of an account were mined: the number of its next one. */
  nextNonce(address: string): Promise<number>;
  /** Gas that a transaction will take. @throws RpcError when it would revert */
  estimateGas(transaction: { from: string; to: string; data: string }): Promise<bigint>;
  fees(): Promise<Fees>;
  /** Hands a signed transaction to the network. @throws RpcError when the node does not take it */
  broadcast(rawTransaction: string): Promise<void>;
}

/** Per unit of gas, in wei (EIP-1559): what a block charges, and what to offer its maker. */
export interface Fees {
  baseFee: bigint;
  priorityFee: bigint;
}

interface RawBlock {
  number: string;
  hash: string;
  parentHash: string;
  timestamp: string;
  baseFeePerGas?: string;
}

type RawLog = Omit<Log, 'blockNumber' | 'logIndex'> & { blockNumber: string; logIndex: string };

export function createChainNode(rpc: JsonRpc): ChainNode {
  return {
    block: async (which) => {
      const raw = await rpc.call<RawBlock | null>('eth_getBlockByNumber', [which === 'latest' ? which : quantity(which), false]);
      return raw && { number: Number(raw.number), hash: raw.hash.toLowerCase(), parentHash: raw.parentHash.toLowerCase(), timestamp: Number(raw.timestamp) };
    },
    logs: async ({ from, to, topics, address }) => {
      const filter = { fromBlock: quantity(from), toBlock: quantity(to), topics, ...(address ? { address } : {}) };
      return (await rpc.call<RawLog[]>('eth_getLogs', [filter])).map(readLog).sort(inOrder);
    },
    code: async (address) => {
      const code = await rpc.call<string>('eth_getCode', [address, 'latest']);
      return code === '0x' ? null : code;
    },
    receipt: async (transactionHash) => {
      const raw = await rpc.call<{ blockNumber: string; status: string } | null>('eth_getTransactionReceipt', [transactionHash]);
      return raw && { transactionHash, blockNumber: Number(raw.blockNumber), succeeded: Number(raw.status) === 1 };
    },
    nextNonce: async (address) => Number(await rpc.call<string>('eth_getTransactionCount', [address, 'latest'])),
    estimateGas: async (transaction) => BigInt(await rpc.call<string>('eth_estimateGas', [transaction])),
    fees: async () => {
      const head = await rpc.call<RawBlock>('eth_getBlockByNumber', ['latest', false]);
      return { baseFee: BigInt(head.baseFeePerGas ?? '0x0'), priorityFee: BigInt(await rpc.call<string>('eth_maxPriorityFeePerGas', [])) };
    },
    broadcast: async (rawTransaction) => {
      await rpc.call('eth_sendRawTransaction', [rawTransaction]);
    },
  };
}

/** A number as Ethereum's JSON-RPC writes it. */
export function quantity(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

function readLog(raw: RawLog): Log {
  return {
    address: raw.address.toLowerCase(),
    topics: raw.topics,
    data: raw.data,
    blockNumber: Number(raw.blockNumber),
    blockHash: raw.blockHash.toLowerCase(),
    transactionHash: raw.transactionHash.toLowerCase(),
    logIndex: Number(raw.logIndex),
  };
}

function inOrder(a: Log, b: Log): number {
  return a.blockNumber - b.blockNumber || a.logIndex - b.logIndex;
}
