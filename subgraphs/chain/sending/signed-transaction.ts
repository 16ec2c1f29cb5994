import { keccak256 } from 'ethers';
import type { ChainNode } from '../rpc';
import type { Signer } from './signer';

/** A transaction that can be broadcast as often as need be: it is mined once. */
export interface SignedTransaction {
  hash: string;
  raw: string;
}

/**
 * Estimates, numbers and signs. Whoever calls it holds the account's lane: two at once would take the same number.
 * @throws RpcError when the transaction would revert; no number is used up then.
 */
export async function signTransaction(deps: { node: ChainNode; signer: Signer; chainId: number }, call: { to: string; data: string }): Promise<SignedTransaction> {
  const { node, signer, chainId } = deps;
  const gas = await node.estimateGas({ from: signer.address, ...call });
  const { baseFee, priorityFee } = await node.fees();
  const raw = await signer.sign({
    ...call,
    type: 2,
    chainId,
    nonce: await node.nextNonce(signer.address),
    gasLimit: (gas * 12n) / 10n,
    maxPriorityFeePerGas: priorityFee,
    maxFeePerGas: baseFee * 2n + priorityFee,
  });
  return { hash: keccak256(raw), raw };
}
