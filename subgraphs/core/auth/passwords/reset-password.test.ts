import argon2 from '@node-rs/argon2';
import { Secret, TOTP } from 'otpauth';
import { useTestDatabase } from '../../../../tests/kit/database';
import { createIdentityWorld, PASSWORD, type IdentityWorld, type Tokens } from '../../testing/identity';
import type { CodeMessage } from '../codes/code-sender';
import { textOf } from '../codes/code-sender';

const REQUEST = 'mutation ($to: String!) { requestPasswordReset(to: $to) { challenge expiresAt } }';
const RESET =
  'mutation ($challenge: ID!, $code: String!, $newPassword: String!, $secondFactorCode: String) { resetPassword(challenge: $challenge, code: $code, newPassword: $newPassword, secondFactorCode: $secondFactorCode) }';
const LOGIN = 'mutation ($email: String!, $password: String!) { login(email: $email, password: $password) { userId sessionId accessToken refreshToken } }';
const NEXT = 'a staple for batteries';
const refused = { code: 'UNAUTHENTICATED', message: 'The code is not right, has ended, or was used before.' };

const database = useTestDatabase('core');
let world: IdentityWorld;
let counter = 0;

beforeAll(async () => {
  world = await createIdentityWorld(database().serviceUrl);
});
afterAll(() => world.close());
beforeEach(() => world.pool.query('DELETE FROM sign_in_attempts'));

interface Asked {
  challenge: string;
  code: string;
}

const newUser = () => world.createUser(`forgetful-${(counter += 1)}`);
const login = (email: string, password: string): Promise<Tokens> => world.ask<Tokens>(LOGIN, { email, password });
const request = async (to: string): Promise<string> => (await world.ask(REQUEST, { to })).challenge ?? '';
const lastSent = async (): Promise<CodeMessage | undefined> => {
  await world.slices.auth.post.idle();
  return world.sent.at(-1);
};
const ask = async (to: string): Promise<Asked> => ({ challenge: await request(to), code: (await lastSent())?.code ?? '' });
const reset = (asked: Asked, more: { newPassword?: string; secondFactorCode?: string } = {}): Promise<boolean> => world.ask<boolean>(RESET, { newPassword: NEXT, ...asked, ...more });
const wrong = (code: string): string => (code === '000000' ? '000001' : '000000');
const setStatus = (id: string, status: 'LOCKED' | 'DISABLED') => world.database.user.update({ where: { id }, data: { status } });
const unchanged = async (email: string): Promise<void> => expect(await login(email, PASSWORD)).toBeDefined();

describe('a forgotten password', () => {
  test('is replaced with a code from the mailbox, and every session ends', async () => {
    const { id, email } = await newUser();
    await world.signIn(email);
    const asked = await ask(` ${email.toUpperCase()}`);
    expect(await lastSent()).toEqual({ channel: 'EMAIL', to: email, code: expect.stringMatching(/^\d{6}$/), expiresAt: expect.any(Date), purpose: 'PASSWORD_RESET' });
    expect(await reset(asked)).toBe(true);
    expect(await world.database.session.count({ where: { userId: id, revokedAt: null } })).toBe(0);
    await expect(login(email, PASSWORD)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await login(email, NEXT)).userId).toBe(id);
    expect(await world.audited(id)).toEqual(['user.signed-in', 'session.revoked', 'user.password-reset', 'user.sign-in-failed', 'user.signed-in']);
  });

  test('that was tried too often is no reason to wait with the new one', async () => {
    const { email } = await newUser();
    for (let n = 0; n < 6; n += 1) await expect(login(email, 'is it this one')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(login(email, PASSWORD)).rejects.toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
    await reset(await ask(email));
    await expect(login(email, NEXT)).resolves.toBeDefined();
  });

  test('is asked for in a letter that says so', async () => {
    await ask((await newUser()).email);
    const sent = await lastSent();
    expect(sent && textOf(sent)).toMatch(/^\d{6} is your Rahat code for a new password\./);
  });

  test.each([
    ['weak', 'aaaabbbbccccdddd'],
    ['the present one', PASSWORD],
  ])('is not replaced by one that is %s, and the code stays good for another', async (_what, newPassword) => {
    const asked = await ask((await newUser()).email);
    await expect(reset(asked, { newPassword })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining('newPassword') });
    expect(await reset(asked)).toBe(true);
  });
});

describe('with a second factor', () => {
  const codeOf = (secret: string): string => new TOTP({ secret: Secret.fromBase32(secret) }).generate();

  async function enrolled(): Promise<{ id: string; email: string; secret: string; recoveryCodes: string[] }> {
    const { id, email } = await newUser();
    const principal = await world.principalOf((await world.signIn(email)).accessToken);
    const { secret = '' } = await world.ask('mutation { enrollSecondFactor { secret } }', {}, { principal });
    const { recoveryCodes } = await world.ask<{ recoveryCodes: string[] }>('mutation ($code: String!) { confirmSecondFactor(code: $code) { recoveryCodes } }', { code: codeOf(secret) }, { principal });
    await world.pool.query('UPDATE second_factor SET last_step = last_step - 10 WHERE user_id = $1', [id]);
    return { id, email, secret, recoveryCodes };
  }

  test('a mailbox alone is not enough, and the factor stays', async () => {
    const { id, email, secret } = await enrolled();
    const asked = await ask(email);
    await expect(reset(asked)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'secondFactorCode' } });
    await expect(reset(asked, { secondFactorCode: wrong(codeOf(secret)) })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await reset(asked, { secondFactorCode: codeOf(secret) })).toBe(true);
    await expect(login(email, NEXT)).rejects.toMatchObject({ code: 'SECOND_FACTOR_REQUIRED' });
    expect(await world.audited(id)).toEqual(expect.arrayContaining(['second-factor.refused', 'user.password-reset']));
  });

  test('a recovery code does, once', async () => {
    const { email, recoveryCodes } = await enrolled();
    const [secondFactorCode = ''] = recoveryCodes;
    expect(await reset(await ask(email), { secondFactorCode })).toBe(true);
    await expect(reset(await ask(email), { secondFactorCode, newPassword: 'quite another staple' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('a new password is refused before the code of the device is taken', async () => {
    const { email, secret } = await enrolled();
    const asked = await ask(email);
    await expect(reset(asked, { newPassword: PASSWORD, secondFactorCode: codeOf(secret) })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await reset(asked, { secondFactorCode: codeOf(secret) })).toBe(true);
  });

  test('five attempts are all that a code allows, whatever is wrong with them', async () => {
    const { email, secret } = await enrolled();
    const asked = await ask(email);
    for (let n = 0; n < 5; n += 1) await expect(reset(asked)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(reset(asked, { secondFactorCode: codeOf(secret) })).rejects.toMatchObject(refused);
  });

  test('guesses at the device are counted for the user, over all codes together', async () => {
    const { email, secret } = await enrolled();
    const guess = (asked: Asked) => reset(asked, { secondFactorCode: wrong(codeOf(secret)) });
    for (const asked of [await ask(email), await ask(email)]) for (let n = 0; n < 3; n += 1) await expect(guess(asked)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(guess(await ask(email))).rejects.toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
  });
});

describe('an attacker', () => {
  test('may guess at a code five times, also at once; then even the right one is refused', async () => {
    const { id, email } = await newUser();
    const { challenge, code } = await ask(email);
    await Promise.allSettled(Array.from({ length: 20 }, () => reset({ challenge, code: wrong(code) })));
    await expect(reset({ challenge, code })).rejects.toMatchObject(refused);
    await unchanged(email);
    expect((await world.audited(id)).filter((action) => action === 'user.password-reset-failed').length).toBeGreaterThanOrEqual(5);
  });

  test('cannot use a code again, at once or later, nor one that was asked for before', async () => {
    const { id, email } = await newUser();
    const [earlier, asked] = [await ask(email), await ask(email)];
    const outcomes = await Promise.allSettled([reset(asked), reset(asked, { newPassword: 'the staple of an attacker' })]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const old of [asked, earlier]) await expect(reset(old, { newPassword: 'the staple of an attacker' })).rejects.toMatchObject(refused);
    expect((await world.audited(id)).filter((action) => action === 'user.password-reset')).toHaveLength(1);
  });

  test('cannot use two codes of one account at the same time', async () => {
    const { email } = await newUser();
    const outcomes = await Promise.allSettled([await ask(email), await ask(email)].map((asked, n) => reset(asked, { newPassword: `the staple with number ${n}` })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('cannot answer the challenge of somebody else with a code of their own', async () => {
    const [eve, ada] = [await newUser(), await newUser()];
    const own = await ask(eve.email);
    const theirs = await ask(ada.email);
    if (own.code !== theirs.code) await expect(reset({ challenge: theirs.challenge, code: own.code })).rejects.toMatchObject(refused);
    await unchanged(ada.email);
    expect(await reset(own)).toBe(true);
  });

  test('cannot use a code for signing in, nor sign in with one for a new password', async () => {
    const { email } = await newUser();
    const { challenge } = await world.ask('mutation ($to: String!) { requestSignInCode(channel: EMAIL, to: $to) { challenge } }', { to: email });
    await expect(reset({ challenge: challenge ?? '', code: (await lastSent())?.code ?? '' })).rejects.toMatchObject(refused);
    const asked = await ask(email);
    await expect(world.ask('mutation ($challenge: ID!, $code: String!) { signInWithCode(challenge: $challenge, code: $code) { userId } }', { ...asked })).rejects.toMatchObject(refused);
  });

  test('cannot use a code after ten minutes, or one that there never was', async () => {
    const { email } = await newUser();
    const asked = await ask(email);
    await world.pool.query("UPDATE auth_challenge SET expires_at = expires_at - interval '10 minutes' WHERE id = $1", [asked.challenge]);
    for (const challenge of [asked.challenge, 'nonsense', '00000000-0000-4000-8000-000000000000']) await expect(reset({ ...asked, challenge })).rejects.toMatchObject(refused);
    await unchanged(email);
  });

  test('does not learn from the answer or the work whether there is an account', async () => {
    const { email } = await newUser();
    const [disabled, locked] = [await newUser(), await newUser()];
    await Promise.all([setStatus(disabled.id, 'DISABLED'), setStatus(locked.id, 'LOCKED')]);
    const compared = jest.spyOn(argon2, 'verify');
    const works: number[] = [];
    const before = world.sent.length;
    for (const to of [email, 'nobody@ours.example', disabled.email, locked.email]) {
      const query = jest.spyOn(world.pool, 'query');
      const connect = jest.spyOn(world.pool, 'connect');
      const answer = await world.ask<Record<string, unknown>>(REQUEST, { to });
      expect(answer).toEqual({ challenge: expect.stringMatching(/^[0-9a-f-]{36}$/), expiresAt: expect.anything() });
      await world.slices.auth.post.idle();
      query.mockClear();
      connect.mockClear();
      const code = to === email ? wrong((await lastSent())?.code ?? '') : '123456';
      await expect(reset({ challenge: String(answer.challenge), code })).rejects.toMatchObject(refused);
      works.push(query.mock.calls.length + connect.mock.calls.length);
      query.mockRestore();
      connect.mockRestore();
    }
    expect(new Set(works).size).toBe(1);
    expect(compared).not.toHaveBeenCalled();
    compared.mockRestore();
    expect(world.sent.slice(before).map(({ to }) => to)).toEqual([email]);
  });

  test('cannot flood a mailbox, nor learn from that whether it is an account’s; codes for signing in count with these', async () => {
    for (const to of [(await newUser()).email, 'nobody-else@ours.example']) {
      for (let n = 0; n < 3; n += 1) await request(to);
      for (let n = 0; n < 3; n += 1) await world.ask('mutation ($to: String!) { requestSignInCode(channel: EMAIL, to: $to) { challenge } }', { to });
      await expect(request(to)).rejects.toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
    }
  });

  test('is slowed down by address, over all challenges', async () => {
    const client = { address: '203.0.113.7' };
    const guess = () => world.ask(RESET, { challenge: 'made-up', code: '123456', newPassword: NEXT }, { client });
    for (let n = 0; n < 31; n += 1) await expect(guess()).rejects.toMatchObject(refused);
    await expect(guess()).rejects.toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
  });
});

test.each(['LOCKED', 'DISABLED'] as const)('an account that was %s after the code was sent is not let in', async (status) => {
  const { id, email } = await newUser();
  const asked = await ask(email);
  await setStatus(id, status);
  await expect(reset(asked)).rejects.toMatchObject(refused);
  expect(await world.audited(id)).toEqual(['user.password-reset-failed']);
  await world.database.user.update({ where: { id }, data: { status: 'ACTIVE' } });
  await unchanged(email);
});

test('where no e-mail is sent there is no way to ask', async () => {
  const silent = await createIdentityWorld(database().serviceUrl, { settings: { senders: {} } });
  await expect(silent.ask(REQUEST, { to: 'ada@ours.example' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'to' } });
  await silent.close();
});
