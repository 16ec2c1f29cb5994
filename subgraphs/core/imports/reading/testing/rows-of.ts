import { readTable, type ReadOptions, type SourceRow, type TableKind } from '..';

/** A file as a stream of chunks of a size: 7 splits every character and every tag somewhere. */
export async function* chunked(bytes: Buffer | string, size = 7): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.from(bytes);
  for (let at = 0; at < buffer.length; at += size) yield buffer.subarray(at, at + size);
}

export async function rowsOf(bytes: Buffer | string, options: ReadOptions & { kind?: TableKind; chunk?: number } = {}): Promise<SourceRow[]> {
  const rows: SourceRow[] = [];
  for await (const row of readTable(chunked(bytes, options.chunk), options.kind ?? null, options)) rows.push(row);
  return rows;
}

/** The cells only. */
export async function cellsOf(bytes: Buffer | string, options: ReadOptions & { chunk?: number } = {}): Promise<string[][]> {
  return (await rowsOf(bytes, options)).map(({ cells }) => cells);
}
