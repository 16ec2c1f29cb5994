import { HDNodeWallet, Mnemonic, type Interface } from 'ethers';
import { quantity, RpcError, type JsonRpc } from '../rpc';

const MNEMONIC = Mnemonic.fromPhrase('test test test test test test test test test test test junk');

/** One of the accounts that every anvil funds and signs for. */
export function devAccount(index: number): HDNodeWallet {
  return HDNodeWallet.fromMnemonic(MNEMONIC, `m/44'/60'/0'/0/${index}`);
}

/** Calls of one contract by one account; the node signs. */
export interface Caller {
  /** Sends a transaction and returns its hash. @throws the name of the contract's error when it reverts */
  send(method: string, ...args: unknown[]): Promise<string>;
  read(method: string, ...args: unknown[]): Promise<unknown>;
}

export function callerOf(rpc: JsonRpc, contract: { address: string; abi: Interface }, from: string): Caller {
  const call = async (rpcMethod: string, method: string, args: unknown[]): Promise<string> => {
    const transaction = { from, to: contract.address, data: contract.abi.encodeFunctionData(method, args), gas: quantity(5_000_000n) };
    return rpc.call<string>(rpcMethod, rpcMethod === 'eth_call' ? [transaction, 'latest'] : [transaction]).catch((error: unknown) => {
      throw new Error(revertOf(contract.abi, error), { cause: error });
    });
  };
  return {
    send: async (method, ...args) => {
      await call('eth_call', method, args);
      return call('eth_sendTransaction', method, args);
    },
    read: async (method, ...args) => {
      const result = contract.abi.decodeFunctionResult(method, await call('eth_call', method, args));
      return result.length === 1 ? (result[0] as unknown) : result.toArray();
    },
  };
}

function revertOf(abi: Interface, error: unknown): string {
  const decoded = error instanceof RpcError && error.data ? abi.parseError(error.data) : null;
  return decoded ? `${decoded.name}(${decoded.args.join(', ')})` : String(error);
}
