import { getAddress, isAddress, verifyMessage } from 'ethers';
import { SiweMessage } from 'siwe';
import { z } from 'zod';
import { parseInput } from '#kernel/errors';
import type { Challenges } from '../../challenges';
import type { IdentityProof } from '../sign-in/identity.strategy';

const STATEMENT = 'Sign in to Rahat.';

const wallet = z.object({
  address: z.string().refine(isAddress, 'must be an Ethereum address').transform((address) => getAddress(address)),
  chainId: z.number().int().positive(),
});
const credentials = z.object({ message: z.string().max(4000), signature: z.string().regex(/^0x[0-9a-fA-F]{130}$/, 'must be 65 bytes in hexadecimal digits') });

/** A message to be signed by the wallet. */
export interface WalletChallenge {
  /** EIP-4361, complete: what the wallet signs. */
  message: string;
  /** For clients that write the message themselves. */
  nonce: string;
  expiresAt: Date;
}

/** Sign-In with Ethereum (EIP-4361), for accounts that hold a key. Contract wallets (EIP-1271) would need a chain to be asked; they are refused. */
export interface WalletSignIn extends IdentityProof<z.output<typeof credentials>> {
  /** @throws AppError BAD_USER_INPUT. */
  challenge(raw: unknown): Promise<WalletChallenge>;
}

/** `origin` is where people sign in: a message for any other place is refused, so that no other site can use what was signed for it. */
export function createWalletSignIn(challenges: Challenges, { origin, chainIds }: { origin: string; chainIds: readonly number[] }): WalletSignIn {
  const { host: domain } = new URL(origin);

  async function prove({ message, signature }: z.output<typeof credentials>) {
    const claimed = parse(message);
    const challenge = claimed && (await challenges.attempt(idOf(claimed.nonce), 'WALLET'));
    if (!claimed || !challenge) return null;
    const { address } = challenge.data as { address: string };
    const ours = claimed.domain === domain && sameOrigin(claimed.uri, origin) && chainIds.includes(claimed.chainId) && claimed.version === '1';
    const inTime = !isPast(claimed.expirationTime) && !isAhead(claimed.notBefore) && !isAhead(claimed.issuedAt);
    if (!ours || !inTime || claimed.address !== address || signerOf(message, signature) !== address) return null;
    return (await challenges.consume(challenge.id)) ? { kind: 'WALLET' as const, issuer: '', subject: address } : null;
  }

  return {
    method: 'swk', // RFC 8176: proof of possession of a software-secured key
    credentials,
    refusal: 'The signature does not hold, or no account is linked with this wallet.',
    prove,
    challenge: async (raw) => {
      const { address, chainId } = parseInput(wallet.refine(({ chainId }) => chainIds.includes(chainId), { path: ['chainId'], message: `must be one of ${chainIds.join(', ')}` }), raw);
      const { id, expiresAt } = await challenges.create({ purpose: 'WALLET', userId: null, data: { address } });
      const nonce = id.replaceAll('-', '');
      const message = new SiweMessage({ domain, address, statement: STATEMENT, uri: origin, version: '1', chainId, nonce, issuedAt: new Date().toISOString(), expirationTime: expiresAt.toISOString() });
      return { message: message.prepareMessage(), nonce, expiresAt };
    },
  };
}

// The text itself is what is signed: a message that reads well but was written in another form would not be what we parsed.
function parse(message: string): SiweMessage | null {
  try {
    const parsed = new SiweMessage(message);
    return parsed.prepareMessage() === message ? parsed : null;
  } catch {
    return null;
  }
}

function signerOf(message: string, signature: string): string | null {
  try {
    return verifyMessage(message, signature);
  } catch {
    return null;
  }
}

function idOf(nonce: string): string {
  return nonce.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function sameOrigin(uri: string, origin: string): boolean {
  return URL.canParse(uri) && new URL(uri).origin === new URL(origin).origin;
}

const SKEW_MS = 60_000;

function isPast(time: string | undefined): boolean {
  return time !== undefined && Date.parse(time) <= Date.now();
}

function isAhead(time: string | undefined): boolean {
  return time !== undefined && Date.parse(time) > Date.now() + SKEW_MS;
}
