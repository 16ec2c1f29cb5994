/** Checks what an instance says of its audit log, without an account and without trust in it. Needs nothing but JavaScript and WebCrypto. */
export { canonicalJson, entryLeafHash, type AuditEntry } from './entry';
export { openCheckpoint, type Checkpoint, type CheckpointFault } from './checkpoint';
export { GrowingTree, leafHash, nodeHash, verifyConsistency, verifyInclusion, type ConsistencyProof, type InclusionProof } from './merkle';
export { EXPORT_FORMAT, verifyExport, type Anchor, type Finding, type Verification, type VerifyOptions } from './verify-export';
