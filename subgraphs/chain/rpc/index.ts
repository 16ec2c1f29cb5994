export { createJsonRpc, NodeError, RpcError, RpcUnavailableError, type JsonRpc } from './json-rpc';
export { expectChain, WrongChainError } from './expected-chain';
export { createChainNode, quantity, type Block, type ChainNode, type Fees, type Log, type Receipt } from './chain-node';
