import type { Operation, Target } from './operation';

const own: Operation = { borders: [], target: async (): Promise<Target> => ({ variables: {} }) };

/** Root fields about the caller's own account: open to whoever is signed in, whatever their role. */
export const account: Readonly<Record<string, Operation>> = {
  identities: own,
  secondFactor: own,
  sessions: own,
  signOut: own,
  signOutEverywhere: own,
  walletChallenge: { borders: [], target: async () => ({ variables: { address: '0x71C7656EC7ab88b098defB751B7401B5f6d8976F', chainId: 1 } }) },
};

/** Root fields that ask for a proof and not for a role, with what must be shown. The tests beside sign-in and sessions show it, and all that only looks like it. */
export const proofs: Readonly<Record<string, string>> = {
  changePassword: 'the present password; without one a recent sign-in',
  completeDeviceEnrollment: 'a signature of the device over what it was given',
  confirmSecondFactor: 'a code of the device',
  disableSecondFactor: 'a code of the device',
  enrollSecondFactor: 'a recent sign-in',
  linkOidc: 'a recent sign-in, and the answer of the issuer',
  linkPhone: 'a recent sign-in, and the code that was sent',
  linkWallet: 'a recent sign-in, and a signature',
  oidcAuthorization: 'the name of an issuer that is configured',
  refreshSession: 'a refresh token',
  renewRecoveryCodes: 'a code of the device',
  submitOfflineRegistrations: 'a signature of the device of the caller',
  requestPasswordReset: 'a channel that is configured',
  requestPhoneLink: 'a recent sign-in',
  requestSignInCode: 'a channel that is configured',
  resetPassword: 'the code that was sent, and a code of the device when there is one',
  revokeSession: 'the id of a session of one’s own',
  signInWithCode: 'the code that was sent',
  signInWithOidc: 'the answer of the issuer',
  signInWithSecondFactor: 'a code of the device',
  signInWithWallet: 'a signature',
  stepUp: 'the password, or a code of the device',
  unlinkIdentity: 'a recent sign-in, and the id of an identity of one’s own',
};
