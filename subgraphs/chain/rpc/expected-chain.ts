import { NodeError, RpcUnavailableError, type JsonRpc } from './json-rpc';

/** The node belongs to another chain than the one that we were told to work on. */
export class WrongChainError extends NodeError {
  constructor(expected: number, actual: number) {
    super(`The node is on chain ${actual}, but CHAIN_ID is ${expected}.`);
    this.name = 'WrongChainError';
  }
}

/**
 * Asks nothing of a node before it has said that it is on the expected chain, and after an outage asks that again: another node may
 * answer at the same URL. Otherwise an address that is wrong by a letter would make the index forget all that it knows.
 * Its calls also throw {@link WrongChainError}.
 */
export function expectChain(rpc: JsonRpc, chainId: number): JsonRpc {
  let verified = false;
  return {
    call: async <T>(method: string, params: readonly unknown[]): Promise<T> => {
      try {
        if (!verified) {
          const actual = Number(await rpc.call<string>('eth_chainId', []));
          if (actual !== chainId) throw new WrongChainError(chainId, actual);
          verified = true;
        }
        return await rpc.call<T>(method, params);
      } catch (error) {
        if (error instanceof RpcUnavailableError) verified = false;
        throw error;
      }
    },
  };
}
