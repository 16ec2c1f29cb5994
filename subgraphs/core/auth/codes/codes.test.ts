import { readFile } from 'node:fs/promises';
import { mkdtempSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Principal } from '#kernel/auth';
import { useTestDatabase } from '../../../../tests/kit/database';
import { createIdentityWorld, type IdentityWorld, type Tokens } from '../../testing/identity';
import { startMailServer } from '../../testing/mail-server';
import type { CodeMessage } from './code-sender';
import { createFileSender } from './file-sender';
import { createHttpSmsSender } from './http-sms-sender';
import { createSmtpSender } from './smtp-sender';

const REQUEST = 'mutation ($channel: CodeChannel!, $to: String!) { requestSignInCode(channel: $channel, to: $to) { challenge expiresAt } }';
const SIGN_IN = 'mutation ($challenge: ID!, $code: String!) { signInWithCode(challenge: $challenge, code: $code) { userId sessionId accessToken refreshToken } }';
const refused = { code: 'UNAUTHENTICATED', message: 'The code is not right, has ended, or was used before.' };

const database = useTestDatabase('core');
let world: IdentityWorld;
let counter = 0;

beforeAll(async () => {
  world = await createIdentityWorld(database().serviceUrl);
});
afterAll(() => world.close());
beforeEach(() => world.pool.query('DELETE FROM sign_in_attempts'));

const newUser = () => world.createUser(`codes-${(counter += 1)}`);
const ask = async (to: string, channel = 'EMAIL'): Promise<string> => (await world.ask(REQUEST, { channel, to })).challenge ?? '';
const signIn = (challenge: string, code: string): Promise<Tokens> => world.ask<Tokens>(SIGN_IN, { challenge, code });
const lastSent = async (): Promise<CodeMessage | undefined> => {
  await world.slices.auth.post.idle();
  return world.sent.at(-1);
};
const wrong = (code: string | undefined): string => (code === '000000' ? '000001' : '000000');

describe('a one-time code', () => {
  test('goes to the address of the account and signs in once', async () => {
    const { id, email } = await newUser();
    const challenge = await ask(` ${email.toUpperCase()}`);
    const sent = await lastSent();
    expect(sent).toEqual({ channel: 'EMAIL', to: email, code: expect.stringMatching(/^\d{6}$/), expiresAt: expect.any(Date) });
    const outcomes = await Promise.allSettled([signIn(challenge, sent?.code ?? ''), signIn(challenge, sent?.code ?? '')]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(signIn(challenge, sent?.code ?? '')).rejects.toMatchObject(refused);
    expect((await world.audited(id)).filter((action) => action === 'user.signed-in')).toHaveLength(1);
  });

  test('is asked for alike by those who have an account and those who have none, but none is sent', async () => {
    const before = world.sent.length;
    const challenge = await ask('nobody@ours.example');
    expect(challenge).toMatch(/^[0-9a-f-]{36}$/);
    const disabled = await newUser();
    await world.database.user.update({ where: { id: disabled.id }, data: { status: 'DISABLED' } });
    await ask(disabled.email);
    await world.slices.auth.post.idle();
    expect(world.sent).toHaveLength(before);
    for (let guess = 0; guess < 5; guess += 1) await expect(signIn(challenge, String(guess).padStart(6, '0'))).rejects.toMatchObject(refused);
  });

  test('may be guessed at five times, also at once; then even the right one is refused', async () => {
    const challenge = await ask((await newUser()).email);
    const code = (await lastSent())?.code ?? '';
    await Promise.allSettled(Array.from({ length: 20 }, () => signIn(challenge, wrong(code))));
    await expect(signIn(challenge, code)).rejects.toMatchObject(refused);
    expect((await world.database.authChallenge.findUnique({ where: { id: challenge } }))?.attempts).toBe(5);
  });

  test('ends after ten minutes', async () => {
    const challenge = await ask((await newUser()).email);
    const code = (await lastSent())?.code ?? '';
    await world.pool.query("UPDATE auth_challenge SET expires_at = expires_at - interval '10 minutes' WHERE id = $1", [challenge]);
    await expect(signIn(challenge, code)).rejects.toMatchObject(refused);
  });

  test('of one challenge is no answer to another', async () => {
    const { email } = await newUser();
    const first = await ask(email);
    const code = (await lastSent())?.code ?? '';
    const second = await ask(email);
    const other = (await lastSent())?.code;
    if (code !== other) await expect(signIn(second, code)).rejects.toMatchObject(refused);
    await expect(signIn('nonsense', code)).rejects.toMatchObject(refused);
    await expect(signIn(first, code)).resolves.toBeDefined();
  });

  test('cannot be asked for without end', async () => {
    for (const to of [(await newUser()).email, 'nobody@ours.example']) {
      for (let n = 0; n < 6; n += 1) await ask(to);
      await expect(ask(to)).rejects.toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
    }
  });

  test('is stored nowhere in clear, and nowhere at all when it has been handed over', async () => {
    const { email } = await newUser();
    const send = jest.spyOn(world.sent, 'push').mockImplementationOnce(() => {
      throw new Error('the mail server is away');
    });
    await ask(email);
    await world.slices.auth.post.idle();
    send.mockRestore();
    const { rows } = await world.pool.query("SELECT string_agg(d::text, ' ') AS text FROM code_delivery d");
    expect(rows[0].text).not.toContain(email);
    await world.pool.query('UPDATE code_delivery SET not_before = now()');
    world.slices.auth.post.wake();
    expect(await lastSent()).toMatchObject({ to: email });
    expect(await world.database.codeDelivery.count()).toBe(0);
  });
});

describe('a phone', () => {
  const link = async (principal: Principal, phone: string): Promise<string> => {
    const { challenge } = await world.ask('mutation ($phone: String!) { requestPhoneLink(phone: $phone) { challenge } }', { phone }, { principal });
    const code = (await lastSent())?.code;
    return world.ask<{ id: string }>('mutation ($challenge: ID!, $code: String!) { linkPhone(challenge: $challenge, code: $code) { id } }', { challenge, code }, { principal }).then(({ id }) => id);
  };

  test('is linked by a code that was sent to it, and signs in by another', async () => {
    const { email, id } = await newUser();
    await link(await world.principalOf((await world.signIn(email)).accessToken), '+254700000001');
    const challenge = await ask('+254700000001', 'SMS');
    const sent = await lastSent();
    expect(sent).toMatchObject({ channel: 'SMS', to: '+254700000001' });
    expect((await signIn(challenge, sent?.code ?? '')).userId).toBe(id);
  });

  test('of somebody else cannot be linked, nor with the code that was sent for another user', async () => {
    const [ada, eve] = await Promise.all([newUser(), newUser()].map(async (user) => world.principalOf((await world.signIn((await user).email)).accessToken)));
    if (!ada || !eve) throw new Error('there are two');
    await link(ada, '+254700000002');
    await expect(link(eve, '+254700000002')).rejects.toMatchObject({ code: 'CONFLICT' });
    const { challenge } = await world.ask('mutation { requestPhoneLink(phone: "+254700000003") { challenge } }', {}, { principal: ada });
    const code = (await lastSent())?.code;
    await expect(world.ask('mutation ($challenge: ID!, $code: String!) { linkPhone(challenge: $challenge, code: $code) { id } }', { challenge, code }, { principal: eve })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('must be written in full', async () => {
    await expect(ask('0700000001', 'SMS')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('a code is carried', () => {
  const message: CodeMessage = { channel: 'EMAIL', to: 'ada@ours.example', code: '123456', expiresAt: new Date('2026-01-01T10:20:00Z') };

  test('by SMTP', async () => {
    const server = await startMailServer();
    await createSmtpSender({ url: `smtp://127.0.0.1:${server.port}`, from: 'Rahat <no-reply@ours.example>' }).send(message);
    await server.stop();
    expect(server.mails).toHaveLength(1);
    expect(server.mails[0]).toMatchObject({ from: 'no-reply@ours.example', to: ['ada@ours.example'] });
    expect(server.mails[0]?.text).toMatch(/123456 is your Rahat sign-in code\..*until 10:20 UTC/s);
  });

  test('by an SMS gateway, or it fails when the gateway refuses', async () => {
    const asked: unknown[] = [];
    let status = 202;
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        asked.push({ authorization: request.headers.authorization, ...(JSON.parse(body) as object) });
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const sender = createHttpSmsSender({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sms`, token: 'secret' });
    await sender.send({ ...message, channel: 'SMS', to: '+254700000001' });
    expect(asked).toEqual([{ authorization: 'Bearer secret', to: '+254700000001', text: expect.stringContaining('123456') }]);
    status = 500;
    await expect(sender.send(message)).rejects.toThrow('500');
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test('to a file that only its owner may read, in development', async () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'codes-')), 'outbox');
    await createFileSender(folder).send(message);
    const file = join(folder, 'codes.jsonl');
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ to: 'ada@ours.example', code: '123456' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
