import { createHash } from 'node:crypto';
import { inChunks } from './sealed-content';

const CHUNK = 256 * 1024;
const LINKS = 174;
const RAW = 0x55;
const DAG_PB = 0x70;

/** A block of the tree. */
interface Block {
  cid: Buffer;
  /** Bytes of the file below it. */
  content: number;
  /** Bytes of its own block and of all below it. */
  total: number;
}

/**
 * The CIDv1 of a file as `ipfs add --cid-version=1` makes it: chunks of 256 KiB as raw leaves, balanced tree of 174 links for each node, UnixFS
 * in dag-pb (https://specs.ipfs.tech/unixfs/). Passes the content on; the CID is returned at its end.
 */
export async function* withCid(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, string> {
  const levels: Block[][] = [[]];
  for await (const chunk of inChunks(content, CHUNK)) {
    add(levels, 0, leafOf(chunk));
    yield chunk;
  }
  return `b${base32(rootOf(levels).cid)}`;
}

function add(levels: Block[][], level: number, block: Block): void {
  const blocks = (levels[level] ??= []);
  // A full group is closed only when another block follows: whether it is the root is not known before.
  if (blocks.length === LINKS) {
    add(levels, level + 1, nodeOf(blocks));
    blocks.length = 0;
  }
  blocks.push(block);
}

function rootOf(levels: Block[][]): Block {
  for (let level = 0; ; level += 1) {
    const blocks = levels[level] ?? [];
    const [only] = blocks;
    if (level === levels.length - 1 && blocks.length <= 1) return only ?? leafOf(Buffer.alloc(0));
    add(levels, level + 1, nodeOf(blocks));
  }
}

function leafOf(chunk: Buffer): Block {
  return { cid: cidOf(RAW, chunk), content: chunk.length, total: chunk.length };
}

function nodeOf(children: readonly Block[]): Block {
  const content = children.reduce((sum, child) => sum + child.content, 0);
  // UnixFS: type File (2), filesize, blocksizes.
  const file = Buffer.concat([number(1, 2), number(3, content), ...children.map((child) => number(4, child.content))]);
  const links = children.map(({ cid, total }) => bytes(2, Buffer.concat([bytes(1, cid), bytes(2, Buffer.alloc(0)), number(3, total)])));
  const block = Buffer.concat([...links, bytes(1, file)]);
  return { cid: cidOf(DAG_PB, block), content, total: block.length + children.reduce((sum, child) => sum + child.total, 0) };
}

/** CIDv1: version, codec, multihash of SHA-256 (0x12) with its length. */
function cidOf(codec: number, block: Buffer): Buffer {
  return Buffer.concat([Buffer.from([1, codec, 0x12, 32]), createHash('sha256').update(block).digest()]);
}

function number(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(value.length), value]);
}

function varint(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
  return Buffer.from([...out, rest]);
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** RFC 4648, lower case, without padding. */
function base32(data: Buffer): string {
  let [text, held, bits] = ['', 0, 0];
  for (const byte of data) {
    held = ((held << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(held >> (bits - 5)) & 31];
  }
  return bits > 0 ? text + ALPHABET[(held << (5 - bits)) & 31] : text;
}
