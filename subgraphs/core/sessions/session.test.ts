import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { useTestDatabase } from '../../../tests/kit/database';
import { createIdentityWorld, type IdentityWorld, type Tokens } from '../testing/identity';
import { createKeys } from '../testing/slices';
import { createAccessTokens } from './access-tokens';

const REFRESH = 'mutation ($token: String!) { refreshSession(refreshToken: $token) { sessionId userId accessToken refreshToken } }';
const refused = { code: 'UNAUTHENTICATED', message: 'The refresh token does not hold; sign in again.' };

const database = useTestDatabase('core');
let world: IdentityWorld;
let counter = 0;

beforeAll(async () => {
  world = await createIdentityWorld(database().serviceUrl);
});
afterAll(() => world.close());

const newUser = () => world.createUser(`session-${(counter += 1)}`);
const refresh = (token: string): Promise<Tokens> => world.ask<Tokens>(REFRESH, { token });
/** What a gateway that just connected is told of. */
const revoked = async (): Promise<string[]> => {
  await world.slices.sessions.revocations.refresh();
  return world.slices.sessions.revocations.after(0).sessions;
};
const age = (refreshTokenOf: string, interval: string) => world.pool.query(`UPDATE refresh_token SET issued_at = issued_at - $2::interval, used_at = used_at - $2::interval WHERE session_id = $1`, [refreshTokenOf, interval]);

describe('a refresh token', () => {
  test('is exchanged for its successor and a new access token of the same session', async () => {
    const first = await world.signIn((await newUser()).email);
    const second = await refresh(first.refreshToken);
    expect(second).toMatchObject({ sessionId: first.sessionId, userId: first.userId });
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(await world.principalOf(second.accessToken)).toMatchObject({ subject: first.userId, sessionId: first.sessionId });
    await expect(refresh(second.refreshToken)).resolves.toMatchObject({ sessionId: first.sessionId });
  });

  test('that comes back after its successor was used ends the whole session, and that is on record', async () => {
    const first = await world.signIn((await newUser()).email);
    const second = await refresh(first.refreshToken);
    const third = await refresh(second.refreshToken);
    await expect(refresh(first.refreshToken)).rejects.toMatchObject(refused);
    await expect(refresh(third.refreshToken)).rejects.toMatchObject(refused);
    expect(await revoked()).toContain(first.sessionId);
    expect(await world.audited(first.userId)).toEqual(['user.signed-in', 'session.revoked']);
    const { rows } = await world.pool.query("SELECT actor_id, payload FROM audit_entry WHERE entity_id = $1 AND action = 'session.revoked'", [first.userId]);
    expect(rows).toEqual([{ actor_id: 'system', payload: { reason: 'refresh-token-reused', sessions: [first.sessionId] } }]);
  });

  test('whose answer got lost gives the same successor again, but only for seconds', async () => {
    const first = await world.signIn((await newUser()).email);
    const second = await refresh(first.refreshToken);
    expect((await refresh(first.refreshToken)).refreshToken).toBe(second.refreshToken);
    await age(first.sessionId, '11 seconds');
    await expect(refresh(first.refreshToken)).rejects.toMatchObject(refused);
    await expect(refresh(second.refreshToken)).rejects.toMatchObject(refused);
  });

  test('has one successor, however many use it at once', async () => {
    const first = await world.signIn((await newUser()).email);
    const answers = await Promise.all(Array.from({ length: 30 }, () => refresh(first.refreshToken)));
    expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    expect(await world.database.refreshToken.count({ where: { sessionId: first.sessionId } })).toBe(2);
  });

  test('does not hold for ever unused', async () => {
    const { sessionId, refreshToken } = await world.signIn((await newUser()).email);
    await age(sessionId, '7 days 1 second');
    await expect(refresh(refreshToken)).rejects.toMatchObject(refused);
  });

  test('does not outlive its session or the account', async () => {
    const { sessionId, refreshToken } = await world.signIn((await newUser()).email);
    await world.pool.query("UPDATE session SET expires_at = now() - interval '1 second' WHERE id = $1", [sessionId]);
    await expect(refresh(refreshToken)).rejects.toMatchObject(refused);
    const disabled = await newUser();
    const tokens = await world.signIn(disabled.email);
    await world.database.user.update({ where: { id: disabled.id }, data: { status: 'DISABLED' } });
    await expect(refresh(tokens.refreshToken)).rejects.toMatchObject(refused);
  });

  test.each(['', 'rt_', `rt_${'A'.repeat(43)}`, `rt_${'A'.repeat(42)}'`, 'x'.repeat(100_000)])('%.20s… is refused in the same words', async (token) => {
    await expect(refresh(token)).rejects.toMatchObject(refused);
  });

  test('is stored nowhere', async () => {
    const { refreshToken, sessionId } = await world.signIn((await newUser()).email);
    const next = await refresh(refreshToken);
    const { rows } = await world.pool.query('SELECT (SELECT string_agg(t::text, $$ $$) FROM refresh_token t) || (SELECT string_agg(a::text, $$ $$) FROM audit_entry a) AS text');
    expect(rows[0].text).toContain(sessionId);
    for (const token of [refreshToken, next.refreshToken]) expect(rows[0].text).not.toContain(token.slice(3));
  });
});

describe('sessions', () => {
  test('are listed to their user alone, and say which one asks', async () => {
    const { email } = await newUser();
    const phone = await world.signIn(email, { address: '192.0.2.7', agent: 'Phone' });
    const desk = await world.signIn(email, { address: '192.0.2.8', agent: 'Desk' });
    await world.signIn((await newUser()).email);
    const principal = await world.principalOf(desk.accessToken);
    const listed = await world.ask<object[]>('{ sessions { id current methods address agent } }', {}, { principal });
    expect(listed).toHaveLength(2);
    expect(listed).toEqual(expect.arrayContaining([
      { id: phone.sessionId, current: false, methods: ['pwd'], address: '192.0.2.7', agent: 'Phone' },
      { id: desk.sessionId, current: true, methods: ['pwd'], address: '192.0.2.8', agent: 'Desk' },
    ]));
  });

  test('end when their user signs out: refresh tokens at once, access tokens with the news that gateways get', async () => {
    const tokens = await world.signIn((await newUser()).email);
    expect(await revoked()).not.toContain(tokens.sessionId);
    const { position } = world.slices.sessions.revocations.after(0);
    await world.ask('mutation { signOut }', {}, { principal: await world.principalOf(tokens.accessToken) });
    expect(await revoked()).toContain(tokens.sessionId);
    expect(world.slices.sessions.revocations.after(position).sessions).toEqual([tokens.sessionId]);
    await expect(refresh(tokens.refreshToken)).rejects.toMatchObject(refused);
  });

  test('can be ended with the refresh token alone, twice, and with nonsense nothing happens', async () => {
    const tokens = await world.signIn((await newUser()).email);
    const signOut = (token: string | null): Promise<unknown> => world.ask('mutation ($token: String) { signOut(refreshToken: $token) }', { token });
    for (const token of ['nonsense', null, tokens.refreshToken, tokens.refreshToken]) expect(await signOut(token)).toBe(true);
    await expect(refresh(tokens.refreshToken)).rejects.toMatchObject(refused);
    expect(await world.audited(tokens.userId)).toEqual(['user.signed-in', 'session.revoked']);
  });

  test('all end when their user signs out everywhere', async () => {
    const { email } = await newUser();
    const tokens = [await world.signIn(email), await world.signIn(email), await world.signIn(email)];
    const principal = await world.principalOf(tokens[0]?.accessToken ?? '');
    expect(await world.ask('mutation { signOutEverywhere }', {}, { principal })).toBe(3);
    for (const { refreshToken } of tokens) await expect(refresh(refreshToken)).rejects.toMatchObject(refused);
    expect(await world.ask('mutation { signOutEverywhere }', {}, { principal })).toBe(0);
  });

  test('of others cannot be ended, nor told from those that are not', async () => {
    const [mine, theirs] = [await world.signIn((await newUser()).email), await world.signIn((await newUser()).email)];
    const principal = await world.principalOf(mine.accessToken);
    const revoke = (id: string): Promise<unknown> => world.ask('mutation ($id: ID!) { revokeSession(id: $id) }', { id }, { principal });
    for (const id of [theirs.sessionId, '00000000-0000-4000-8000-000000000000', 'x']) await expect(revoke(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(refresh(theirs.refreshToken)).resolves.toBeDefined();
    expect(await revoke(mine.sessionId)).toBe(true);
    await expect(refresh(mine.refreshToken)).rejects.toMatchObject(refused);
  });
});

describe('keys of access tokens', () => {
  const subject = { userId: 'u1', sessionId: 's1', methods: ['pwd'], authenticatedAt: new Date(), secondFactor: false };

  test('can be changed without a gap: the first signs, all are published, none with its private half', async () => {
    const [old] = createKeys().jwtPrivateKeyFiles;
    const [fresh] = createKeys().jwtPrivateKeyFiles;
    const before = createAccessTokens([old ?? '']);
    const after = createAccessTokens([fresh ?? '', old ?? '']);
    const tokens = [await before.issue(subject), await after.issue(subject)];
    expect(new Set(tokens.map(({ token }) => decodeProtectedHeader(token).kid)).size).toBe(2);
    for (const { token } of tokens) await expect(jwtVerify(token, createLocalJWKSet(after.jwks()), { audience: 'rahat-gateway' })).resolves.toBeDefined();
    expect(JSON.stringify(after.jwks())).not.toContain('"d"');
  });
});
