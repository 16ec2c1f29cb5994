import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestSystem } from '../../kit/system';
import { operation, type Assault } from './assault';

const LOGIN = 'mutation ($email: String!, $password: String!) { login(email: $email, password: $password) { accessToken refreshToken } }';
const REFRESH = 'mutation ($token: String!) { refreshSession(refreshToken: $token) { accessToken refreshToken } }';
const ASK_FOR_CODE = 'mutation ($to: String!) { requestSignInCode(channel: EMAIL, to: $to) { challenge } }';
const GUESS_CODE = 'mutation ($challenge: ID!, $code: String!) { signInWithCode(challenge: $challenge, code: $code) { accessToken } }';

/** Tokens of an open session. */
export interface Tokens {
  accessToken: string;
  refreshToken: string;
}

/** E-mail address and password of a demo account. */
export function demoLogin(system: TestSystem, role: string): { email: string; password: string } {
  const logins = JSON.parse(readFileSync(join(system.stateDir, 'demo-logins.json'), 'utf8')) as { role: string; email: string; password: string }[];
  const login = logins.find((candidate) => candidate.role === role);
  if (!login) throw new Error(`There is no demo account ${role}.`);
  return login;
}

export async function signIn(system: TestSystem, role: string, headers: Record<string, string> = {}): Promise<Tokens> {
  return (await system.graphql<{ login: Tokens }>(LOGIN, demoLogin(system, role), { headers })).login;
}

export async function refresh(system: TestSystem, refreshToken: string, headers: Record<string, string> = {}): Promise<Tokens> {
  return (await system.graphql<{ refreshSession: Tokens }>(REFRESH, { token: refreshToken }, { headers })).refreshSession;
}

/** Guesses at accounts, and a refresh token that was copied. */
export async function signInAssaults(system: TestSystem): Promise<{ assaults: Assault[]; stolen: { newest: string } }> {
  const first = await signIn(system, 'viewer');
  const second = await refresh(system, first.refreshToken);
  const { refreshToken: newest } = await refresh(system, second.refreshToken);
  const { email } = demoLogin(system, 'viewer');
  const { challenge } = (await system.graphql<{ requestSignInCode: { challenge: string } }>(ASK_FOR_CODE, { to: email })).requestSignInCode;
  const assaults: Assault[] = [
    { name: 'a refresh token that was used before', refusals: ['UNAUTHENTICATED'], write: () => ({ body: operation(REFRESH, { token: first.refreshToken }) }) },
    { name: 'a code that is guessed', refusals: ['UNAUTHENTICATED', 'TOO_MANY_ATTEMPTS'], write: ({ int }) => ({ body: operation(GUESS_CODE, { challenge, code: String(int(1_000_000)).padStart(6, '0') }) }) },
    { name: 'a password that is guessed', refusals: ['UNAUTHENTICATED', 'TOO_MANY_ATTEMPTS'], write: ({ int }) => ({ body: operation(LOGIN, { email, password: `guess ${int(1_000_000)}` }) }) },
    { name: 'an account that is guessed', refusals: ['UNAUTHENTICATED', 'TOO_MANY_ATTEMPTS'], write: ({ int }) => ({ body: operation(LOGIN, { email: `someone${int(1_000_000)}@demo.example`, password: 'Password 1234' }) }) },
  ];
  return { assaults, stolen: { newest } };
}
