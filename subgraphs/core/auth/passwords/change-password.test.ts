import argon2 from '@node-rs/argon2';
import { anonymous, type Principal } from '#kernel/auth';
import { useTestDatabase } from '../../../../tests/kit/database';
import { createIdentityWorld, PASSWORD, type IdentityWorld, type Tokens } from '../../testing/identity';

const CHANGE =
  'mutation ($currentPassword: String, $newPassword: String!, $idempotencyKey: String) { changePassword(currentPassword: $currentPassword, newPassword: $newPassword, idempotencyKey: $idempotencyKey) }';
const LOGIN = 'mutation ($email: String!, $password: String!) { login(email: $email, password: $password) { userId sessionId accessToken refreshToken } }';
const REFRESH = 'mutation ($refreshToken: String!) { refreshSession(refreshToken: $refreshToken) { sessionId } }';
const NEXT = 'a staple for batteries';
const wrong = { code: 'UNAUTHENTICATED', message: 'The password is not right.' };

const database = useTestDatabase('core');
let world: IdentityWorld;
let counter = 0;

beforeAll(async () => {
  world = await createIdentityWorld(database().serviceUrl);
});
afterAll(() => world.close());
beforeEach(() => world.pool.query('DELETE FROM sign_in_attempts'));

interface Person {
  id: string;
  email: string;
  tokens: Tokens;
  principal: Principal;
}

const login = (email: string, password: string): Promise<Tokens> => world.ask<Tokens>(LOGIN, { email, password });
async function someone(): Promise<Person> {
  const { id, email } = await world.createUser(`changing-${(counter += 1)}`);
  const tokens = await world.signIn(email);
  return { id, email, tokens, principal: await world.principalOf(tokens.accessToken) };
}
const change = ({ principal }: { principal: Principal }, asked: { currentPassword?: string | null; newPassword?: string; idempotencyKey?: string }): Promise<boolean> =>
  world.ask<boolean>(CHANGE, { currentPassword: PASSWORD, newPassword: NEXT, ...asked }, { principal });
const hashOf = async (id: string): Promise<string | undefined> => (await world.database.user.findUnique({ where: { id } }))?.passwordHash;

describe('a user who is signed in', () => {
  test('changes the password with the current one, stays signed in here and is signed out everywhere else', async () => {
    const ada = await someone();
    const elsewhere = await world.signIn(ada.email);
    expect(await change(ada, {})).toBe(true);
    await expect(login(ada.email, PASSWORD)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(world.ask(REFRESH, { refreshToken: elsewhere.refreshToken })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await world.ask(REFRESH, { refreshToken: ada.tokens.refreshToken })).toEqual({ sessionId: ada.tokens.sessionId });
    expect((await login(ada.email, NEXT)).userId).toBe(ada.id);
    expect(await world.audited(ada.id)).toEqual(['user.signed-in', 'user.signed-in', 'session.revoked', 'user.password-changed', 'user.sign-in-failed', 'user.signed-in']);
  });

  test('signs in with the new password however a keyboard composes it', async () => {
    const ada = await someone();
    await change(ada, { newPassword: 'contraseña nueva'.normalize('NFD') });
    expect((await login(ada.email, 'contraseña nueva'.normalize('NFC'))).userId).toBe(ada.id);
  });

  test('leaves no trace of either password in the audit log or under the key', async () => {
    const ada = await someone();
    await change(ada, { idempotencyKey: 'no-trace' });
    const { rows } = await world.pool.query("SELECT (SELECT string_agg(a::text, ' ') FROM audit_entry a) || (SELECT string_agg(k::text, ' ') FROM idempotency_key k) AS text");
    for (const secret of [PASSWORD, NEXT, ada.email]) expect(rows[0].text).not.toContain(secret);
  });

  test('loses what was begun with the old password: a code that was asked for, and a sign-in that waits for a second factor', async () => {
    const ada = await someone();
    await world.slices.auth.post.idle();
    await world.ask('mutation ($to: String!) { requestSignInCode(channel: EMAIL, to: $to) { challenge } }', { to: ada.email });
    await world.database.authChallenge.create({ data: { id: ada.id, purpose: 'SECOND_FACTOR', userId: ada.id, expiresAt: new Date(Date.now() + 60_000) } });
    await change(ada, {});
    expect(await world.database.authChallenge.count({ where: { userId: ada.id, consumedAt: null } })).toBe(0);
  });

  test.each([
    ['the present one', PASSWORD, 'newPassword: must not be the present one'],
    ['too short', 'short', 'newPassword: must be at least 12 characters'],
    ['made of few characters', 'aaaabbbbccccdddd', 'newPassword: must have at least 5 different characters'],
  ])('cannot choose a password that is %s', async (_what, newPassword, message) => {
    const ada = await someone();
    await expect(change(ada, { newPassword })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining(message) });
    expect((await login(ada.email, PASSWORD)).userId).toBe(ada.id);
  });

  test('cannot choose one with the name in the e-mail address', async () => {
    const ada = await someone();
    await expect(change(ada, { newPassword: `this is ${ada.email.split('@')[0]?.toUpperCase()}` })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'newPassword' } });
  });

  test('is not asked twice for a repeat with the same key, also at the same time; another password under it is refused', async () => {
    const ada = await someone();
    const asked = { idempotencyKey: 'once' };
    const outcomes = await Promise.allSettled([change(ada, asked), change(ada, asked)]);
    expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : (outcome.reason as { code: string }).code)).filter((value) => value !== true && value !== 'UNAUTHENTICATED')).toEqual([]);
    expect(await change(ada, asked)).toBe(true);
    await expect(change(ada, { ...asked, newPassword: 'quite another staple' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    expect((await world.audited(ada.id)).filter((action) => action === 'user.password-changed')).toHaveLength(1);
    await expect(change(ada, { idempotencyKey: 'a\0b', currentPassword: NEXT, newPassword: 'quite another staple' })).rejects.toMatchObject({ details: { field: 'idempotencyKey' } });
  });

  test('without a password sets one after a recent sign-in, and only then', async () => {
    const ada = await someone();
    await world.database.user.update({ where: { id: ada.id }, data: { passwordHash: '' } });
    const late = { principal: { ...ada.principal, authenticatedAt: Date.now() / 1000 - 3600 } };
    await expect(change(late, { currentPassword: null })).rejects.toMatchObject({ code: 'STEP_UP_REQUIRED' });
    expect(await change(ada, { currentPassword: null })).toBe(true);
    expect((await login(ada.email, NEXT)).userId).toBe(ada.id);
  });
});

describe('whoever holds a stolen access token', () => {
  test('gets nowhere without the password, however recent the sign-in', async () => {
    const ada = await someone();
    const before = await hashOf(ada.id);
    await expect(change(ada, { currentPassword: null })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'currentPassword' } });
    await expect(change(ada, { currentPassword: 'a guess at it' })).rejects.toMatchObject(wrong);
    expect(await hashOf(ada.id)).toBe(before);
    expect((await world.audited(ada.id)).at(-1)).toBe('user.password-change-failed');
  });

  test('is slowed down, together with guesses at stepUp, and all at once count as many', async () => {
    const ada = await someone();
    const step = () => world.ask('mutation ($password: String) { stepUp(password: $password) { accessToken } }', { password: 'a guess' }, { principal: ada.principal });
    await Promise.allSettled([...Array.from({ length: 10 }, () => change(ada, { currentPassword: 'a guess' })), step()]);
    await expect(change(ada, {})).rejects.toMatchObject({ code: 'TOO_MANY_ATTEMPTS', details: { retryAfterSeconds: expect.any(Number) } });
    await expect(step()).rejects.toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
  });

  test('cannot guess through a key that was used before', async () => {
    const ada = await someone();
    await change(ada, { idempotencyKey: 'guess' });
    const guess = () => change(ada, { idempotencyKey: 'guess', newPassword: 'a guess at the new' });
    for (let n = 0; n < 6; n += 1) await expect(guess()).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    await expect(guess()).rejects.toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
  });

  test('has no second one who changes it at the same time', async () => {
    const ada = await someone();
    const outcomes = await Promise.allSettled(['the first staple', 'the second staple'].map((newPassword) => change(ada, { newPassword })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('who signs in with the old password while it is changed does not get in', async () => {
    const ada = await someone();
    const verify = argon2.verify;
    // The change happens after the comparison, before the session.
    const compared = jest.spyOn(argon2, 'verify').mockImplementationOnce(async (...args) => {
      const right = await verify(...args);
      await change(ada, {});
      return right;
    });
    await expect(login(ada.email, PASSWORD)).rejects.toMatchObject({ code: 'UNAUTHENTICATED', message: 'The e-mail address or the password is not right.' });
    compared.mockRestore();
    expect(await world.database.session.count({ where: { userId: ada.id, revokedAt: null } })).toBe(1);
  });
});

test('nobody, a locked account and an API key change no password', async () => {
  const ada = await someone();
  await expect(change({ principal: anonymous }, {})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await expect(change({ principal: { ...ada.principal, subject: 'api-key:0198', sessionId: undefined } }, {})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await expect(change({ principal: { ...ada.principal, sessionId: undefined } }, {})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await world.database.user.update({ where: { id: ada.id }, data: { status: 'LOCKED' } });
  await expect(change(ada, {})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});
