import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar, JsonScalar, connectionType } from '#kernel/graphql';

export enum AuditActorType {
  USER = 'USER',
  API_KEY = 'API_KEY',
  SYSTEM = 'SYSTEM',
}
registerEnumType(AuditActorType, { name: 'AuditActorType', description: 'What kind of actor did it.' });

@ObjectType({ description: 'Who did what to which thing, and when. Entries are only ever added, and hold no personal data.' })
export class AuditEntry {
  seq: bigint;
  organizationId: string | null;

  @Field(() => ID, { description: 'The id of the entry.' })
  id: string;

  @Field(() => DateTimeScalar, { description: 'When it was done.' })
  occurredAt: Date;

  @Field(() => AuditActorType, { description: 'What kind of actor did it.' })
  actorType: AuditActorType;

  @Field(() => String, { description: 'The id of the user who did it, "api-key:" with the id of an API key, or "system".' })
  actorId: string;

  @Field(() => String, { description: 'What was done, for example "project.paused".' })
  action: string;

  @Field(() => String, { description: 'What kind of thing it was done to, for example "Project".' })
  entityType: string;

  @Field(() => String, { description: 'The id of the thing.' })
  entityId: string;

  @Field(() => ID, { nullable: true, description: 'The project that it concerns, if one.' })
  projectId: string | null;

  @Field(() => String, { description: 'Ties together everything that one request caused; the `x-request-id` of the request.' })
  correlationId: string;

  @Field(() => JsonScalar, { description: 'Statuses, amounts and ids that belong to the action.' })
  payload: object;

  @Field(() => String, { nullable: true, description: 'From where the client asked, as the gateway saw it: an IP address. Null where it is not known, as for what the system does itself.' })
  ip: string | null;

  @Field(() => String, { description: 'SHA-256 of the payload in canonical JSON (RFC 8785), hexadecimal. With it the entry can be shown to be in the log without its payload.' })
  payloadHash: string;
}

@ObjectType({ description: 'Where an entry stands in the audit log.' })
export class AuditLeaf {
  @Field(() => Int, { description: 'The place of the entry in the log, from 0. There is no gap, and no place is given twice.' })
  index: number;

  @Field(() => String, { description: 'The hash of the leaf (RFC 9162), hexadecimal.' })
  hash: string;

  @Field(() => DateTimeScalar, { description: 'When the entry got its place: within a second of the change.' })
  includedAt: Date;
}

@ObjectType({ description: 'A checkpoint that is on chain.' })
export class AuditAnchor {
  @Field(() => String, { description: 'The chain, by its EIP-155 id.' })
  chainId: string;

  @Field(() => String, { description: 'The address of the contract that holds it.' })
  address: string;

  @Field(() => String, { description: 'The transaction that put it there.' })
  transactionHash: string;

  @Field(() => String, { description: 'The number of its block, as digits.' })
  blockNumber: string;

  @Field(() => DateTimeScalar, { description: 'When we saw it there for good.' })
  anchoredAt: Date;
}

@ObjectType({ description: 'A signed statement of what the audit log was when it had so many entries. Keep one: the log can never contradict it again without that being seen.' })
export class AuditCheckpoint {
  @Field(() => Int, { description: 'How many entries the log had.' })
  treeSize: number;

  @Field(() => String, { description: 'The root of the Merkle tree over them (RFC 9162), hexadecimal.' })
  rootHash: string;

  @Field(() => String, { description: 'The checkpoint as it is signed and handed on (C2SP tlog-checkpoint, a signed note with Ed25519).' })
  note: string;

  @Field(() => DateTimeScalar, { description: 'When it was signed.' })
  signedAt: Date;
}

export const AuditCheckpointConnection = connectionType('AuditCheckpoint', () => AuditCheckpoint);

@ObjectType({ description: 'What shows that an entry is in the audit log, to anybody who trusts the key that signed the checkpoint.' })
export class AuditInclusionProof {
  @Field(() => Int, { description: 'The place of the entry in the log.' })
  index: number;

  @Field(() => String, { description: 'What the leaf says: the entry in canonical JSON (RFC 8785), its payload by its hash. SHA-256 over a zero byte and this is the hash of the leaf.' })
  leaf: string;

  @Field(() => [String], { description: 'The hashes that lead from the leaf to the root, from below (RFC 9162, 2.1.3), hexadecimal.' })
  hashes: string[];

  @Field(() => AuditCheckpoint, { description: 'The checkpoint with the root to which they lead.' })
  checkpoint: AuditCheckpoint;
}

@ObjectType({ description: 'What shows that an older log is the beginning of a newer one: nothing was changed, taken out or put between.' })
export class AuditConsistencyProof {
  @Field(() => AuditCheckpoint, { description: 'The older checkpoint.' })
  older: AuditCheckpoint;

  @Field(() => AuditCheckpoint, { description: 'The newer checkpoint.' })
  newer: AuditCheckpoint;

  @Field(() => [String], { description: 'The hashes that show it (RFC 9162, 2.1.4), hexadecimal; none when both are the same.' })
  hashes: string[];
}

@ObjectType({ description: 'The audit log of this instance as a whole. All organisations of the instance share it; each sees its own entries only.' })
export class AuditLog {
  @Field(() => String, { nullable: true, description: 'Its name, in the first line of each checkpoint. Null until there is one.' })
  origin: string | null;

  @Field(() => [String], { description: 'The public keys that have signed its checkpoints, oldest first, in the form of signed notes: name, id and key. Compare them with what you were given elsewhere.' })
  verifierKeys: string[];

  @Field(() => AuditCheckpoint, { nullable: true, description: 'The newest checkpoint. A change is under one within seconds.' })
  newestCheckpoint: AuditCheckpoint | null;
}

export const AuditEntryConnection = connectionType('AuditEntry', () => AuditEntry);

@InputType({ description: 'Which audit entries to list; what is left out does not narrow.' })
export class AuditFilter {
  @Field(() => String, { nullable: true, description: 'Only entries of this kind of thing, for example "Project".' })
  entityType?: string | null;

  @Field(() => String, { nullable: true, description: 'Only entries of the thing with this id.' })
  entityId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only entries of the user with this id.' })
  actorId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only entries of this action, for example "project.paused".' })
  action?: string | null;

  @Field(() => String, { nullable: true, description: 'Only entries that one request caused: its `x-request-id`.' })
  correlationId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only entries that concern this project.' })
  projectId?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Only entries from this time on.' })
  from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Only entries before this time.' })
  to?: Date | null;
}
