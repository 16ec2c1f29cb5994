import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../kit/projects';
import { useSystem } from '../kit/system';

// Nothing here needs a project: a system with accounts is enough.
const system = useSystem();

interface Reply {
  status: number;
  body: Record<string, unknown> & { errors?: { extensions: { code: string; challenge?: string } }[]; data?: Record<string, unknown> | null };
  cookie: string;
  retryAfter: string | null;
}

async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Reply> {
  const response = await fetch(new URL(path, system().urls.gateway ?? ''), { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  const cookie = response.headers.getSetCookie().map((set) => set.split(';')[0]).join('; ');
  return { status: response.status, body: (await response.json()) as Reply['body'], cookie, retryAfter: response.headers.get('retry-after') };
}
const ask = (query: string, headers: Record<string, string>, variables: object = {}): Promise<Reply> => post('/graphql', { query, variables }, headers);
const demo = (role: string): { email: string; password: string } => {
  const logins = JSON.parse(readFileSync(join(system().stateDir, 'demo-logins.json'), 'utf8')) as { role: string; email: string; password: string }[];
  const login = logins.find((candidate) => candidate.role === role);
  if (!login) throw new Error(`There is no demo account ${role}.`);
  return login;
};
const codeOf = ({ body }: Reply): string | undefined => body.errors?.[0]?.extensions.code;

test('a browser signs in, asks, refreshes and signs out by cookies alone; then even its copied access token is dead within seconds', async () => {
  const { email, password } = demo('viewer');
  const signedIn = await post('/auth/password', { email, password });
  expect(signedIn).toMatchObject({ status: 200, body: { userId: expect.any(String) } });
  expect(JSON.stringify(signedIn.body)).not.toMatch(/eyJ|rt_/);
  expect((await ask('{ me { email } sessions { current methods } }', { cookie: signedIn.cookie })).body.data).toEqual({ me: { email }, sessions: [{ current: true, methods: ['pwd'] }] });
  const refreshed = await post('/auth/refresh', {}, { cookie: signedIn.cookie });
  expect(refreshed.status).toBe(200);
  expect(refreshed.cookie).not.toBe(signedIn.cookie);
  expect((await post('/auth/sign-out', {}, { cookie: refreshed.cookie })).body).toEqual({ done: true });
  await until(async () => codeOf(await ask('{ me { email } }', { cookie: refreshed.cookie })) === 'UNAUTHENTICATED', 'the token is dead', 10_000);
  expect(codeOf(await post('/auth/refresh', {}, { cookie: refreshed.cookie }))).toBe('UNAUTHENTICATED');
});

test('a stolen refresh token ends the session for both', async () => {
  const { email, password } = demo('viewer');
  const REFRESH = 'mutation ($token: String!) { refreshSession(refreshToken: $token) { accessToken refreshToken } }';
  const login = (await ask('mutation ($email: String!, $password: String!) { login(email: $email, password: $password) { accessToken refreshToken } }', {}, { email, password })).body.data?.login as Record<string, string>;
  const first = (await ask(REFRESH, {}, { token: login.refreshToken })).body.data?.refreshSession as Record<string, string>;
  const second = (await ask(REFRESH, {}, { token: first.refreshToken })).body.data?.refreshSession as Record<string, string>;
  expect(codeOf(await ask(REFRESH, {}, { token: login.refreshToken }))).toBe('UNAUTHENTICATED');
  expect(codeOf(await ask(REFRESH, {}, { token: second.refreshToken }))).toBe('UNAUTHENTICATED');
  await until(async () => codeOf(await ask('{ me { email } }', { authorization: `Bearer ${second.accessToken}` })) === 'UNAUTHENTICATED', 'the token is dead', 10_000);
});

test('a code that nobody else carries is found in the outbox of a development system, and signs in', async () => {
  const { email } = demo('project-manager');
  const asked = await ask('mutation ($to: String!) { requestSignInCode(channel: EMAIL, to: $to) { challenge } }', {}, { to: email });
  const { challenge } = asked.body.data?.requestSignInCode as { challenge: string };
  const outbox = join(system().stateDir, 'outbox', 'codes.jsonl');
  await until(async () => codeFor(outbox, email) !== null, 'the code is there', 10_000);
  const reply = await post('/auth/code', { challenge, code: codeFor(outbox, email) });
  expect(reply.status).toBe(200);
  expect((await ask('{ me { email } }', { cookie: reply.cookie })).body.data).toEqual({ me: { email } });
});

test('guessing is answered 429, and when to try again', async () => {
  const guess = (n: number): Promise<Reply> => post('/auth/password', { email: 'target@demo.example', password: `guess ${n}` });
  for (let n = 0; n < 6; n += 1) expect((await guess(n)).status).toBe(401);
  expect(await guess(6)).toMatchObject({ status: 429, retryAfter: '2' });
});

function codeFor(outbox: string, email: string): string | null {
  try {
    const lines = readFileSync(outbox, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { to: string; code: string });
    return lines.find(({ to }) => to === email)?.code ?? null;
  } catch {
    return null;
  }
}
