import { AppError } from '#kernel/errors';
import { fromPrisma } from '#kernel/db';
import type { CoreDatabase } from '../database';
import type { Secrets } from '../secrets';
import { networkOf } from './network';

/** How patient we are with one key. */
interface Patience {
  /** Attempts without a delay. */
  free: number;
  /** Each further one doubles the wait, from two seconds up to this many. */
  longestSeconds: number;
  /** After this long without an attempt all is forgotten. */
  windowSeconds: number;
}

const ACCOUNT: Patience = { free: 5, longestSeconds: 300, windowSeconds: 3600 };
// Many honest people may share an address.
const ADDRESS: Patience = { free: 30, longestSeconds: 900, windowSeconds: 3600 };

/** What is guessed at, and from where; null where it is not known. */
export interface Guess {
  account: string | null;
  address: string | null;
}

/**
 * Slows down guessing, in all processes together. An attempt is counted before it is made, so that many at once count as many; the one
 * that succeeds is taken back. Keys are MACs: the table names nobody.
 */
export class Attempts {
  constructor(
    private readonly database: CoreDatabase,
    private readonly secrets: Pick<Secrets, 'mac'>,
  ) {}

  /** @throws AppError TOO_MANY_ATTEMPTS, whether or not there is such an account. */
  async begin({ account, address }: Guess): Promise<void> {
    if (address !== null) await this.count(`address ${networkOf(address)}`, ADDRESS);
    if (account !== null) await this.count(`account ${account}`, ACCOUNT);
  }

  /** Forgets what failed for the account before. What failed from the address stays: an attacker may have an account too. */
  async succeeded({ account, address }: Guess): Promise<void> {
    const { sql } = this;
    if (account !== null) await sql.execute('DELETE FROM sign_in_attempts WHERE key = $1', [this.keyOf(`account ${account}`)]);
    if (address === null) return;
    await sql.execute('UPDATE sign_in_attempts SET failures = greatest(failures - 1, 0), blocked_until = now() WHERE key = $1', [this.keyOf(`address ${networkOf(address)}`)]);
  }

  private async count(what: string, { free, longestSeconds, windowSeconds }: Patience): Promise<void> {
    const key = this.keyOf(what);
    // One statement: two processes cannot both see the last free attempt. The clock is the database's, so it is one. `now()` is when a
    // statement began: after a later one has counted, a wait of none would seem to be still ahead, so free attempts do not look at it.
    const counted = await this.sql.execute(
      `INSERT INTO sign_in_attempts AS a (key, failures, blocked_until, last_attempt_at) VALUES ($1, 1, now(), now())
       ON CONFLICT (key) DO UPDATE SET
         failures = CASE WHEN a.last_attempt_at < now() - make_interval(secs => $4::float8) THEN 1 ELSE a.failures + 1 END,
         blocked_until = now() + make_interval(secs => CASE
           WHEN a.last_attempt_at < now() - make_interval(secs => $4::float8) OR a.failures < $2::int THEN 0
           ELSE least($3::float8, power(2, least(a.failures + 1 - $2::int, 20))) END),
         last_attempt_at = now()
       WHERE a.failures <= $2::int OR a.blocked_until <= now()`,
      [key, free, longestSeconds, windowSeconds],
    );
    if (counted === 0) throw await this.tooMany(key);
  }

  private async tooMany(key: string): Promise<AppError> {
    const [row] = await this.sql.query<{ seconds: number }>('SELECT greatest(ceil(extract(epoch FROM blocked_until - now())), 1)::int AS seconds FROM sign_in_attempts WHERE key = $1', [key]);
    const retryAfterSeconds = row?.seconds ?? 1;
    return new AppError('TOO_MANY_ATTEMPTS', `Too many failed attempts; try again in ${retryAfterSeconds} s.`, { retryAfterSeconds });
  }

  private keyOf(what: string): string {
    return this.secrets.mac('attempts', what);
  }

  private get sql() {
    return fromPrisma(this.database);
  }
}
