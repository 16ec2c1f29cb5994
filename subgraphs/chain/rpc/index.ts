export { createJsonRpc, RpcError, RpcUnavailableError, type JsonRpc } from './json-rpc';
export { createChainNode, quantity, type Block, type ChainNode, type Fees, type Log, type Receipt } from './chain-node';
