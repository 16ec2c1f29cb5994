import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { createFileSender, createHttpSmsSender, createSmtpSender, oidcProviderSchema, type CodeSenders, type SignInSettings } from './auth';
import type { apiEnv } from './env';

type ApiEnv = ReturnType<typeof apiEnv>;

/** How people may sign in, by the environment. @throws when a file that it names cannot be read or does not fit. */
export function signInSettings(env: ApiEnv): SignInSettings {
  return { origin: env.SIGN_IN_ORIGIN, chainIds: env.SIGN_IN_CHAIN_IDS, senders: sendersOf(env), oidcProviders: providersOf(env) };
}

// Codes go to a file only where somebody said so: it is for development.
function sendersOf(env: ApiEnv): CodeSenders {
  const file = env.CODE_OUTBOX === 'true' ? createFileSender(join(env.STATE_DIR, 'outbox')) : undefined;
  const email = env.SMTP_URL_FILE ? createSmtpSender({ url: secretIn(env.SMTP_URL_FILE), from: env.SMTP_FROM }) : file;
  const sms = env.SMS_URL && env.SMS_TOKEN_FILE ? createHttpSmsSender({ url: env.SMS_URL, token: secretIn(env.SMS_TOKEN_FILE) }) : file;
  return { ...(email ? { EMAIL: email } : {}), ...(sms ? { SMS: sms } : {}) };
}

function providersOf({ OIDC_PROVIDERS_FILE: file }: ApiEnv): SignInSettings['oidcProviders'] {
  return file ? z.array(oidcProviderSchema).parse(JSON.parse(readFileSync(file, 'utf8'))) : [];
}

function secretIn(file: string): string {
  return readFileSync(file, 'utf8').trim();
}
