import { fromPg, inTransaction, type Pool, type SqlTransaction } from '#kernel/db';

export interface TallyMark {
  by: number;
  note: string | null;
}

/** Counts by raw SQL: a type need not use Prisma. */
export class TallyRepository {
  constructor(readonly pool: Pool) {}

  transaction<T>(work: (tx: SqlTransaction) => Promise<T>): Promise<T> {
    return inTransaction(this.pool, work);
  }

  async count(tx: SqlTransaction = fromPg(this.pool)): Promise<number> {
    const [row] = await tx.query<{ count: number }>('SELECT coalesce(sum(by), 0)::int AS count FROM tally_mark', []);
    return row?.count ?? 0;
  }

  async add(tx: SqlTransaction, by: number): Promise<void> {
    await tx.execute('INSERT INTO tally_mark (by) VALUES ($1)', [by]);
  }

  /** From version 2 on. */
  async addWithNote(tx: SqlTransaction, mark: TallyMark): Promise<void> {
    await tx.execute('INSERT INTO tally_mark (by, note) VALUES ($1, $2)', [mark.by, mark.note]);
  }

  /** From version 2 on. */
  history(): Promise<TallyMark[]> {
    return fromPg(this.pool).query<TallyMark>('SELECT by, note FROM tally_mark ORDER BY id', []);
  }
}
