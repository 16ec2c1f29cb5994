import { scrub } from './scrub';

const CENSORED = '[redacted]';
const MAX_DEPTH = 6;
const MAX_ITEMS = 50;

/**
 * Names under which personal data and secrets stand, wherever in what is logged: of our own inputs, of headers, of environments. Compared
 * without case, dashes and underscores: `x-api-key` is `xApiKey`.
 */
const SENSITIVE: ReadonlySet<string> = new Set([
  ...['password', 'currentPassword', 'newPassword', 'passwordHash', 'secret', 'clientSecret', 'privateKey', 'credentials', 'databaseUrl', 'adminUrl', 'ownerUrl'],
  ...['token', 'accessToken', 'refreshToken', 'idToken', 'apiKey', 'xApiKey', 'ticket', 'recoveryCodes', 'authorization', 'proxyAuthorization', 'cookie', 'setCookie', 'xRahatPrincipal'],
  ...['fullName', 'firstName', 'lastName', 'displayName', 'phone', 'phones', 'email', 'emails', 'address', 'governmentIds', 'identifiers', 'bankAccount', 'birthDate', 'personal'],
  ...['ip', 'clientAddress', 'xForwardedFor', 'userAgent'],
  // What clients send and what is answered to them: people's data by nature.
  ...['variables', 'body', 'representations', 'parameters', 'params'],
].map(plain));

/** What an error may say of itself besides type, message and stack. Everything else (`detail`, `where`, `query`, `config` …) may quote values. */
const TELLING = ['code', 'status', 'statusCode', 'severity', 'routine', 'schema', 'table', 'column', 'constraint', 'syscall', 'errno'] as const;

/** An error as it is logged. */
export interface LoggedError {
  type: string;
  message: string;
  stack?: string;
  cause?: unknown;
  [telling: string]: unknown;
}

/** A copy of what is to be logged without personal data and secrets, at any depth: censored by name, scrubbed by shape, errors cut to what they may say. */
export function redact(value: unknown, name = '', depth = 0): unknown {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean') return value;
  if (SENSITIVE.has(plain(name))) return CENSORED;
  if (typeof value === 'string') return isId(name) ? value.slice(0, 200) : scrub(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object') return undefined;
  if (depth > MAX_DEPTH) return '[deep]';
  return redactObject(value, depth);
}

/** An error, cut to what may be logged of it. */
export function redactError(error: Error, depth = 0): LoggedError {
  const own = error as Error & Record<string, unknown>;
  const told = TELLING.flatMap((name) => (typeof own[name] === 'string' || typeof own[name] === 'number' ? [[name, redact(own[name])]] : []));
  const code = own.extensions && typeof own.extensions === 'object' ? (own.extensions as { code?: unknown }).code : undefined;
  const causes = error instanceof AggregateError ? error.errors.slice(0, 5) : [];
  return {
    type: typeOf(error),
    message: scrub(error.message),
    ...(error.stack ? { stack: scrub(error.stack) } : {}),
    ...(typeof code === 'string' ? { code } : {}),
    ...Object.fromEntries(told),
    ...(error.cause === undefined || error.cause === null ? {} : { cause: redact(error.cause, 'cause', depth + 1) }),
    ...(causes.length > 0 ? { errors: causes.map((cause: unknown) => redact(cause, 'errors', depth + 1)) } : {}),
  };
}

function redactObject(value: object, depth: number): unknown {
  if (value instanceof Error) return redactError(value, depth);
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => redact(item, '', depth + 1));
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return '[binary]';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof URL) return scrub(value.href);
  if (value instanceof Map) return redactObject(Object.fromEntries([...value].slice(0, MAX_ITEMS)), depth);
  if (value instanceof Set) return redactObject([...value], depth);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, redact(inner, name, depth + 1)]));
}

function typeOf(error: Error): string {
  const name = error.constructor?.name;
  return name && name !== 'Error' && name !== 'Object' ? name : error.name || 'Error';
}

// `requestId`, `projectId` …: made by us or checked at the door, and found by later.
function isId(name: string): boolean {
  return name === 'id' || name.endsWith('Id');
}

function plain(name: string): string {
  return name.replaceAll(/[-_]/g, '').toLowerCase();
}
