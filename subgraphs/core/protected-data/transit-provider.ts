import { readFileSync } from 'node:fs';
import { ExponentialBackoff, handleType, retry } from 'cockatiel';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { AppError } from '#kernel/errors';
import type { KeyProvider } from './key-provider';

/** A key of a transit engine, which OpenBao and HashiCorp Vault speak: https://openbao.org/api-docs/secret/transit. */
export interface TransitSettings {
  /** For example `https://openbao.example.org:8200`. */
  url: string;
  /** Path at which the engine is mounted. */
  mount: string;
  /** Name of a key of the type `aes256-gcm96`, not derived. */
  key: string;
  /** The token: may `update` encrypt and decrypt of the key, and `read` the key. Read anew each time, since an agent renews it. */
  tokenFile: string;
  namespace?: string | undefined;
  /** How long one answer is waited for. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;
/** Data keys of one request: some tens of kilobytes, far below what a server takes. */
const BATCH = 500;
const ATTEMPTS = 2;
const WRAPPED = /^vault:v(\d{1,9}):([\w+/]+={0,2})$/;
const CANNOT_NOW: ReadonlySet<number> = new Set([412, 429, 472, 473, 500, 502, 503, 504]);

/** The service has no answer now. `again`: it may have one at once; harmless, since wrapping and unwrapping change nothing there. */
class NoAnswer extends Error {
  constructor(
    message: string,
    readonly again: boolean,
  ) {
    super(message);
  }
}

const batchSchema = <Item extends z.ZodType>(item: Item) => z.object({ data: z.object({ batch_results: z.array(item) }) });
const encrypted = batchSchema(z.object({ ciphertext: z.string() }));
const decrypted = batchSchema(z.object({ plaintext: z.string() }));
const described = z.object({ data: z.object({ latest_version: z.number().int().positive() }) });

/**
 * Key-encryption keys in a transit engine, which they never leave. Stored are the bytes of its ciphertexts; the version, which stands before them
 * there, is that of the record. To rotate, rotate the key there: the worker looks every hour.
 * All errors that an operator can mend are NOT_READY; none repeats a key or a ciphertext.
 */
export function createTransitProvider(settings: TransitSettings): KeyProvider & { close(): Promise<void> } {
  const timeoutMs = settings.timeoutMs ?? TIMEOUT_MS;
  const agent = new Agent({ connections: 8, connect: { timeout: timeoutMs } });
  const again = retry(handleType(NoAnswer, (error) => error.again), { maxAttempts: ATTEMPTS, backoff: new ExponentialBackoff({ initialDelay: 50, maxDelay: 500 }) });
  const call = <Schema extends z.ZodType>(action: 'encrypt' | 'decrypt' | 'keys', schema: Schema, items?: readonly object[]): Promise<z.output<Schema>> =>
    again
      .execute(() => send({ ...settings, timeoutMs }, agent, action, items))
      .catch((error: unknown) => {
        throw error instanceof NoAnswer ? new AppError('NOT_READY', `The keys of personal data are out of reach: ${error.message}`) : error;
      })
      .then((body) => checked(schema, body, items?.length));

  return {
    wrap: async (keys) => {
      const wrapped: Array<{ version: number; bytes: Buffer }> = [];
      for (const batch of batchesOf(keys)) {
        // All by one version, even when the key is rotated between two requests.
        const version = wrapped[0]?.version;
        const { data } = await call('encrypt', encrypted, batch.map((key) => ({ plaintext: key.toString('base64'), ...(version ? { key_version: version } : {}) })));
        wrapped.push(...data.batch_results.map(({ ciphertext }) => parse(ciphertext)));
      }
      const version = wrapped[0]?.version ?? (await newest());
      if (wrapped.some((one) => one.version !== version)) throw new AppError('NOT_READY', 'The key of personal data was rotated while it was used.');
      return { version, wrapped: wrapped.map(({ bytes }) => bytes) };
    },
    unwrap: async (keys) => {
      const plain: Buffer[] = [];
      for (const batch of batchesOf(keys)) {
        const { data } = await call('decrypt', decrypted, batch.map(({ wrapped, version }) => ({ ciphertext: `vault:v${version}:${wrapped.toString('base64')}` })));
        plain.push(...data.batch_results.map(({ plaintext }) => Buffer.from(plaintext, 'base64')));
      }
      return plain;
    },
    currentVersion: newest,
    close: () => agent.destroy(),
  };

  async function newest(): Promise<number> {
    return (await call('keys', described)).data.latest_version;
  }
}

async function send(settings: TransitSettings & { timeoutMs: number }, agent: Agent, action: string, items?: readonly object[]): Promise<unknown> {
  const headers = { 'content-type': 'application/json', 'x-vault-request': 'true', 'x-vault-token': readFileSync(settings.tokenFile, 'utf8').trim(), ...(settings.namespace ? { 'x-vault-namespace': settings.namespace } : {}) };
  const url = `${settings.url.replace(/\/$/, '')}/v1/${settings.mount}/${action}/${encodeURIComponent(settings.key)}`;
  const body = items ? JSON.stringify({ batch_input: items }) : null;
  const answer = await request(url, { method: items ? 'POST' : 'GET', dispatcher: agent, headers, body, signal: AbortSignal.timeout(settings.timeoutMs) })
    .then(async (response) => ({ status: response.statusCode, text: await response.body.text() }))
    .catch((error: unknown) => Promise.reject(new NoAnswer('the key service does not answer.', !(error instanceof DOMException)))); // not when the time is over
  if (answer.status === 200) return JSON.parse(answer.text) as unknown;
  if (CANNOT_NOW.has(answer.status)) throw new NoAnswer(`the key service answers ${answer.status}.`, true);
  // 400 is what it says of a ciphertext that it did not make, or not with a version that it still has.
  if (answer.status === 400) throw new Error('The key service does not unwrap this: it was wrapped by another key, by a version that is gone, or it was changed.');
  throw new AppError('NOT_READY', `The keys of personal data are out of reach: the key service answers ${answer.status}; look at its token and the name of the key.`);
}

function checked<Schema extends z.ZodType>(schema: Schema, body: unknown, count?: number): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new Error('The key service answered in a form that is not known.'); // what is wrong with it would repeat keys
  const results = (parsed.data as { data: { batch_results?: unknown[] } }).data.batch_results;
  if (results && results.length !== count) throw new Error('The key service answered another number of keys than it was asked for.');
  return parsed.data;
}

function parse(ciphertext: string): { version: number; bytes: Buffer } {
  const [, version, bytes = ''] = WRAPPED.exec(ciphertext) ?? [];
  if (!version) throw new Error('The key service answered in a form that is not known.');
  return { version: Number(version), bytes: Buffer.from(bytes, 'base64') };
}

function batchesOf<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) => items.slice(index * BATCH, (index + 1) * BATCH));
}
