import type { z } from 'zod';
import type { Identities, IdentityClaim } from '../identities/identities';
import type { SignInStrategy } from './strategy';

/** Finds out which identity outside of ours somebody has proved to hold: a wallet, an account with an OIDC issuer. */
export interface IdentityProof<Credentials> {
  readonly method: string;
  readonly credentials: z.ZodType<Credentials>;
  readonly refusal: string;
  /** Null when nothing was proved. */
  prove(credentials: Credentials): Promise<IdentityClaim | null>;
}

/** Signs in whoever an identity is linked with. Nothing can be guessed: what proves an identity is a signature. */
export function identityStrategy<C>(proof: IdentityProof<C>, identities: Identities): SignInStrategy<C> {
  return {
    method: proof.method,
    credentials: proof.credentials,
    refusal: proof.refusal,
    accountOf: () => null,
    verify: async (credentials) => {
      const claim = await proof.prove(credentials);
      return { user: claim && (await identities.ownerOf(claim)), proven: claim !== null };
    },
  };
}
