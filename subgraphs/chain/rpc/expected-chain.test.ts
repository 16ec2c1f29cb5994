import { expectChain, WrongChainError } from './expected-chain';
import { RpcUnavailableError, type JsonRpc } from './json-rpc';

let chainId: number | null;
let asked: string[];
const rpc: JsonRpc = {
  call: async <T>(method: string): Promise<T> => {
    if (chainId === null) throw new RpcUnavailableError(method, { cause: null });
    asked.push(method);
    return `0x${chainId.toString(16)}` as T;
  },
};

beforeEach(() => {
  chainId = 7;
  asked = [];
});

test('a node of the expected chain is asked once which it is', async () => {
  const expected = expectChain(rpc, 7);
  await expected.call('eth_blockNumber', []);
  await expected.call('eth_blockNumber', []);
  expect(asked).toEqual(['eth_chainId', 'eth_blockNumber', 'eth_blockNumber']);
});

test('a node of another chain is asked nothing else', async () => {
  const expected = expectChain(rpc, 8);
  await expect(expected.call('eth_blockNumber', [])).rejects.toThrow(new WrongChainError(8, 7));
  await expect(expected.call('eth_blockNumber', [])).rejects.toThrow('The node is on chain 7, but CHAIN_ID is 8.');
  expect(asked).toEqual(['eth_chainId', 'eth_chainId']);
});

test('what answers after an outage is asked again', async () => {
  const expected = expectChain(rpc, 7);
  await expected.call('eth_blockNumber', []);
  chainId = null;
  await expect(expected.call('eth_blockNumber', [])).rejects.toThrow(RpcUnavailableError);
  chainId = 9;
  await expect(expected.call('eth_blockNumber', [])).rejects.toThrow(WrongChainError);
});
