import { Secret, TOTP } from 'otpauth';
import type { Principal } from '#kernel/auth';
import { useTestDatabase } from '../../../tests/kit/database';
import { createIdentityWorld, PASSWORD, type IdentityWorld, type Tokens } from '../testing/identity';
import { stepOf } from './one-time-passwords';

const LOGIN = 'mutation ($email: String!, $password: String!) { login(email: $email, password: $password) { sessionId } }';
const COMPLETE = 'mutation ($challenge: ID!, $code: String!) { signInWithSecondFactor(challenge: $challenge, code: $code) { userId sessionId accessToken refreshToken } }';
const CONFIRM = 'mutation ($code: String!) { confirmSecondFactor(code: $code) { recoveryCodes access { accessToken expiresAt } } }';
const wrongCode = { code: 'UNAUTHENTICATED', message: 'The code is not right, or was used before.' };

const database = useTestDatabase('core');
let world: IdentityWorld;
let counter = 0;

beforeAll(async () => {
  world = await createIdentityWorld(database().serviceUrl);
});
afterAll(() => world.close());
beforeEach(() => world.pool.query('DELETE FROM sign_in_attempts'));

/** A code of the device, of the present or a later time step (the one after is taken too: clocks differ). */
const codeOf = (secret: string, later = 0): string => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + later * 30_000 });
/** As if the last code had been taken long ago. */
const waitForNextCode = (userId: string) => world.pool.query('UPDATE second_factor SET last_step = last_step - 10 WHERE user_id = $1', [userId]);

interface Enrolled {
  email: string;
  principal: Principal;
  secret: string;
  recoveryCodes: string[];
}

async function signedIn(): Promise<{ email: string; principal: Principal; tokens: Tokens }> {
  const { email } = await world.createUser(`factor-${(counter += 1)}`);
  const tokens = await world.signIn(email);
  return { email, tokens, principal: await world.principalOf(tokens.accessToken) };
}

async function enrolled(): Promise<Enrolled> {
  const { email, principal } = await signedIn();
  const { secret = '' } = await world.ask('mutation { enrollSecondFactor { secret uri } }', {}, { principal });
  const confirmed = await world.ask<{ recoveryCodes: string[]; access: { accessToken: string } }>(CONFIRM, { code: codeOf(secret) }, { principal });
  await waitForNextCode(principal.subject);
  return { email, secret, recoveryCodes: confirmed.recoveryCodes, principal: await world.principalOf(confirmed.access.accessToken) };
}

async function challengeFor(email: string): Promise<string> {
  const error = await world.ask(LOGIN, { email, password: PASSWORD }).then(() => null, (caught: { code: string; details: { challenge: string } }) => caught);
  expect(error).toMatchObject({ code: 'SECOND_FACTOR_REQUIRED', details: { challenge: expect.any(String), expiresAt: expect.any(String) } });
  return error?.details.challenge ?? '';
}
const complete = (challenge: string, code: string): Promise<Tokens> => world.ask<Tokens>(COMPLETE, { challenge, code });

describe('a second factor', () => {
  test('counts from when a code has shown that the device has it, and then ends the other sessions', async () => {
    const { email, principal } = await signedIn();
    const other = await world.signIn(email);
    const { secret = '', uri = '' } = await world.ask('mutation { enrollSecondFactor { secret uri } }', {}, { principal });
    expect(uri).toMatch(/^otpauth:\/\/totp\/Rahat:factor-\d+%40ours\.example\?issuer=Rahat&secret=/);
    await world.ask(LOGIN, { email, password: PASSWORD });
    await expect(world.ask(CONFIRM, { code: '000000' }, { principal })).rejects.toMatchObject(wrongCode);
    const { recoveryCodes, access } = await world.ask<{ recoveryCodes: string[]; access: { accessToken: string } }>(CONFIRM, { code: codeOf(secret) }, { principal });
    expect(new Set(recoveryCodes).size).toBe(10);
    expect(await world.principalOf(access.accessToken)).toMatchObject({ sessionId: principal.sessionId, secondFactor: true });
    await expect(world.ask('mutation ($token: String!) { refreshSession(refreshToken: $token) { userId } }', { token: other.refreshToken })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await world.ask('{ secondFactor { enrolled recoveryCodesLeft } }', {}, { principal })).toEqual({ enrolled: true, recoveryCodesLeft: 10 });
    expect(await world.audited(principal.subject)).toEqual(expect.arrayContaining(['second-factor.refused', 'second-factor.enrolled', 'session.revoked']));
  });

  test('that is on cannot be replaced by whoever has found a session open', async () => {
    const { principal } = await enrolled();
    await expect(world.ask('mutation { enrollSecondFactor { secret } }', {}, { principal })).rejects.toMatchObject({ code: 'CONFLICT' });
    const stale = { ...principal, authenticatedAt: Date.now() / 1000 - 601 };
    await expect(world.ask('mutation { disableSecondFactor(code: "1") }', {}, { principal: stale })).rejects.toMatchObject({ code: 'STEP_UP_REQUIRED' });
  });

  test('is asked for at sign-in, and the session says that it was proved', async () => {
    const { email, secret, principal } = await enrolled();
    const tokens = await complete(await challengeFor(email), codeOf(secret));
    expect(await world.principalOf(tokens.accessToken)).toMatchObject({ subject: principal.subject, secondFactor: true });
    const [session] = (await world.database.session.findMany({ where: { id: tokens.sessionId } })).map(({ methods }) => methods);
    expect(session).toEqual(['pwd', 'otp', 'mfa']);
  });

  test('takes no code twice, nor an older one, of many at a time one', async () => {
    const { email, secret } = await enrolled();
    const challenges = [await challengeFor(email), await challengeFor(email), await challengeFor(email)];
    const code = codeOf(secret, 1);
    const outcomes = await Promise.allSettled(challenges.map((challenge) => complete(challenge, code)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(complete(await challengeFor(email), code)).rejects.toMatchObject(wrongCode);
    await expect(complete(await challengeFor(email), codeOf(secret))).rejects.toMatchObject(wrongCode);
  });

  test('cannot be guessed: five attempts for a challenge, fewer and fewer for the account', async () => {
    const { email, secret } = await enrolled();
    const challenge = await challengeFor(email);
    const wrong = codeOf(secret) === '000000' ? '111111' : '000000';
    for (let n = 0; n < 5; n += 1) await expect(complete(challenge, wrong)).rejects.toMatchObject(wrongCode);
    await expect(complete(challenge, codeOf(secret))).rejects.toMatchObject(wrongCode);
    await expect(complete(await challengeFor(email), wrong)).rejects.toMatchObject(wrongCode);
    await expect(complete(await challengeFor(email), codeOf(secret))).rejects.toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
  });

  test('of one account does not complete the sign-in of another', async () => {
    const [ada, eve] = [await enrolled(), await enrolled()];
    await expect(complete(await challengeFor(ada.email), codeOf(eve.secret))).rejects.toMatchObject(wrongCode);
    await expect(complete('00000000-0000-4000-8000-000000000000', codeOf(eve.secret))).rejects.toMatchObject(wrongCode);
  });

  test('is asked for again before money moves: the password is not enough', async () => {
    const { principal, secret } = await enrolled();
    const stepUp = (variables: object): Promise<Record<string, string>> => world.ask('mutation ($password: String, $code: String) { stepUp(password: $password, code: $code) { accessToken } }', { ...variables }, { principal });
    await expect(stepUp({ password: PASSWORD })).rejects.toMatchObject({ details: { field: 'code' } });
    const { accessToken = '' } = await stepUp({ code: codeOf(secret) });
    expect(await world.principalOf(accessToken)).toMatchObject({ secondFactor: true, sessionId: principal.sessionId });
  });

  test('is turned off with a code only', async () => {
    const { email, principal, secret } = await enrolled();
    const disable = (code: string): Promise<unknown> => world.ask('mutation ($code: String!) { disableSecondFactor(code: $code) }', { code }, { principal });
    await expect(disable('12345')).rejects.toMatchObject(wrongCode);
    expect(await disable(codeOf(secret))).toBe(true);
    await expect(world.signIn(email)).resolves.toBeDefined();
    expect(await world.audited(principal.subject)).toContain('second-factor.disabled');
  });
});

describe('a recovery code', () => {
  test('stands in for the device once', async () => {
    const { email, recoveryCodes, principal } = await enrolled();
    const [code = ''] = recoveryCodes;
    await expect(complete(await challengeFor(email), ` ${code.toUpperCase()} `)).resolves.toBeDefined();
    await expect(complete(await challengeFor(email), code)).rejects.toMatchObject(wrongCode);
    expect(await world.ask('{ secondFactor { recoveryCodesLeft } }', {}, { principal })).toEqual({ recoveryCodesLeft: 9 });
    expect(await world.audited(principal.subject)).toContain('second-factor.recovery-code-used');
  });

  test('is worthless when new ones were made', async () => {
    const { email, recoveryCodes, principal, secret } = await enrolled();
    const fresh = await world.ask<string[]>('mutation ($code: String!) { renewRecoveryCodes(code: $code) }', { code: codeOf(secret) }, { principal });
    await expect(complete(await challengeFor(email), recoveryCodes[0] ?? '')).rejects.toMatchObject(wrongCode);
    await expect(complete(await challengeFor(email), fresh[0] ?? '')).resolves.toBeDefined();
  });
});

describe('what is stored', () => {
  test('is neither the secret nor a recovery code', async () => {
    const { secret, recoveryCodes, principal } = await enrolled();
    const { rows } = await world.pool.query('SELECT f::text || (SELECT string_agg(r::text, $$ $$) FROM recovery_code r WHERE r.user_id = f.user_id) AS text FROM second_factor f WHERE user_id = $1', [principal.subject]);
    for (const clear of [secret, ...recoveryCodes]) expect(rows[0].text).not.toContain(clear);
  });

  test('cannot be moved to another account', async () => {
    const [ada, eve] = [await enrolled(), await enrolled()];
    await world.pool.query('UPDATE second_factor SET sealed_secret = (SELECT sealed_secret FROM second_factor WHERE user_id = $2) WHERE user_id = $1', [ada.principal.subject, eve.principal.subject]);
    await expect(complete(await challengeFor(ada.email), codeOf(eve.secret))).rejects.toThrow();
  });
});

test.each([
  ['1970-01-01T00:00:59Z', '287082', 1n],
  ['2005-03-18T01:58:29Z', '081804', 37037036n],
  ['2033-05-18T03:33:20Z', '279037', 66666666n],
])('the code of RFC 6238 for %s is taken, with its step', (time, code, step) => {
  const secret = new Secret({ buffer: new TextEncoder().encode('12345678901234567890').buffer as ArrayBuffer }).base32;
  expect(stepOf(secret, code, new Date(time))).toBe(step);
});
