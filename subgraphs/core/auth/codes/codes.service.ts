import { randomInt, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Principal } from '#kernel/auth';
import { AppError, BadInputError, parseInput } from '#kernel/errors';
import type { ClientFacts } from '#kernel/graphql';
import type { Attempts, Challenges, IssuedChallenge } from '../../challenges';
import { transaction, type CoreDatabase } from '../../database';
import type { AuthRepository } from '../auth.repository';
import { emailAddress } from '../email-address';
import { ownerOf, type Identities, type IdentityRow } from '../identities/identities';
import type { CodePost } from './code-post';
import type { CodeChannel, CodeSenders } from './code-sender';

const phone = z.string().trim().regex(/^\+[1-9]\d{6,14}$/, 'must be a phone number such as +254700000000');

export interface CodesDeps {
  database: CoreDatabase;
  users: AuthRepository;
  identities: Identities;
  attempts: Attempts;
  challenges: Challenges;
  post: CodePost;
  senders: CodeSenders;
}

interface Letter {
  purpose: 'SIGN_IN_CODE' | 'LINK_PHONE';
  channel: CodeChannel;
  to: string;
  /** Null: the code goes nowhere, and nobody can tell. */
  userId: string | null;
  data?: Record<string, string>;
}

/** One-time codes by e-mail and SMS: six digits, ten minutes, five attempts, one use. */
export class CodesService {
  constructor(private readonly deps: CodesDeps) {}

  /** Sends a code, if there is such an account: the answer is the same. @throws AppError BAD_USER_INPUT, TOO_MANY_ATTEMPTS. */
  async requestSignIn(channel: CodeChannel, to: string, client: ClientFacts): Promise<IssuedChallenge> {
    const destination = this.destination(channel, to);
    await this.deps.attempts.begin({ account: `code to ${channel} ${destination}`, address: client.address });
    const user = channel === 'EMAIL' ? await this.deps.users.findByEmail(destination) : await this.deps.identities.ownerOfPhone(destination);
    return this.send({ purpose: 'SIGN_IN_CODE', channel, to: destination, userId: user?.status === 'ACTIVE' ? user.id : null });
  }

  /** Sends a code to a phone that the caller wants to link. @throws AppError BAD_USER_INPUT, TOO_MANY_ATTEMPTS. */
  async requestPhoneLink(principal: Principal, to: string, client: ClientFacts): Promise<IssuedChallenge> {
    const { id } = ownerOf(principal);
    const number = this.destination('SMS', to);
    await this.deps.attempts.begin({ account: `code to SMS ${number}`, address: client.address });
    return this.send({ purpose: 'LINK_PHONE', channel: 'SMS', to: number, userId: id, data: { phone: number } });
  }

  /** @throws AppError UNAUTHENTICATED when the code is not right; CONFLICT when the phone is linked with another account. */
  async linkPhone(principal: Principal, challengeId: string, code: string): Promise<IdentityRow> {
    const owner = ownerOf(principal);
    const challenge = await this.deps.challenges.answer(challengeId, 'LINK_PHONE', code.trim());
    if (challenge?.userId !== owner.id) throw new AppError('UNAUTHENTICATED', 'The code is not right, has ended, or was used before.');
    return this.deps.identities.link(owner, { kind: 'PHONE', issuer: '', subject: (challenge.data as { phone: string }).phone });
  }

  private destination(channel: CodeChannel, to: string): string {
    if (!this.deps.senders[channel]) throw new BadInputError('channel', 'codes cannot be sent in this way here');
    return parseInput(channel === 'EMAIL' ? emailAddress : phone, to, 'to');
  }

  private async send({ purpose, channel, to, userId, data }: Letter): Promise<IssuedChallenge> {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    const issued = await transaction(this.deps.database, async (tx) => {
      const challenge = await this.deps.challenges.create({ purpose, userId, secret: code, data }, tx, randomUUID());
      await this.deps.post.write(tx, userId === null ? null : { channel, to, code, expiresAt: challenge.expiresAt }, challenge.expiresAt);
      return challenge;
    });
    this.deps.post.wake();
    return issued;
  }
}
