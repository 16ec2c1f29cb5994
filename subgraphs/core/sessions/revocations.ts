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

export function createRevocations(repository: Pick<SessionRepository, 'revokedSince'>, now: () => number = Date.now): Revocations {
  const known = new Map<string, { position: number; revokedAt: number }>();
  let last = 0;
  let lookedAt: number | null = null;

  function forgetOld(): void {
    for (const [id, { revokedAt }] of known) if (now() - revokedAt > ACCESS_TOKEN_MS + LONGEST_TRANSACTION_MS) known.delete(id);
  }

  return {
    refresh: async () => {
      const started = now();
      const since = (lookedAt ?? started - ACCESS_TOKEN_MS) - LONGEST_TRANSACTION_MS;
      for (const { id, revokedAt } of await repository.revokedSince(new Date(since))) {
        if (!known.has(id)) known.set(id, { position: (last += 1), revokedAt: revokedAt.getTime() });
      }
      lookedAt = started;
      forgetOld();
    },
    after: (position) => ({ position: last, sessions: [...known].filter(([, entry]) => entry.position > position).map(([id]) => id) }),
  };
}
