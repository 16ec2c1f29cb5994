import { ACCESS_TOKEN_MS } from './access-tokens';
import type { SessionRepository } from './session.repository';

/** Sessions that have ended while access tokens of theirs may still be alive, for gateways to refuse. */
export interface Revocations {
  /** Looks for news. */
  refresh(): Promise<void>;
  /** What was learnt after a position (0: everything that still matters), and the position to ask from next time. */
  after(position: number): { position: number; sessions: string[] };
}

// A revocation is seen when it commits, which may be some time after the moment that it bears.
const LONGEST_TRANSACTION_MS = 30_000;
const KEPT_MS = ACCESS_TOKEN_MS + LONGEST_TRANSACTION_MS;

export function createRevocations(repository: Pick<SessionRepository, 'revokedWithin'>, now: () => number = () => performance.now()): Revocations {
  const known = new Map<string, { position: number; learntAt: number }>();
  let last = 0;
  let lookedAt: number | null = null;

  return {
    refresh: async () => {
      const started = now();
      // Only spans of time are ours; what lies within them is for the database's clock to say.
      const span = lookedAt === null ? KEPT_MS : started - lookedAt + LONGEST_TRANSACTION_MS;
      for (const id of await repository.revokedWithin(span / 1000)) {
        if (!known.has(id)) known.set(id, { position: (last += 1), learntAt: started });
      }
      lookedAt = started;
      for (const [id, { learntAt }] of known) if (started - learntAt > KEPT_MS) known.delete(id);
    },
    after: (position) => ({ position: last, sessions: [...known].filter(([, entry]) => entry.position > position).map(([id]) => id) }),
  };
}
