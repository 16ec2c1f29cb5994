import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#kernel/errors';

/** Tokens as a mutation answers them; a step-up has no new refresh token. */
export interface CookieTokens {
  accessToken: string;
  expiresAt: string;
  refreshToken?: string;
  refreshExpiresAt?: string;
}

/**
 * Sessions for browsers: tokens in cookies that no script can read, no other origin can set (`__Host-`, RFC 6265bis, 4.1.3.2) and no other
 * site can cause to be sent (`SameSite=Strict`). Every reading checks besides that the page that asks is ours, because to a browser
 * another subdomain is the same site.
 */
export interface SessionCookies {
  /** The access cookie in the form of an `Authorization` header. @throws AppError FORBIDDEN when a page of another origin asks. */
  authorization(request: FastifyRequest): string | undefined;
  /** The refresh cookie. Throws as `authorization` does. */
  refreshToken(request: FastifyRequest): string | undefined;
  set(reply: FastifyReply, tokens: CookieTokens): void;
  clear(reply: FastifyReply): void;
}

const ACCESS = '__Host-rahat-access';
const REFRESH = '__Host-rahat-refresh';
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict';
const TOKEN = /^[A-Za-z0-9_.-]{1,4096}$/;
const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** `origins`: whose pages may call us besides our own. */
export function createSessionCookies(origins: readonly string[]): SessionCookies {
  const admitted = new Set(origins.map((origin) => new URL(origin).origin));
  const read = (request: FastifyRequest, name: string): string | undefined => {
    const value = cookieIn(request.headers.cookie, name);
    if (value === undefined) return undefined;
    if (!isOwnPage(request, admitted)) throw new AppError('FORBIDDEN', 'A session cookie works for our own pages only; changes must be sent as application/json.');
    return value;
  };
  return {
    authorization: (request) => {
      const token = read(request, ACCESS);
      return token === undefined ? undefined : `Bearer ${token}`;
    },
    refreshToken: (request) => read(request, REFRESH),
    set: (reply, { accessToken, expiresAt, refreshToken, refreshExpiresAt }) => {
      const cookies = [cookie(ACCESS, accessToken, expiresAt)];
      if (refreshToken !== undefined && refreshExpiresAt !== undefined) cookies.push(cookie(REFRESH, refreshToken, refreshExpiresAt));
      void reply.header('set-cookie', cookies).header('cache-control', 'no-store');
    },
    clear: (reply) => {
      const long = new Date(0).toISOString();
      void reply.header('set-cookie', [cookie(ACCESS, '', long), cookie(REFRESH, '', long)]).header('cache-control', 'no-store');
    },
  };
}

/**
 * Whether a request can have been sent by a page of ours or an admitted origin, or by no page at all (https://www.w3.org/TR/fetch-metadata/).
 * A change must also be JSON or carry our header, which a foreign page cannot send without asking us first (CORS).
 */
function isOwnPage({ headers, method, host }: FastifyRequest, admitted: ReadonlySet<string>): boolean {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  const trusted = origin !== undefined && URL.canParse(origin) && (admitted.has(origin) || new URL(origin).host === host);
  if (origin !== undefined && !trusted) return false;
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !trusted) return false;
  if (READING.has(method)) return true;
  return /^application\/json\b/i.test(headers['content-type'] ?? '') || headers['apollo-require-preflight'] !== undefined;
}

function cookieIn(header: string | undefined, name: string): string | undefined {
  const found = (header ?? '').split(';').map((part) => part.trim()).find((part) => part.startsWith(`${name}=`));
  const value = found?.slice(name.length + 1);
  return value !== undefined && TOKEN.test(value) ? value : undefined;
}

function cookie(name: string, value: string, expiresAt: string): string {
  if (value !== '' && !TOKEN.test(value)) throw new Error('This is no token.');
  return `${name}=${value}; ${ATTRIBUTES}; Expires=${new Date(expiresAt).toUTCString()}`;
}
