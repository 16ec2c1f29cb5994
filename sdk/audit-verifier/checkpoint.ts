import { concat, equal, fromBase64, fromHex, utf8 } from './bytes';
import { sha256 } from './sha256';

/** What a signed checkpoint says (https://c2sp.org/tlog-checkpoint). */
export interface Checkpoint {
  /** The name of the log. */
  origin: string;
  size: number;
  root: Uint8Array;
  /** The keys whose signatures were found right, as they were given. */
  signedBy: readonly string[];
}

/** What speaks against a checkpoint. */
export type CheckpointFault = 'NOT_A_CHECKPOINT' | 'NO_KNOWN_SIGNATURE' | 'WRONG_SIGNATURE';

/**
 * Reads a checkpoint that one of the given keys has signed (https://c2sp.org/signed-note, Ed25519). Signatures of keys that are not given do not count;
 * a wrong one of a key that is given spoils it all.
 * @param keys `<name>+<id>+<key>`, from somewhere else than the checkpoint.
 */
export async function openCheckpoint(note: string, keys: readonly string[]): Promise<Checkpoint | CheckpointFault> {
  const split = note.lastIndexOf('\n\n') + 1;
  const text = note.slice(0, split);
  const [origin, digits, encoded, ...extensions] = text.split('\n');
  const root = fromBase64(encoded ?? '');
  if (split === 0 || !origin || !/^(0|[1-9]\d{0,15})$/.test(digits ?? '') || root?.length !== 32 || extensions.pop() !== '') return 'NOT_A_CHECKPOINT';
  const signatures = readSignatures(note.slice(split + 1));
  if (!signatures) return 'NOT_A_CHECKPOINT';
  const signedBy: string[] = [];
  for (const key of keys) {
    const known = readKey(key);
    const signature = known && known.name === origin ? signatures.find(({ name, id }) => name === known.name && equal(id, known.id)) : undefined;
    if (!known || !signature) continue;
    const publicKey = await crypto.subtle.importKey('raw', known.publicKey as BufferSource, 'Ed25519', false, ['verify']);
    if (!(await crypto.subtle.verify('Ed25519', publicKey, signature.bytes as BufferSource, utf8(text) as BufferSource))) return 'WRONG_SIGNATURE';
    signedBy.push(key);
  }
  return signedBy.length > 0 ? { origin, size: Number(digits), root, signedBy } : 'NO_KNOWN_SIGNATURE';
}

function readSignatures(block: string): Array<{ name: string; id: Uint8Array; bytes: Uint8Array }> | null {
  if (!block.endsWith('\n')) return null;
  const signatures = block.slice(0, -1).split('\n').map((line) => {
    const [, name, encoded] = /^— ([^\s+]+) (\S+)$/.exec(line) ?? [];
    const bytes = fromBase64(encoded ?? '');
    return name && bytes && bytes.length > 4 ? { name, id: bytes.slice(0, 4), bytes: bytes.slice(4) } : null;
  });
  return signatures.every((signature) => signature !== null) ? signatures : null;
}

/** Null for what is no Ed25519 verifier key, or whose id does not fit. */
function readKey(key: string): { name: string; id: Uint8Array; publicKey: Uint8Array } | null {
  const [, name, digits, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(key) ?? [];
  const id = fromHex(digits ?? '');
  const typed = fromBase64(encoded ?? '');
  if (!name || !id || typed?.length !== 33 || typed[0] !== 1) return null;
  return equal(sha256(concat(utf8(`${name}\n`), typed)).slice(0, 4), id) ? { name, id, publicKey: typed.slice(1) } : null;
}
