import { LoginDocument } from '../../generated/graphql/documents';
import { readEnv } from '../env';
import { createAsk, type Ask } from '../start/graphql-client';

/** Where the gateway is, and who asks. */
export interface Caller {
  url: string;
  token: string | null;
  login: string | null;
}

/** Options of every command that asks the gateway, for `parseArgs`. */
export const callerOptions = { url: { type: 'string', default: 'http://127.0.0.1:4000' }, token: { type: 'string' }, login: { type: 'string' } } as const;

/** How they are explained. */
export const CALLER_USAGE = '[--url http://127.0.0.1:4000] (--token <access token or API key> | --login <e-mail>)';

export function readCaller(values: { url: string; token?: string | undefined; login?: string | undefined }): Caller {
  return { url: values.url.replace(/\/$/, ''), token: values.token ?? null, login: values.login ?? null };
}

/** Asks as somebody: by a token (or RAHAT_TOKEN), or signed in by e-mail and RAHAT_PASSWORD. @throws Error when nobody says who is asking, or signing in fails. */
export async function askAs({ url, token, login }: Caller): Promise<Ask> {
  const env = readEnv(process.env);
  const given = token ?? (env.RAHAT_TOKEN || null);
  if (given !== null) return createAsk(url, given);
  if (login === null) throw new Error('Say who you are: --token, RAHAT_TOKEN, or --login with RAHAT_PASSWORD.');
  const { login: answer } = await createAsk(url)(LoginDocument, { email: login, password: env.RAHAT_PASSWORD });
  return createAsk(url, answer.accessToken);
}
