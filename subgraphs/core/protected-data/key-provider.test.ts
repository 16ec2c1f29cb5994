import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTransitServer, type TransitServer } from '../testing/transit-server';
import { createEnvelope } from './envelope';
import type { KeyProvider } from './key-provider';
import { createKeyfileProvider } from './keyfile-provider';
import { createTransitProvider } from './transit-provider';

const folder = mkdtempSync(join(tmpdir(), 'rahat-key-providers-'));
let files = 0;

function write(text: string): string {
  const file = join(folder, String((files += 1)));
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

/** One installation of a provider: how it looks to us now, and what its operator does. */
interface Office {
  provider(): KeyProvider;
  rotate(): void;
  /** Takes away all versions but the newest. */
  forgetOld(): void;
  close(): Promise<void>;
}

function fileOffice(): Office {
  let lines = [`1 ${randomBytes(32).toString('base64url')}`];
  return {
    provider: () => createKeyfileProvider(write(lines.join('\n'))),
    rotate: () => void lines.push(`${lines.length + 1} ${randomBytes(32).toString('base64url')}`),
    forgetOld: () => void (lines = lines.slice(-1)),
    close: () => Promise.resolve(),
  };
}

interface TransitOffice extends Office {
  provider(timeoutMs?: number): KeyProvider;
  server: TransitServer;
  tokenFile: string;
}

async function transitOffice(): Promise<TransitOffice> {
  const server = await startTransitServer('people');
  const tokenFile = write(`${server.token}\n`);
  const opened: Array<{ close(): Promise<void> }> = [];
  return {
    server,
    tokenFile,
    provider: (timeoutMs) => {
      const provider = createTransitProvider({ url: `${server.url}/`, mount: 'transit', key: 'people', tokenFile, ...(timeoutMs ? { timeoutMs } : {}) });
      opened.push(provider);
      return provider;
    },
    rotate: () => server.rotate(),
    forgetOld: () => server.forgetBefore(2),
    close: async () => {
      for (const provider of opened) await provider.close();
      await server.close();
    },
  };
}

const newKeys = (count: number): Buffer[] => Array.from({ length: count }, () => randomBytes(32));
const asStored = ({ version, wrapped }: { version: number; wrapped: Buffer[] }) => wrapped.map((key) => ({ wrapped: key, version }));

describe.each<[string, () => Office | Promise<Office>]>([
  ['a key file', fileOffice],
  ['a transit engine', transitOffice],
])('%s', (_name, open) => {
  let office: Office;
  beforeEach(async () => {
    office = await open();
  });
  afterEach(() => office.close());

  it.each([0, 1, 2, 1203])('gives %d keys back in the order in which they were wrapped', async (count) => {
    const keys = newKeys(count);
    const stored = asStored(await office.provider().wrap(keys));
    expect(stored).toHaveLength(count);
    expect(await office.provider().unwrap(stored)).toEqual(keys);
    expect(await office.provider().unwrap(stored.toReversed())).toEqual(keys.toReversed());
  });

  it('tells nothing of a key by what it makes of it', async () => {
    const [key] = newKeys(1);
    const { wrapped } = await office.provider().wrap([key as Buffer]);
    expect(wrapped[0]?.includes(key as Buffer)).toBe(false);
  });

  it('wraps with the newest version, and unwraps what all versions wrapped, mixed as they come', async () => {
    const keys = newKeys(4);
    const old = asStored(await office.provider().wrap(keys.slice(0, 2)));
    expect(await office.provider().currentVersion()).toBe(1);
    office.rotate();
    const provider = office.provider();
    const fresh = asStored(await provider.wrap(keys.slice(2)));
    expect([await provider.currentVersion(), fresh.map(({ version }) => version)]).toEqual([2, [2, 2]]);
    expect(await provider.unwrap([...fresh, ...old])).toEqual([...keys.slice(2), ...keys.slice(0, 2)]);
  });

  it('unwraps nothing under a version that it was not wrapped with, nor one that is gone or was never there', async () => {
    const [stored] = asStored(await office.provider().wrap(newKeys(1)));
    const wrapped = stored?.wrapped ?? Buffer.alloc(0);
    office.rotate();
    await expect(office.provider().unwrap([{ wrapped, version: 2 }])).rejects.toThrow();
    await expect(office.provider().unwrap([{ wrapped, version: 7 }])).rejects.toThrow();
    office.forgetOld();
    await expect(office.provider().unwrap([{ wrapped, version: 1 }])).rejects.toThrow();
  });

  it('unwraps nothing of a batch in which one bit of one key was changed, or one is cut or empty', async () => {
    const provider = office.provider();
    const stored = asStored(await provider.wrap(newKeys(3)));
    for (const change of [(key: Buffer) => key.map((byte, at) => (at === 20 ? byte ^ 1 : byte)), (key: Buffer) => key.subarray(0, -1), () => Buffer.alloc(0)]) {
      const changed = stored.map((one, index) => (index === 1 ? { ...one, wrapped: Buffer.from(change(one.wrapped)) } : one));
      await expect(provider.unwrap(changed)).rejects.toThrow();
    }
  });

  it('does not unwrap what another installation wrapped', async () => {
    const other = await open();
    const stored = asStored(await other.provider().wrap(newKeys(1)));
    await expect(office.provider().unwrap(stored)).rejects.toThrow();
    await other.close();
  });

  it('serves an envelope: what was sealed opens after its key was wrapped anew and the older version is gone', async () => {
    const before = createEnvelope(office.provider());
    const [sealed] = await before.seal([{ about: 'row:1', content: 'Amina' }]);
    office.rotate();
    const [renewed] = await createEnvelope(office.provider()).rewrap(sealed ? [sealed] : []);
    office.forgetOld();
    const after = createEnvelope(office.provider());
    expect(sealed && renewed ? await after.open([{ ...sealed, ...renewed, about: 'row:1' }]) : null).toEqual(['Amina']);
  });
});

describe('a transit engine that is in trouble', () => {
  let office: TransitOffice;
  let provider: KeyProvider;
  beforeEach(async () => {
    office = await transitOffice();
    provider = office.provider();
  });
  afterEach(() => office.close());

  const notReady = { code: 'NOT_READY' };

  it('is asked again when it has no answer, and then all is as if nothing had been', async () => {
    const keys = newKeys(2);
    office.server.fail(503, 2);
    const stored = asStored(await provider.wrap(keys));
    office.server.fail(429, 1);
    expect(await provider.unwrap(stored)).toEqual(keys);
  });

  it.each([500, 503, 403, 404])('is not ready when it goes on answering %d', async (status) => {
    office.server.fail(status, 100);
    await expect(provider.wrap(newKeys(1))).rejects.toMatchObject(notReady);
    await expect(provider.currentVersion()).rejects.toMatchObject(notReady);
  });

  it('is not ready when it is silent, when its token does not hold, and when nobody is there; and serves when that is mended', async () => {
    const stored = asStored(await provider.wrap(newKeys(1)));
    office.server.hang(true);
    await expect(office.provider(100).unwrap(stored)).rejects.toMatchObject(notReady);
    office.server.hang(false);
    writeFileSync(office.tokenFile, 'expired');
    await expect(provider.unwrap(stored)).rejects.toMatchObject(notReady);
    writeFileSync(office.tokenFile, office.server.token);
    expect(await provider.unwrap(stored)).toHaveLength(1);
    await office.server.close();
    await expect(provider.unwrap(stored)).rejects.toMatchObject(notReady);
  });

  it('is asked for no more than 500 keys at a time, and gives nothing when it fails between two times', async () => {
    const stored = asStored(await provider.wrap(newKeys(1203)));
    expect(office.server.batches).toEqual([500, 500, 203]);
    office.server.failAfter(2, 500, 100);
    await expect(provider.unwrap(stored)).rejects.toMatchObject(notReady);
  });

  it('wraps all keys of one call with one version, though it is rotated meanwhile', async () => {
    office.server.rotateAfter(1);
    const keys = newKeys(1203);
    const wrapped = await provider.wrap(keys);
    expect(await provider.currentVersion()).toBe(2);
    expect(wrapped.version).toBe(1);
    expect(await provider.unwrap(asStored(wrapped))).toEqual(keys);
  });

  it('tells no key and no token in its errors', async () => {
    const [key] = newKeys(1);
    office.server.fail(400, 1);
    const error = await provider.wrap([key as Buffer]).catch((reason: unknown) => reason as Error);
    expect(String(error)).not.toContain((key as Buffer).toString('base64'));
    expect(String(error)).not.toContain(office.server.token);
  });
});
