import { fork } from 'node:child_process';
import { join } from 'node:path';

/** A running provider, and a browser at it. */
export interface TestIssuer {
  issuer: string;
  /** Signs in as somebody at an authorization URL and returns the address at which the browser comes back. */
  visit(authorizationUrl: string, account: string): Promise<string>;
  stop(): void;
}

export async function startIssuer(redirectUri: string): Promise<TestIssuer> {
  const child = fork(join(__dirname, 'oidc-provider.mjs'), { env: { ...process.env, REDIRECT_URI: redirectUri }, execArgv: ['--no-warnings'], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const { issuer } = await new Promise<{ issuer: string }>((resolve, reject) => {
    child.once('message', (message) => resolve(message as { issuer: string }));
    child.once('exit', (code) => reject(new Error(`The provider ended with ${code}.`)));
  });
  return { issuer, visit: (url, account) => visit(url, account, redirectUri), stop: () => child.disconnect() };
}

const MOST_STEPS = 12;

async function visit(authorizationUrl: string, account: string, redirectUri: string): Promise<string> {
  const jar = new Map<string, string>();
  let url = authorizationUrl;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < MOST_STEPS; step++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { method: form ? 'POST' : 'GET', body: form, headers: { cookie }, redirect: 'manual' });
    for (const [name = '', value = ''] of response.headers.getSetCookie().map((set) => set.split(';')[0]?.split(/=(.*)/s) ?? [])) jar.set(name, value);
    const location = response.headers.get('location');
    const page = await response.text();
    if (location?.startsWith(redirectUri)) return location;
    form = location ? undefined : formFor(page, account);
    url = new URL(location ?? /action="([^"]+)"/.exec(page)?.[1] ?? '', url).href;
  }
  throw new Error('The provider never sent the browser back.');
}

function formFor(page: string, account: string): URLSearchParams {
  const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
  if (!prompt) throw new Error(`The provider shows no form: ${page.slice(0, 500)}`);
  return new URLSearchParams(prompt === 'login' ? { prompt, login: account, password: 'any' } : { prompt });
}
