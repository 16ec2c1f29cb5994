import { equal, fromHex, hex } from './bytes';
import { openCheckpoint, type Checkpoint } from './checkpoint';
import { canonicalJson, entryLeafHash, type AuditEntry } from './entry';
import { GrowingTree } from './merkle';

export const EXPORT_FORMAT = 'rahat-audit-export/1';

/** Something that is not as it must be, and where. */
export interface Finding {
  /**
   * `UNREADABLE` a line that is none of an export. `ENTRY_CHANGED` an entry that is not what its hash says. `MISSING` entries that are not there, `OUT_OF_ORDER`
   * one that stands where it does not belong. `ROOT_MISMATCH` a signed checkpoint that these entries do not lead to: something since the one before is not
   * what was signed. `BAD_CHECKPOINT` one that is not signed as it must be. `FORK` another checkpoint that is known says something else. `NOT_COVERED` one that is
   * known cannot be compared with this export. `INCOMPLETE` it ends before its end.
   */
  code: 'UNREADABLE' | 'ENTRY_CHANGED' | 'MISSING' | 'OUT_OF_ORDER' | 'ROOT_MISMATCH' | 'BAD_CHECKPOINT' | 'FORK' | 'NOT_COVERED' | 'INCOMPLETE';
  /** From 1. Null for what concerns the whole. */
  line: number | null;
  /** Of the leaf, from 0. */
  index: number | null;
  entryId: string | null;
  message: string;
}

export interface Verification {
  /** Whether everything is as it was signed. */
  ok: boolean;
  findings: readonly Finding[];
  /** Entries that were checked. */
  entries: number;
  /** Leaves of the log up to the last checkpoint, entries that are not shown included. */
  treeSize: number;
  /** Checkpoints that hold. */
  checkpoints: readonly Checkpoint[];
  /** Checkpoints that the export says to be on chain: whoever has access to that chain can compare them. */
  anchors: readonly Anchor[];
  /** Whether the keys came from the export itself: then it shows only that it agrees with itself. */
  keysFromExport: boolean;
}

export interface Anchor {
  treeSize: number;
  chainId: string;
  address: string;
  transactionHash: string;
  blockNumber: number;
}

export interface VerifyOptions {
  /** Keys that are trusted, from somewhere else than the export: `<name>+<id>+<key>`. */
  keys?: readonly string[];
  /** Checkpoints that were received earlier, as signed notes: the log may not contradict them. */
  known?: readonly string[];
  /** Called every some thousand lines. */
  onProgress?(lines: number): void;
}

/** So many findings are told; whoever has changed everything need not be told everything. */
const MOST_FINDINGS = 1000;

type Line = { index: number; leafHash: string; entry: AuditEntry } | { index: number; count: number; hash: string } | { checkpoint: string } | { anchor: Anchor };

/**
 * Checks an export of the audit log line by line, without a network: each entry against its hash, all hashes against the root of each checkpoint, each
 * checkpoint against the keys that signed it. Holds one hash for each level of the tree.
 * @param lines The lines of the file, without their ends.
 */
export async function verifyExport(lines: AsyncIterable<string> | Iterable<string>, options: VerifyOptions = {}): Promise<Verification> {
  const run = new Run(options);
  for await (const line of lines) await run.line(line);
  return run.end();
}

class Run {
  private readonly findings: Finding[] = [];
  private readonly tree = new GrowingTree();
  private readonly checkpoints: Checkpoint[] = [];
  private readonly anchors: Anchor[] = [];
  private readonly known = new Map<number, Checkpoint>();
  private keys: readonly string[] = [];
  private lines = 0;
  private entries = 0;
  private position = 0;
  private announced = 0;
  /** False after leaves were missing or out of order: no root can be right any more. */
  private whole = true;

  constructor(private readonly options: VerifyOptions) {}

  async line(text: string): Promise<void> {
    this.lines += 1;
    if (this.lines % 5000 === 0) this.options.onProgress?.(this.lines);
    const parsed = parse(text);
    if (this.lines === 1) return this.header(parsed);
    if (isLine(parsed)) return this.take(parsed);
    this.find('UNREADABLE', null, null, 'This is no line of an export.');
  }

  end(): Verification {
    const last = this.checkpoints.at(-1)?.size ?? 0;
    if (this.lines === 0) this.find('UNREADABLE', null, null, 'There is nothing in it.', null);
    else if (this.announced === 0 || last !== this.announced) this.find('INCOMPLETE', null, null, `The last checkpoint that holds is over ${last} of ${this.announced} entries.`, null);
    for (const size of this.known.keys()) this.find('NOT_COVERED', null, null, `The known checkpoint over ${size} entries is at no boundary of this export: ask for one with it.`, null);
    return { ok: this.findings.length === 0, findings: this.findings, entries: this.entries, treeSize: last, checkpoints: this.checkpoints, anchors: this.anchors, keysFromExport: !this.options.keys };
  }

  private async header(parsed: unknown): Promise<void> {
    const header = parsed as { format?: unknown; treeSize?: unknown; verifierKeys?: unknown } | null;
    if (header?.format !== EXPORT_FORMAT || !Number.isSafeInteger(header.treeSize) || !Array.isArray(header.verifierKeys)) {
      this.find('UNREADABLE', null, null, `The first line does not say ${EXPORT_FORMAT}.`);
      return;
    }
    this.announced = header.treeSize as number;
    this.keys = this.options.keys ?? header.verifierKeys.map(String);
    for (const note of this.options.known ?? []) {
      const checkpoint = await openCheckpoint(note, this.keys);
      if (typeof checkpoint === 'string') this.find('BAD_CHECKPOINT', null, null, `A known checkpoint is not signed by a key that is trusted (${checkpoint}).`, null);
      else this.known.set(checkpoint.size, checkpoint);
    }
  }

  private async take(line: Line): Promise<void> {
    if ('anchor' in line) this.anchors.push(line.anchor);
    else if ('checkpoint' in line) await this.checkpoint(line.checkpoint);
    else if ('entry' in line) this.entry(line);
    else this.append(line.index, line.count, fromHex(line.hash), null);
    const known = this.known.get(this.position);
    if (!known || this.tree.size !== this.position) return;
    this.known.delete(this.position);
    if (this.whole && !equal(known.root, this.tree.root() ?? new Uint8Array())) this.find('FORK', null, null, `The first ${known.size} entries are not those of the known checkpoint.`);
  }

  private entry({ index, leafHash, entry }: Extract<Line, { entry: unknown }>): void {
    this.entries += 1;
    const stated = fromHex(leafHash);
    if (leafHash !== hex(entryLeafHash(entry))) this.find('ENTRY_CHANGED', index, entry.id, 'The entry is not what its hash says.');
    this.append(index, 1, stated, entry.id);
  }

  private append(index: number, count: number, hash: Uint8Array | null, entryId: string | null): void {
    if (index > this.position) this.find('MISSING', this.position, null, `Entries ${this.position} to ${index - 1} are not there.`);
    if (index < this.position) this.find('OUT_OF_ORDER', index, entryId, `Entry ${index} stands where ${this.position} belongs.`);
    if (index !== this.position) this.whole = false;
    this.position = index < this.position ? this.position : index + count;
    if (this.whole && (hash?.length !== 32 || !this.tree.append(hash, count))) {
      this.find('UNREADABLE', index, entryId, 'This hash can stand for no part of the tree.');
      this.whole = false;
    }
  }

  private async checkpoint(note: string): Promise<void> {
    const checkpoint = await openCheckpoint(note, this.keys);
    if (typeof checkpoint === 'string') return this.find('BAD_CHECKPOINT', null, null, `The checkpoint is not signed by a key that is trusted (${checkpoint}).`);
    if (!this.whole) return;
    if (checkpoint.size !== this.position || !equal(this.tree.root() ?? new Uint8Array(), checkpoint.root)) {
      this.whole = false;
      const since = this.checkpoints.at(-1)?.size ?? 0;
      return this.find('ROOT_MISMATCH', null, null, `Entries ${since} to ${checkpoint.size - 1} are not those that were signed.`);
    }
    this.checkpoints.push(checkpoint);
  }

  private find(code: Finding['code'], index: number | null, entryId: string | null, message: string, line: number | null = this.lines): void {
    if (this.findings.length < MOST_FINDINGS) this.findings.push({ code, line, index, entryId, message });
  }
}

/** Each line is canonical JSON: then nothing can stand in it that one reader sees and another does not. Null for any other. */
function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return canonicalJson(value) === text ? value : null;
  } catch {
    return null;
  }
}

const TEXTS = ['id', 'occurredAt', 'actorType', 'actorId', 'action', 'entityType', 'entityId', 'correlationId'];
const TEXTS_OR_NULL = ['organizationId', 'projectId', 'ip'];

function isLine(value: unknown): value is Line {
  if (isObject(value, ['checkpoint'])) return typeof value.checkpoint === 'string';
  if (isObject(value, ['anchor'])) return isObject(value.anchor, ['treeSize', 'chainId', 'address', 'transactionHash', 'blockNumber']);
  if (isObject(value, ['index', 'leafHash', 'entry'])) return isCount(value.index) && typeof value.leafHash === 'string' && isEntry(value.entry);
  return isObject(value, ['index', 'count', 'hash']) && isCount(value.index) && isCount(value.count) && typeof value.hash === 'string';
}

/** With nothing beside what the hash covers. */
function isEntry(value: unknown): value is AuditEntry {
  const fields = [...TEXTS, ...TEXTS_OR_NULL];
  if (!isObject(value, [...fields, 'payload']) && !isObject(value, [...fields, 'payloadHash'])) return false;
  return TEXTS.every((name) => typeof value[name] === 'string') && TEXTS_OR_NULL.every((name) => value[name] === null || typeof value[name] === 'string');
}

function isObject(value: unknown, names: readonly string[]): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name));
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
