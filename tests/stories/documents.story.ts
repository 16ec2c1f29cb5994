import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { useSystem } from '../kit/system';

const system = useSystem();
const asAdmin = { as: 'admin' };

const REQUEST = `mutation ($input: RequestUploadInput!, $key: String!) { requestUpload(input: $input, idempotencyKey: $key) { uploadUrl document { id status } } }`;
const READ = `query ($id: ID!) { document(id: $id) { status refusal mediaType size sha256 cid scan encrypted downloadUrl links { targetType targetId } } }`;

interface Read {
  document: { status: string; refusal: string | null; mediaType: string | null; sha256: string | null; cid: string | null; scan: string | null; downloadUrl: string | null } | null;
}

async function announced(input: Record<string, unknown>): Promise<{ id: string; url: string }> {
  const answer = await system().graphql<{ requestUpload: { uploadUrl: string; document: { id: string } } }>(REQUEST, { input: { kind: 'test', sensitivity: 'INTERNAL', ...input }, key: randomUUID() }, asAdmin);
  return { id: answer.requestUpload.document.id, url: answer.requestUpload.uploadUrl };
}

const read = async (id: string) => (await system().graphql<Read>(READ, { id }, asAdmin)).document;
const patch = (url: string, offset: number, body: Buffer) => fetch(url, { method: 'PATCH', body: new Uint8Array(body), headers: { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset), 'tus-resumable': '1.0.0' } });

/** Every file below the folder of documents. */
function stored(): Buffer[] {
  const folder = join(system().stateDir, 'documents');
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => readFileSync(join(entry.parentPath, entry.name)));
}

const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(300_000)]);

describe('a document', () => {
  test('that is public is uploaded at once, is known by its hash and content id, and comes back whole or in part', async () => {
    const content = Buffer.from('%PDF-1.4 a public report');
    const { id, url } = await announced({ filename: '../report.pdf', size: content.length, sensitivity: 'PUBLIC' });
    expect((await fetch(url, { method: 'PUT', body: new Uint8Array(content) })).status).toBe(204);
    const document = await read(id);
    expect(document).toMatchObject({ status: 'STORED', mediaType: 'application/pdf', scan: 'NONE', cid: expect.stringMatching(/^baf/), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const download = await fetch(document?.downloadUrl ?? '');
    expect([download.status, await download.text()]).toEqual([200, content.toString()]);
    expect(Object.fromEntries(download.headers)).toMatchObject({ 'content-disposition': expect.stringContaining('attachment; filename="report.pdf"'), 'x-content-type-options': 'nosniff', 'content-type': 'application/pdf' });
    const part = await fetch(document?.downloadUrl ?? '', { headers: { range: 'bytes=5-7' } });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, `bytes 5-7/${content.length}`, '1.4']);
    expect((await fetch(document?.downloadUrl ?? '', { headers: { range: `bytes=${content.length}-` } })).status).toBe(416);
  });

  test('that is personal goes on where a bad network broke off, even when core is killed in between, and lies encrypted', async () => {
    const { id, url } = await announced({ filename: 'id-card.pdf', size: pdf.length, sensitivity: 'PERSONAL' });
    expect((await patch(url, 0, pdf.subarray(0, 100_000))).status).toBe(204);
    await brokenOff(url, 100_000, pdf.subarray(100_000, 180_000));
    await system().kill('core');
    expect((await patch(url, 180_000, pdf.subarray(180_000))).status).toBe(503);
    await system().restart('core');
    const head = await fetch(url, { method: 'HEAD' });
    const offset = Number(head.headers.get('upload-offset'));
    expect([head.status, head.headers.get('upload-length'), offset >= 100_000]).toEqual([200, String(pdf.length), true]);
    expect((await patch(url, offset + 1, pdf.subarray(offset + 1))).status).toBe(409);
    expect((await patch(url, offset, pdf.subarray(offset))).status).toBe(204);
    const document = await read(id);
    expect(document).toMatchObject({ status: 'STORED', cid: null, sha256: null, encrypted: true });
    const download = await fetch(document?.downloadUrl ?? '');
    expect(Buffer.from(await download.arrayBuffer()).equals(pdf)).toBe(true);
    expect(stored().some((file) => file.includes(pdf.subarray(1000, 1032)))).toBe(false);
    expect((await system().attempt(READ, { id }, { as: 'viewer' })).errors[0]?.extensions?.code).toBe('FORBIDDEN');
  });

  test('is not what its name says, but what is in it', async () => {
    const content = Buffer.from('<html><script>alert(1)</script></html>');
    const { id, url } = await announced({ filename: 'harmless.pdf', size: content.length });
    await fetch(url, { method: 'PUT', body: new Uint8Array(content) });
    expect(await read(id)).toMatchObject({ status: 'QUARANTINED', refusal: 'TYPE_NOT_ALLOWED', downloadUrl: null });
    expect(stored().some((file) => file.includes('alert(1)'))).toBe(false);
  });

  test('is not to be had without its ticket, with that of another, or with one for something else', async () => {
    const [mine, other] = [await announced({ filename: 'a.pdf', size: 4 }), await announced({ filename: 'b.pdf', size: 4 })];
    const ticketOf = (url: string): string => new URL(url).searchParams.get('ticket') ?? '';
    const at = (id: string, ticket: string): string => `${system().urls.gateway}/files/${id}?ticket=${ticket}`;
    for (const url of [at(mine.id, ''), at(mine.id, ticketOf(other.url)), at(mine.id, `9${ticketOf(mine.url)}`)]) {
      expect((await fetch(url, { method: 'PUT', body: '%PDF' })).status).toBe(403);
    }
    expect((await fetch(mine.url)).status).toBe(403); // to upload is not to download
    expect((await fetch(mine.url, { method: 'PUT', body: '%PDF-too-long' })).status).toBe(400);
  });

  test('that is deleted is gone, with its content', async () => {
    const content = Buffer.from('%PDF-1.4 to be deleted');
    const { id, url } = await announced({ filename: 'x.pdf', size: content.length });
    await fetch(url, { method: 'PUT', body: new Uint8Array(content) });
    const before = (await read(id))?.downloadUrl ?? '';
    await system().graphql('mutation ($id: ID!, $key: String!) { deleteDocument(id: $id, idempotencyKey: $key) { status } }', { id, key: randomUUID() }, asAdmin);
    expect((await fetch(before)).status).toBe(404);
    expect(stored().some((file) => file.includes('to be deleted'))).toBe(false);
  });

  test('of a hundred megabytes goes through with little memory', async () => {
    const size = 100 * 1024 * 1024;
    const { id, url } = await announced({ filename: 'large.pdf', size });
    const peak = async (): Promise<number> => {
      const pids = await system().pids();
      return Math.max(...['gateway', 'core'].map((name) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pids[name]}/status`, 'utf8'))?.[1] ?? 0)));
    };
    const before = await peak();
    async function* zeros(): AsyncGenerator<Uint8Array> {
      yield Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(1024 * 1024 - 9)]);
      for (let megabyte = 1; megabyte < 100; megabyte += 1) yield Buffer.alloc(1024 * 1024);
    }
    const sent = await fetch(url, { method: 'PUT', body: Readable.toWeb(Readable.from(zeros())) as never, duplex: 'half' } as RequestInit);
    expect(sent.status).toBe(204);
    expect(await read(id)).toMatchObject({ status: 'STORED', size });
    if (process.platform === 'linux') expect((await peak()) - before).toBeLessThan(80 * 1024); // KiB
  });
});

/** Sends a piece whose connection breaks before it is all there. */
function brokenOff(url: string, offset: number, content: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const sending = request(url, { method: 'PATCH', headers: { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset), 'content-length': String(content.length + 1000) } });
    sending.on('error', () => undefined).on('close', resolve);
    sending.write(content, () => setTimeout(() => sending.destroy(), 200));
  });
}
