import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A server for tests that speaks the transit engine’s protocol as its documentation describes it, and really encrypts. */
export interface TransitServer {
  url: string;
  token: string;
  /** Sizes of the batches that it was asked for. */
  batches: number[];
  rotate(): void;
  /** Versions below are no longer decrypted. */
  forgetBefore(version: number): void;
  /** It answers so many of the next requests with this status. */
  fail(status: number, times: number): void;
  /** The same, once it has answered so many. */
  failAfter(answers: number, status: number, times: number): void;
  /** The key is rotated once it has answered so many. */
  rotateAfter(answers: number): void;
  /** It takes requests and never answers, until told otherwise. */
  hang(silent: boolean): void;
  close(): Promise<void>;
}

interface Item {
  plaintext?: string;
  ciphertext?: string;
  key_version?: number;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export async function startTransitServer(key: string): Promise<TransitServer> {
  const token = randomBytes(16).toString('hex');
  const keys = new Map([[1, randomBytes(32)]]);
  const batches: number[] = [];
  const failing = { status: 0, times: 0 };
  const later: Array<{ answers: number; happens: () => void }> = [];
  let [oldest, silent] = [1, false];
  const latest = (): number => Math.max(...keys.keys());

  const encrypt = ({ plaintext, key_version: version = latest() }: Item): object => {
    const secret = keys.get(version);
    if (!secret || plaintext === undefined) return { error: 'requested version for encryption is not known' };
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', secret, nonce);
    const bytes = Buffer.concat([nonce, cipher.update(Buffer.from(plaintext, 'base64')), cipher.final(), cipher.getAuthTag()]);
    return { ciphertext: `vault:v${version}:${bytes.toString('base64')}`, key_version: version };
  };
  const decrypt = ({ ciphertext = '' }: Item): object => {
    const [, version, text = ''] = /^vault:v(\d+):(.*)$/.exec(ciphertext) ?? [];
    const secret = Number(version) >= oldest ? keys.get(Number(version)) : undefined;
    const bytes = Buffer.from(text, 'base64');
    if (!secret || bytes.length < NONCE_BYTES + TAG_BYTES) return { error: 'ciphertext or signature version is disallowed by policy (too old)' };
    const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, NONCE_BYTES)).setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      return { plaintext: Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('base64') };
    } catch {
      return { error: 'cipher: message authentication failed' };
    }
  };
  const batch = async (incoming: IncomingMessage, each: (item: Item) => object): Promise<[number, object]> => {
    const { batch_input: items } = (await json(incoming)) as { batch_input: Item[] };
    batches.push(items.length);
    const results = items.map(each);
    return [results.some((result) => 'error' in result) ? 400 : 200, { data: { batch_results: results } }];
  };
  const answer = (incoming: IncomingMessage): Promise<[number, object]> | [number, object] => {
    if (failing.times > 0) return [(failing.times -= 1, failing.status), { errors: ['not now'] }];
    if (incoming.headers['x-vault-token'] !== token) return [403, { errors: ['permission denied'] }];
    if (incoming.url === `/v1/transit/keys/${key}` && incoming.method === 'GET') return [200, { data: { name: key, type: 'aes256-gcm96', latest_version: latest(), min_decryption_version: oldest } }];
    if (incoming.url === `/v1/transit/encrypt/${key}` && incoming.method === 'POST') return batch(incoming, encrypt);
    if (incoming.url === `/v1/transit/decrypt/${key}` && incoming.method === 'POST') return batch(incoming, decrypt);
    return [404, { errors: [] }];
  };

  const server = createServer((incoming, response) => {
    if (silent) return;
    for (const one of later) if ((one.answers -= 1) === -1) one.happens();
    void Promise.resolve(answer(incoming)).then(([status, body]) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)));
  });
  const rotate = (): void => void keys.set(latest() + 1, randomBytes(32));
  const fail = (status: number, times: number): void => void Object.assign(failing, { status, times });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    batches,
    rotate,
    forgetBefore: (version) => void (oldest = version),
    fail,
    failAfter: (answers, status, times) => void later.push({ answers, happens: () => fail(status, times) }),
    rotateAfter: (answers) => void later.push({ answers, happens: rotate }),
    hang: (value) => void (silent = value),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
