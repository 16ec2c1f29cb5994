import argon2 from '@node-rs/argon2';
import type { ClientFacts } from '#kernel/graphql';
import { useTestDatabase } from '../../../../tests/kit/database';
import { Attempts } from '../../challenges';
import { createDatabase } from '../../database';
import { createSecrets } from '../../secrets';
import { createIdentityWorld, PASSWORD, type IdentityWorld, type Tokens } from '../../testing/identity';
import { createKeys } from '../../testing/slices';

const LOGIN = 'mutation ($email: String!, $password: String!) { login(email: $email, password: $password) { userId sessionId accessToken refreshToken } }';
const refused = { code: 'UNAUTHENTICATED', message: 'The e-mail address or the password is not right.' };
const tooMany = { code: 'TOO_MANY_ATTEMPTS', details: { retryAfterSeconds: expect.any(Number) } };

const database = useTestDatabase('core');
const keys = createKeys();
let world: IdentityWorld;
let counter = 0;

beforeAll(async () => {
  world = await createIdentityWorld(database().serviceUrl, keys);
});
afterAll(() => world.close());

const newUser = () => world.createUser(`sign-in-${(counter += 1)}`);
const login = (email: string, password: string, client?: Partial<ClientFacts>): Promise<Tokens> => world.ask<Tokens>(LOGIN, { email, password }, { client });
const forgive = () => world.pool.query('DELETE FROM sign_in_attempts');
/** As if so much time had passed since the last attempt. */
const pass = (interval: string) => world.pool.query('UPDATE sign_in_attempts SET blocked_until = blocked_until - $1::interval, last_attempt_at = last_attempt_at - $1::interval', [interval]);
const outcome = (work: Promise<unknown>): Promise<string> => work.then(
    () => 'in',
    (error: { code?: string }) => error.code ?? String(error),
  );

describe('a password', () => {
  beforeEach(forgive);

  test('that is right opens a session that says how and when it was proved', async () => {
    const { email, id } = await newUser();
    const tokens = await login(` ${email.toUpperCase()} `, PASSWORD);
    const principal = await world.principalOf(tokens.accessToken);
    expect(principal).toMatchObject({ subject: id, sessionId: tokens.sessionId, secondFactor: false });
    expect(Math.abs((principal.authenticatedAt ?? 0) - Date.now() / 1000)).toBeLessThan(60);
    expect(await world.audited(id)).toEqual(['user.signed-in']);
  });

  test('that is wrong, of nobody, or of a disabled account is refused in the same words, after the same work', async () => {
    const [active, disabled] = [await newUser(), await newUser()];
    await world.database.user.update({ where: { id: disabled.id }, data: { status: 'DISABLED' } });
    const compared = jest.spyOn(argon2, 'verify');
    const queries: number[] = [];
    for (const [email, password] of [[active.email, 'wrong'], ['nobody@ours.example', PASSWORD], [disabled.email, PASSWORD]] as const) {
      const query = jest.spyOn(world.pool, 'query');
      const connect = jest.spyOn(world.pool, 'connect');
      await expect(login(email, password)).rejects.toMatchObject(refused);
      queries.push(query.mock.calls.length + connect.mock.calls.length);
      query.mockRestore();
      connect.mockRestore();
    }
    expect(compared).toHaveBeenCalledTimes(3);
    compared.mockRestore();
    expect(new Set(queries).size).toBe(1);
    expect(await world.audited(active.id)).toEqual(['user.sign-in-failed']);
    expect((await world.audited('unknown')).length).toBeGreaterThan(0);
  });

  test.each(["' OR 1=1 --", '$ne', '\u0000', '{"a": 1}'])('such as %j changes nothing but the count', async (password) => {
    const { email } = await newUser();
    expect(['UNAUTHENTICATED', 'BAD_USER_INPUT']).toContain(await outcome(login(email, password)));
    expect(['UNAUTHENTICATED', 'BAD_USER_INPUT']).toContain(await outcome(login(password, PASSWORD)));
  });
});

describe('guessing', () => {
  beforeEach(forgive);

  test('at an account is slowed down more and more, whether or not there is one, and in the same words', async () => {
    const { email } = await newUser();
    for (const target of [email, 'nobody-at-all@ours.example']) {
      for (let n = 0; n < 6; n += 1) await expect(login(target, 'guess')).rejects.toMatchObject(refused);
      await expect(login(target, 'guess')).rejects.toMatchObject({ ...tooMany, details: { retryAfterSeconds: 2 } });
    }
    await pass('2 seconds');
    await expect(login(email, 'guess')).rejects.toMatchObject(refused);
    await expect(login(email, PASSWORD)).rejects.toMatchObject({ ...tooMany, details: { retryAfterSeconds: 4 } });
  });

  test('at once counts as often as it is tried', async () => {
    const { email } = await newUser();
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => outcome(login(email, 'guess'))));
    expect(outcomes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(6);
    expect(outcomes.filter((code) => code === 'TOO_MANY_ATTEMPTS')).toHaveLength(34);
  });

  test('by many aliases of one operation ends with the first', async () => {
    const { email, id } = await newUser();
    const aliases = Array.from({ length: 40 }, (_, n) => `a${n}: login(email: $email, password: "guess ${n}") { userId }`).join(' ');
    expect(await outcome(world.ask(`mutation ($email: String!) { ${aliases} }`, { email }))).toBe('UNAUTHENTICATED');
    expect(await world.audited(id)).toHaveLength(1);
  });

  test('for an hour is hardly ever looked at', async () => {
    const { email } = await newUser();
    let looked = 0;
    for (let minute = 0; minute < 60; minute += 1) {
      const outcomes = await Promise.all(Array.from({ length: 4 }, () => outcome(login(email, 'guess'))));
      looked += outcomes.filter((code) => code === 'UNAUTHENTICATED').length;
      await pass('1 minute');
    }
    expect(looked).toBeLessThan(30);
  });

  test('from one address at many accounts is slowed down too, also for those who have one, and other addresses are not', async () => {
    const client = { address: '2001:db8:1:2::5' };
    const { email } = await newUser();
    for (let n = 0; n < 31; n += 1) expect(await outcome(login(`someone-${n}@ours.example`, 'guess', { address: `2001:db8:1:2::${n.toString(16)}` }))).toBe('UNAUTHENTICATED');
    expect(await outcome(login(email, PASSWORD, client))).toBe('TOO_MANY_ATTEMPTS');
    expect(await outcome(login(email, PASSWORD, { address: '2001:db8:1:3::5' }))).toBe('in');
  });

  test('is not forgiven to an address because it signs in to an account of its own now and then', async () => {
    const client = { address: '192.0.2.1' };
    const own = await newUser();
    for (let n = 0; n < 30; n += 1) {
      expect(await outcome(login(`victim-${n}@ours.example`, 'guess', client))).toBe('UNAUTHENTICATED');
      if (n % 5 === 0) expect(await outcome(login(own.email, PASSWORD, client))).toBe('in');
    }
    expect(await outcome(login('last@ours.example', 'guess', client))).toBe('UNAUTHENTICATED');
    expect(await outcome(login('victim@ours.example', 'guess', client))).toBe('TOO_MANY_ATTEMPTS');
  });

  test('is forgotten when the right password comes, and after an hour', async () => {
    const { email } = await newUser();
    for (let n = 0; n < 5; n += 1) await outcome(login(email, 'guess'));
    expect(await outcome(login(email, PASSWORD))).toBe('in');
    for (let n = 0; n < 6; n += 1) expect(await outcome(login(email, 'guess'))).toBe('UNAUTHENTICATED');
    await pass('61 minutes');
    for (let n = 0; n < 5; n += 1) expect(await outcome(login(email, 'guess'))).toBe('UNAUTHENTICATED');
  });

  test('is counted by all processes together, under names that say nothing', async () => {
    const [one, other] = [new Attempts(world.database, createSecrets(keys.identitySecretFile)), new Attempts(createDatabase(world.pool), createSecrets(keys.identitySecretFile))];
    for (let n = 0; n < 6; n += 1) await (n % 2 ? one : other).begin({ account: 'ada@ours.example', address: '192.0.2.77' });
    await expect(other.begin({ account: 'ada@ours.example', address: null })).rejects.toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
    const { rows } = await world.pool.query("SELECT string_agg(a::text, ' ') AS text FROM sign_in_attempts a");
    expect(rows[0].text).not.toMatch(/ada|192\.0/);
  });
});

describe('a proof that is asked for again', () => {
  beforeEach(forgive);
  const STEP_UP = 'mutation ($password: String, $code: String) { stepUp(password: $password, code: $code) { accessToken expiresAt } }';

  test('is the password, and the access token says when it came', async () => {
    const tokens = await login((await newUser()).email, PASSWORD);
    await world.pool.query("UPDATE session SET authenticated_at = now() - interval '1 hour' WHERE id = $1", [tokens.sessionId]);
    const principal = { ...(await world.principalOf(tokens.accessToken)), authenticatedAt: Date.now() / 1000 - 3600 };
    await expect(world.ask('mutation { enrollSecondFactor { secret } }', {}, { principal })).rejects.toMatchObject({ code: 'STEP_UP_REQUIRED' });
    await expect(world.ask(STEP_UP, { password: 'wrong' }, { principal })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(world.ask(STEP_UP, {}, { principal })).rejects.toMatchObject({ details: { field: 'password' } });
    const { accessToken } = await world.ask(STEP_UP, { password: PASSWORD }, { principal });
    const fresh = await world.principalOf(accessToken ?? '');
    expect(fresh.sessionId).toBe(tokens.sessionId);
    await expect(world.ask('mutation { enrollSecondFactor { secret } }', {}, { principal: fresh })).resolves.toBeDefined();
    expect(await world.audited(fresh.subject)).toEqual(['user.signed-in', 'session.step-up-failed', 'session.stepped-up']);
  });

  test('cannot be guessed', async () => {
    const principal = await world.principalOf((await login((await newUser()).email, PASSWORD)).accessToken);
    const guess = (): Promise<string> => outcome(world.ask(STEP_UP, { password: 'guess' }, { principal }));
    for (let n = 0; n < 6; n += 1) expect(await guess()).toBe('UNAUTHENTICATED');
    expect(await guess()).toBe('TOO_MANY_ATTEMPTS');
  });

  test('does not bring an ended session back', async () => {
    const principal = await world.principalOf((await login((await newUser()).email, PASSWORD)).accessToken);
    await world.ask('mutation { signOut }', {}, { principal });
    await expect(world.ask(STEP_UP, { password: PASSWORD }, { principal })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
