export interface Peeked {
  head: Buffer;
  /** The stream with its head still in it. */
  whole: AsyncIterable<Uint8Array>;
  /** Whoever stops early must not leave a socket or a file open, wherever reading has come to. */
  close(): Promise<unknown>;
}

/** Looks at the first bytes of a stream. */
export async function peeked(stream: AsyncIterable<Uint8Array>, bytes: number): Promise<Peeked> {
  const iterator = stream[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let size = 0;
  while (size < bytes) {
    const next = await iterator.next();
    if (next.done) break;
    first.push(next.value);
    size += next.value.length;
  }
  const head = Buffer.concat(first);
  return { head: head.subarray(0, bytes), whole: follow(head, iterator), close: async () => iterator.return?.() };
}

async function* follow(head: Buffer, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
}
