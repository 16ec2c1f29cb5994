/** Gathers what is wanted into lists of at most `length`. */
export async function* inChunks<T>(items: AsyncIterable<T>, length: number, wanted: (item: T) => boolean): AsyncGenerator<T[]> {
  let chunk: T[] = [];
  for await (const item of items) {
    if (!wanted(item)) continue;
    chunk.push(item);
    if (chunk.length === length) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}
