import { AbiCoder, Interface, ZeroHash, concat, getCreate2Address, keccak256 } from 'ethers';
import { DEPLOYMENT_PROXY } from './aid-project-factory';
import artifact from './artifacts/AuditAnchor.json';

export const auditAnchorInterface = new Interface(artifact.abi);

function initCode(admin: string): string {
  return concat([artifact.bytecode, AbiCoder.defaultAbiCoder().encode(['address'], [admin])]);
}

/** Where the anchors of this administrator are, or will be, on every chain (EIP-55). */
export function auditAnchorAddress(admin: string): string {
  return getCreate2Address(DEPLOYMENT_PROXY, ZeroHash, keccak256(initCode(admin)));
}

/** The transaction that puts the contract there. */
export function deployAuditAnchor(admin: string): { to: string; data: string } {
  return { to: DEPLOYMENT_PROXY, data: concat([ZeroHash, initCode(admin)]) };
}

/** A checkpoint: 32 bytes each in hexadecimal after `0x`, the size as digits. */
export interface Checkpoint {
  logId: string;
  treeSize: string;
  rootHash: string;
}

/** The transaction that anchors a checkpoint. It reverts when the log was anchored with as many entries, or more. */
export function anchorCheckpoint(address: string, { logId, treeSize, rootHash }: Checkpoint): { to: string; data: string } {
  return { to: address, data: auditAnchorInterface.encodeFunctionData('anchor', [logId, BigInt(treeSize), rootHash]) };
}
