import { randomUUID } from 'node:crypto';
import { isId } from '#kernel/db';
import type { AuthChallenge, Prisma } from '../../../generated/prisma/core/client';
import type { CoreDatabase, CoreTransaction } from '../database';
import type { Secrets } from '../secrets';

const TTL_MS = 10 * 60 * 1000;
const ATTEMPTS = 5;

/** What is asked. One purpose's answer is no answer to another. */
export type ChallengePurpose = 'SIGN_IN_CODE' | 'LINK_PHONE' | 'WALLET' | 'OIDC' | 'SECOND_FACTOR';

export interface NewChallenge {
  purpose: ChallengePurpose;
  /** Null where there is no such account: nobody must be able to tell. */
  userId: string | null;
  /** The right answer, where it is known beforehand. */
  secret?: string;
  data?: Prisma.InputJsonObject;
}

/** A challenge as it is shown: random enough that it cannot be guessed. */
export interface IssuedChallenge {
  id: string;
  expiresAt: Date;
}

/** Things to be answered within ten minutes, in at most five attempts, once. */
export class Challenges {
  constructor(
    private readonly database: CoreDatabase,
    private readonly secrets: Secrets,
    private readonly now: () => Date = () => new Date(),
  ) {}

  async create({ purpose, userId, secret, data }: NewChallenge, tx?: CoreTransaction, id: string = randomUUID()): Promise<IssuedChallenge> {
    const expiresAt = new Date(this.now().getTime() + TTL_MS);
    const secretHash = secret === undefined ? null : this.secrets.mac('challenge', `${id} ${secret}`);
    await (tx?.models ?? this.database).authChallenge.create({ data: { id, purpose, userId, secretHash, data: data ?? {}, expiresAt } });
    return { id, expiresAt };
  }

  /** Counts an attempt. Null when there is no such challenge, or it has ended, was answered, or was tried too often. */
  async attempt(id: string, purpose: ChallengePurpose): Promise<AuthChallenge | null> {
    if (!isId(id)) return null;
    const [challenge] = await this.database.authChallenge.updateManyAndReturn({
      where: { id, purpose, consumedAt: null, expiresAt: { gt: this.now() }, attempts: { lt: ATTEMPTS } },
      data: { attempts: { increment: 1 } },
    });
    return challenge ?? null;
  }

  /** Whether this call is the one that answers it: of many at once, one. */
  async consume(id: string, tx?: CoreTransaction): Promise<boolean> {
    return (await (tx?.models ?? this.database).authChallenge.updateMany({ where: { id, consumedAt: null }, data: { consumedAt: this.now() } })).count === 1;
  }

  /** Answers a challenge that was made with a secret. Null when the answer is wrong or comes too late, too often or again. */
  async answer(id: string, purpose: ChallengePurpose, secret: string): Promise<AuthChallenge | null> {
    const challenge = await this.attempt(id, purpose);
    if (!challenge?.secretHash || !this.secrets.macMatches('challenge', `${id} ${secret}`, challenge.secretHash)) return null;
    return (await this.consume(id)) ? challenge : null;
  }
}
