import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { newId } from '#kernel/db';
import { attachment, impersonalFilename, safeFilename } from './filename';
import { withCid } from './ipfs-cid';
import { mediaTypeOf } from './media-type';
import { open, seal, sealedRange, sealedSize } from './sealed-content';
import { createStaging } from './staging';

async function* pieces(content: Buffer, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += length) yield content.subarray(at, at + length);
}

async function gather(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of content) all.push(piece);
  return Buffer.concat(all);
}

/** The same bytes that the vectors below were made of, with ipfs-unixfs-importer 15 (CIDv1, raw leaves, 256 KiB, balanced, 174 links). */
function sample(size: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: size }, (_, at) => (at * 31 + (at >> 8)) & 255));
}

describe('the CID of a file', () => {
  it.each([
    [0, 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'],
    [11, 'bafkreiatkxzfxtv7mlyc5xb26oqu37fxpzaj5yj2g6ixzr2epg3dvnjh3m'],
    [262_144, 'bafkreicyf2rsjlabvogs5vfihpzfegm2q5hjwrohaneftr2crm6gsnlznm'],
    [262_145, 'bafybeidgoqoyg4yhalu6oks2gnsjbs74tnoepwkl77plj4i4rd6lhvt424'],
    [1_048_576, 'bafybeihhxrmvgdab4vq33teqxgtm3ijzq2kncf3pk43mghfm23vgqebg2i'],
    [45_613_056, 'bafybeictnhkryr6nrwjc27yponmmlpktev4dnsvngaji55edlddqcrcwqu'],
    [45_613_057, 'bafybeibceeiwyvx3pxrrewxawlbhjvw5ia7lqgj7pt6zjsw56m6vxph5dq'],
    [45_875_205, 'bafybeicy2z4rlz2msd2vpd4u6d5s3vyu3py7u4gpofjmqwwnzz67pgyg6u'],
  ])('of %i bytes is what IPFS finds, and the bytes go through unchanged', async (size, expected) => {
    const content = sample(size);
    const walk = withCid(pieces(content, 100_003));
    const hash = createHash('sha256');
    let step = await walk.next();
    for (; !step.done; step = await walk.next()) hash.update(step.value);
    expect(step.value).toBe(expected);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(content).digest('hex'));
  });
});

describe('sealed content', () => {
  const key = randomBytes(32);
  const sizes = fc.constantFrom(1, 15, 65_535, 65_536, 65_537, 131_072, 200_000);

  it('opens as what it was, whole or any range of it, however it comes in pieces', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), fc.nat(), fc.integer({ min: 1000, max: 90_000 }), async (size, a, b, piece) => {
        const content = sample(size);
        const sealed = await gather(seal(pieces(content, piece), key));
        expect(sealed.length).toBe(sealedSize(size));
        const [start, end] = [a % size, b % size].sort((x, y) => x - y) as [number, number];
        const range = sealedRange({ start, end }, size);
        const read = await gather(open(pieces(sealed.subarray(range.start, range.end + 1), piece), key, { start, end }, size));
        expect(read.equals(content.subarray(start, end + 1))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('that was changed, cut off, put in another order or belongs to another key is found out', async () => {
    const content = sample(200_000);
    const sealed = await gather(seal(pieces(content, 64_000), key));
    const all = { start: 0, end: content.length - 1 };
    const chunk = 65_536 + 16;
    const flipped = Buffer.from(sealed);
    flipped.writeUInt8(flipped.readUInt8(100_000) ^ 1, 100_000);
    const swapped = Buffer.concat([sealed.subarray(chunk, 2 * chunk), sealed.subarray(0, chunk), sealed.subarray(2 * chunk)]);
    for (const bad of [flipped, swapped, sealed.subarray(0, 2 * chunk), sealed.subarray(0, -1), Buffer.concat([sealed, Buffer.alloc(20)])]) {
      await expect(gather(open(pieces(bad, 70_000), key, all, content.length))).rejects.toThrow();
    }
    await expect(gather(open(pieces(sealed, 70_000), randomBytes(32), all, content.length))).rejects.toThrow();
    expect(sealed.includes(content.subarray(1000, 1032))).toBe(false);
  });
});

describe('what is staged', () => {
  it('grows by pieces of any length to what was sent, and lies there encrypted where it is personal', async () => {
    const staging = createStaging(mkdtempSync(join(tmpdir(), 'rahat-staging-')));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { minLength: 1, maxLength: 12 }), fc.boolean(), async (sent, personal) => {
        const [id, key] = [newId(), personal ? randomBytes(32) : null];
        let there = 0;
        for (const piece of sent) there = await staging.append(id, pieces(Buffer.from(piece), 7), 1_000_000, key);
        const whole = Buffer.concat(sent);
        expect([there, await staging.size(id)]).toEqual([whole.length, whole.length]);
        expect((await gather(staging.read(id, key))).equals(whole)).toBe(true);
        if (personal && whole.length > 16) expect((await gather(staging.read(id, null))).equals(whole)).toBe(false);
        await staging.remove(id);
        expect(await staging.size(id)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps what came before the source broke off, and takes no more than was announced', async () => {
    const staging = createStaging(mkdtempSync(join(tmpdir(), 'rahat-staging-')));
    const id = newId();
    async function* breaking(): AsyncGenerator<Buffer> {
      yield Buffer.from('half');
      throw new Error('gone');
    }
    await expect(staging.append(id, breaking(), 8, null)).rejects.toThrow('gone');
    expect(await staging.size(id)).toBe(4);
    await expect(staging.append(id, pieces(Buffer.from('too long'), 3), 8, null)).rejects.toThrow();
    expect((await gather(staging.read(id, null))).toString()).toBe('halftoo ');
  });
});

describe('the type of a file', () => {
  const latin1 = Buffer.from('nom;pr\xe9nom\nN\xfa\xf1ez;Jos\xe9\n', 'latin1');
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('name,phone\nआशा,1\n', 'utf16le')]);
  it.each([
    ['%PDF-1.7', 'a.png', 'application/pdf'],
    ['\x89PNG\r\n\x1a\n', 'a.exe', 'image/png'],
    ['name,phone\nआशा,1', 'people.csv', 'text/csv'],
    ['{"a":1}', 'people.json', 'application/json'],
    [latin1, 'people.csv', 'text/csv'],
    [utf16, 'people.csv', 'text/csv'],
    [latin1, 'people.pdf', null],
    ['<svg onload=alert(1)>', 'people.csv', null],
    ['\n <html>', 'a.txt', null],
    ['#!/bin/sh', 'a.txt', null],
    ['MZ\x90\0', 'a.pdf', null],
    ['PK\x03\x04whatever.exe', 'a.xlsx', null],
    ['PK\x03\x04[Content_Types].xml xl/workbook.xml', 'a.zip', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ])('is seen in its content: %j named %s', (head, name, expected) => {
    expect(mediaTypeOf(Buffer.isBuffer(head) ? head : Buffer.from(head, /[^\0-\xff]/.test(head) ? 'utf8' : 'latin1'), name)).toBe(expected);
  });
});

describe('a file name', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\temp\\list.xlsx', 'list.xlsx'],
    ['in\u202evoice\r\n.pdf', 'invoice.pdf'],
    ['...', 'file'],
    [`${'x'.repeat(300)}.pdf`, `${'x'.repeat(146)}.pdf`],
    ['संस्था.pdf', 'संस्था.pdf'],
  ])('%j is kept as %j', (name, expected) => expect(safeFilename(name)).toBe(expected));

  it.each([
    ['Amina Otieno passport.JPG', 'passport.JPG'],
    ['Amina Otieno', 'passport'],
    ['.Amina Otieno', 'passport'],
  ])('of a personal document is what it is for: %j becomes %j', (name, expected) => expect(impersonalFilename(name, 'passport')).toBe(expected));

  it('never breaks the header that it stands in', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (name) => expect(attachment(safeFilename(name))).toMatch(/^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''[\w!#$&+.^`|~%-]*$/)));
  });
});
