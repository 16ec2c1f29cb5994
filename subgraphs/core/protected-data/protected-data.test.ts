import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { createKeyfileProvider, createProtectedData, identifierKinds, nameTokens, normalise, type ProtectedData, type Sealed } from '.';

const folder = mkdtempSync(join(tmpdir(), 'rahat-protected-'));
let files = 0;

function write(text: string): string {
  const file = join(folder, `key-${(files += 1)}`);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

const key = (version: number): string => `${version} ${randomBytes(32).toString('base64url')}\n`;
const [first, second] = [key(1), key(2)];
const indexKey = write(randomBytes(32).toString('base64url'));
const under = (keys: string): ProtectedData => createProtectedData(createKeyfileProvider(write(keys)), indexKey);
const data = under(first);

async function sealOne(about: string, content: unknown, by = data): Promise<Sealed> {
  const [sealed] = await by.seal([{ about, content }]);
  if (!sealed) throw new Error('nothing was sealed');
  return sealed;
}

describe('a sealed record', () => {
  it('opens as what it was, in the order asked', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ about: fc.string(), content: fc.jsonValue() }), { maxLength: 20 }), async (records) => {
        const sealed = await data.seal(records);
        const opened = await data.open(sealed.map((one, index) => ({ ...one, about: records[index]?.about ?? '' })));
        expect(JSON.stringify(opened)).toBe(JSON.stringify(records.map(({ content }) => content)));
      }),
    );
  });

  it('does not open as another row’s, nor with another row’s key', async () => {
    const [mine, theirs] = [await sealOne('beneficiary_pii:1', 'mine'), await sealOne('beneficiary_pii:2', 'theirs')];
    await expect(data.open([{ ...mine, about: 'beneficiary_pii:2' }])).rejects.toThrow();
    await expect(data.open([{ ...mine, wrappedKey: theirs.wrappedKey, about: 'beneficiary_pii:1' }])).rejects.toThrow();
  });

  it('does not open when any bit of it was changed', async () => {
    const sealed = await sealOne('row:1', { fullName: 'Amina' });
    for (const part of ['ciphertext', 'wrappedKey'] as const) {
      for (let bit = 0; bit < sealed[part].length * 8; bit += 1) {
        const changed = Buffer.from(sealed[part]);
        changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        await expect(data.open([{ ...sealed, [part]: changed, about: 'row:1' }])).rejects.toThrow();
      }
    }
  });

  it('is another one each time, and holds no word of what is in it', async () => {
    const [one, other] = [await sealOne('row:1', 'Amina Otieno'), await sealOne('row:1', 'Amina Otieno')];
    expect(one.ciphertext.equals(other.ciphertext)).toBe(false);
    expect(one.ciphertext.includes('Amina')).toBe(false);
  });

  it('opens after its key was wrapped anew, then without the older key-encryption key too', async () => {
    const sealed = await sealOne('row:1', 'Amina');
    const [renewed] = await under(first + second).rewrap([sealed]);
    expect(renewed?.keyVersion).toBe(2);
    expect(await under(second).open([{ ...sealed, ...renewed, about: 'row:1' }])).toEqual(['Amina']);
    await expect(under(second).open([{ ...sealed, about: 'row:1' }])).rejects.toThrow('no key of version 1');
  });
});

describe('a key file', () => {
  it.each([
    ['nothing', '', 'holds no key'],
    ['a key that is too short', '1 abc', 'each line must be'],
    ['a version twice', first + first, 'stands there twice'],
  ])('with %s is refused without telling what is in it', (_what, text, message) => {
    expect(() => createKeyfileProvider(write(text))).toThrow(message);
  });
});

describe('a blind index', () => {
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('+254 712-345 678', '254712345678', 'AB 123', 'ab-123', 'Núria de la Cruz', 'cruz NURIA la de'));

  it('is equal exactly where the normalised values, the organisation and the kind are', () => {
    fc.assert(
      fc.property(text, text, fc.constantFrom(...identifierKinds), fc.constantFrom(...identifierKinds), fc.boolean(), (a, b, kind, other, same) => {
        const equal = data.blindIndex('o1', kind, a).equals(data.blindIndex(same ? 'o1' : 'o2', other, b));
        expect(equal).toBe(a === b && kind === other && same);
      }),
    );
  });

  it('needs its key', () => {
    const other = createProtectedData(createKeyfileProvider(write(first)), write(randomBytes(32).toString('base64url')));
    expect(other.blindIndex('o1', 'PHONE', '254')).not.toEqual(data.blindIndex('o1', 'PHONE', '254'));
  });
});

describe('normalising', () => {
  it('twice changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const form of Object.values(normalise)) expect(form(form(text))).toBe(form(text));
        expect(nameTokens(nameTokens(text).join(' '))).toEqual(nameTokens(text));
      }),
    );
  });

  it.each([
    ['PHONE', '+254 712-345 678', '254712345678'],
    ['GOVERNMENT_ID', ' ab-12 / 3', 'AB123'],
    ['BANK_ACCOUNT', 'de89 3704 0044 0532 0130 00', 'DE89370400440532013000'],
    ['EMAIL', ' Amina@Example.ORG ', 'amina@example.org'],
    ['WALLET', '0x71C7656EC7ab88b098defB751B7401B5f6d8976F', '0x71c7656ec7ab88b098defb751b7401b5f6d8976f'],
  ] as const)('of %s takes away what does not count', (kind, value, expected) => expect(normalise[kind](value)).toBe(expected));

  it.each([
    ['Núria  de la-Cruz', ['cruz', 'de', 'la', 'nuria']],
    ['CRUZ, Nuria de la', ['cruz', 'de', 'la', 'nuria']],
    ['A. Otieno', ['otieno']],
    ['सीता शर्मा', ['शर्मा', 'सीता']],
    ['محمد علي', ['علي', 'محمد']],
    ['X', ['x']],
    [' ', []],
  ])('the name %j gives its words', (name, tokens) => expect(nameTokens(name)).toEqual(tokens));
});
