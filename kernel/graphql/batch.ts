import DataLoader from 'dataloader';

/** A loader that reads many rows by key in one query and answers in the order asked, null where there is none. */
export function batchById<T>(load: (keys: readonly string[]) => Promise<readonly T[]>, keyOf: (row: T) => string): DataLoader<string, T | null> {
  return new DataLoader<string, T | null>(
    async (keys) => {
      const rows = new Map((await load(keys)).map((row) => [keyOf(row), row]));
      return keys.map((key) => rows.get(key) ?? null);
    },
    { maxBatchSize: 1000 },
  );
}
