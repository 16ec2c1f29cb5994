import { SignJWT, UnsecuredJWT, exportJWK, generateKeyPair, type CryptoKey } from 'jose';
import { createLogger } from '#kernel/telemetry';
import type { Jwks } from '../registry';
import { createAccessTokenReader } from './access-token';
import { createAccessKeys, type AccessKeys } from './jwks';

const SESSION = { sid: 's1', acr: 'aal2', auth_time: 1_700_000_000 };
let privateKey: CryptoKey;
let published: Jwks | 'down';
let asked: number;
let now: number;
let keys: AccessKeys;
let disk: Map<string, unknown>;

beforeEach(async () => {
  const pair = await generateKeyPair('EdDSA', { extractable: true });
  privateKey = pair.privateKey;
  published = { keys: [{ ...(await exportJWK(pair.publicKey)), kty: 'OKP', kid: 'k1', alg: 'EdDSA' }] };
  [asked, now, disk] = [0, 1_000_000, new Map()];
  keys = makeKeys();
});

function makeKeys(): AccessKeys {
  return createAccessKeys({
    fetch: async () => {
      asked += 1;
      if (published === 'down') throw new Error('no answer');
      return published;
    },
    copies: { load: async (name, schema) => schema.nullable().parse(disk.get(name) ?? null) as never, save: async (name, value) => void disk.set(name, value) },
    logger: createLogger({ name: 'test', level: 'silent' }),
    now: () => now,
  });
}

const token = (kid = 'k1', claims: object = {}): Promise<string> =>
  new SignJWT({ ...SESSION, ...claims }).setProtectedHeader({ alg: 'EdDSA', kid }).setIssuer('rahat').setAudience('rahat-gateway').setSubject('u1').setExpirationTime('5m').sign(privateKey);
const read = (header: string | undefined): Promise<unknown> => createAccessTokenReader(keys)(header).then(
    (known) => known?.userId ?? null,
    (error: { code?: string }) => error.code,
  );

describe('an access token', () => {
  it('names its user', async () => {
    expect(await read(`Bearer ${await token()}`)).toBe('u1');
    expect(await read(`bearer  ${await token()} `)).toBe('u1');
  });

  it.each([undefined, '', 'Bearer', 'Bearer '])('is absent in %j: the caller is anonymous', async (header) => {
    expect(await read(header)).toBeNull();
  });

  it.each(['Basic dTpw', 'Bearer a.b.c', 'Bearer nonsense', 'Bearer a b'])('is not %j', async (header) => {
    expect(await read(header)).toBe('UNAUTHENTICATED');
  });

  it('must be signed, with the one algorithm that we use', async () => {
    const unsigned = new UnsecuredJWT(SESSION).setIssuer('rahat').setAudience('rahat-gateway').setSubject('u1').setExpirationTime('5m').encode();
    const other = await new SignJWT(SESSION).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).setIssuer('rahat').setAudience('rahat-gateway').setSubject('u1').setExpirationTime('5m').sign(new TextEncoder().encode('x'.repeat(32)));
    const eternal = await new SignJWT(SESSION).setProtectedHeader({ alg: 'EdDSA', kid: 'k1' }).setIssuer('rahat').setAudience('rahat-gateway').setSubject('u1').sign(privateKey);
    const stranger = await new SignJWT(SESSION).setProtectedHeader({ alg: 'EdDSA', kid: 'k1' }).setIssuer('rahat').setAudience('rahat-gateway').setSubject('u1').setExpirationTime('5m').sign((await generateKeyPair('EdDSA')).privateKey);
    for (const bad of [unsigned, other, eternal, stranger]) expect(await read(`Bearer ${bad}`)).toBe('UNAUTHENTICATED');
  });
});

describe('an access token with other claims', () => {
  it.each([
    ['made for somebody else', { aud: 'other' }],
    ['of another issuer', { iss: 'other' }],
    ['that has expired', { exp: 1 }],
    ['that is not valid yet', { nbf: 4_000_000_000 }],
    ['of no session', { sid: undefined }],
    ['that does not say when its user was there', { auth_time: undefined }],
  ])('%s is refused', async (_what, claims) => {
    const text = await new SignJWT({ iss: 'rahat', aud: 'rahat-gateway', sub: 'u1', exp: 4_000_000_000, ...SESSION, ...claims }).setProtectedHeader({ alg: 'EdDSA', kid: 'k1' }).sign(privateKey);
    expect(await read(`Bearer ${text}`)).toBe('UNAUTHENTICATED');
  });

  it('says of which session it is, when its user was there, and how well that was proved', async () => {
    const facts = (header: string) => createAccessTokenReader(keys)(header);
    expect(await facts(`Bearer ${await token()}`)).toMatchObject({ sessionId: 's1', authenticatedAt: 1_700_000_000, secondFactor: true });
    expect(await facts(`Bearer ${await token('k1', { acr: 'aal1' })}`)).toMatchObject({ secondFactor: false });
  });
});

describe('the keys of access tokens', () => {
  it('are asked for when a token names a new one, but not for every made-up name', async () => {
    await read(`Bearer ${await token()}`);
    expect(asked).toBe(1);
    for (let i = 0; i < 5; i++) expect(await read(`Bearer ${await token('k9')}`)).toBe('UNAUTHENTICATED');
    expect(asked).toBe(1);
    now += 5000;
    await read(`Bearer ${await token('k9')}`);
    expect(asked).toBe(2);
  });

  it('outlive core on disk', async () => {
    await keys.refresh();
    published = 'down';
    keys = makeKeys();
    await keys.load();
    expect(await read(`Bearer ${await token()}`)).toBe('u1');
    await keys.refresh();
    expect(await read(`Bearer ${await token()}`)).toBe('u1');
  });

  it('that nobody has do not make a good token bad', async () => {
    published = 'down';
    expect(await read(`Bearer ${await token()}`)).toBe('CORE_UNAVAILABLE');
    expect(keys.current()).toBeNull();
  });
});

describe('a token that was checked', () => {
  it('is not checked again while it holds', async () => {
    await keys.refresh();
    const find = jest.spyOn(keys, 'find');
    const read = createAccessTokenReader(keys);
    const header = `Bearer ${await token()}`;
    expect([(await read(header))?.userId, (await read(header))?.userId]).toEqual(['u1', 'u1']);
    expect(find).toHaveBeenCalledTimes(1);
  });

  it('is refused when it has expired since', async () => {
    let clock = Date.now();
    const read = createAccessTokenReader(keys, () => clock);
    const header = `Bearer ${await new SignJWT(SESSION).setProtectedHeader({ alg: 'EdDSA', kid: 'k1' }).setIssuer('rahat').setAudience('rahat-gateway').setSubject('u1').setExpirationTime(Math.floor(clock / 1000) + 1).sign(privateKey)}`;
    expect((await read(header))?.userId).toBe('u1');
    clock += 5000;
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await expect(read(header)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('is refused when its key is no longer published', async () => {
    const read = createAccessTokenReader(keys);
    const header = `Bearer ${await token()}`;
    expect((await read(header))?.userId).toBe('u1');
    published = { keys: [] };
    await keys.refresh();
    await expect(read(header)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
