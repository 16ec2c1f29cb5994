import { createHash, randomBytes } from 'node:crypto';
import type { Secrets } from '../secrets';

const PREFIX = 'rt_';
const FORM = /^rt_[A-Za-z0-9_-]{43}$/;

/** Makes and recognises refresh tokens: opaque, 256 bits, only their hash is stored. */
export interface RefreshTokens {
  create(): string;
  /**
   * The token that follows another: always the same one, so that a client whose answer got lost can ask again without there being two
   * successors. Nobody can work it out without the secret of the installation.
   */
  successorOf(token: string): string;
  /** What is stored; null for what is no refresh token of ours. */
  hashOf(token: string): string | null;
}

export function createRefreshTokens(secrets: Pick<Secrets, 'mac'>): RefreshTokens {
  return {
    create: () => PREFIX + randomBytes(32).toString('base64url'),
    successorOf: (token) => PREFIX + secrets.mac('refresh-token', token),
    hashOf: (token) => (FORM.test(token) ? createHash('sha256').update(token).digest('base64url') : null),
  };
}
