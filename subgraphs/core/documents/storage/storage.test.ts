import { createHmac, createHash } from 'node:crypto';
import { mkdtempSync, readdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDiskStorage } from './disk-storage';
import { createS3Storage } from './s3-storage';
import { MissingObjectError, type Storage } from './storage';

const SECRET = 'secret of the bucket';

/** A server that speaks as much of S3 as a bucket needs: path style, AWS Signature Version 4 checked, single ranges. */
function s3Server(): Server {
  const objects = new Map<string, Buffer>();
  return createServer(async (request, reply) => {
    if (!signatureHolds(request)) return reply.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>');
    const path = request.url ?? '';
    const pieces: Buffer[] = [];
    try {
      for await (const piece of request) pieces.push(piece as Buffer);
    } catch {
      return; // an upload that broke off leaves nothing
    }
    if (request.method === 'PUT') {
      objects.set(path, Buffer.concat(pieces));
      return reply.writeHead(200).end();
    }
    if (request.method === 'DELETE') {
      objects.delete(path);
      return reply.writeHead(204).end();
    }
    const object = objects.get(path);
    if (!object) return reply.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    return start === undefined ? reply.writeHead(200).end(object) : reply.writeHead(206).end(object.subarray(Number(start), Number(end) + 1));
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
function signatureHolds(request: IncomingMessage): boolean {
  const [, day = '', signed = '', signature] = /Credential=key\/(\d{8})\/us-east-1\/s3\/aws4_request, ?SignedHeaders=([\w;-]+), ?Signature=(\w+)/.exec(request.headers.authorization ?? '') ?? [];
  const headers = signed.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`).join('');
  const canonical = [request.method, request.url, '', headers, signed, request.headers['x-amz-content-sha256']].join('\n');
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], `${day}/us-east-1/s3/aws4_request`, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = [day, 'us-east-1', 's3', 'aws4_request'].reduce<string | Buffer>((from, part) => createHmac('sha256', from).update(part).digest(), `AWS4${SECRET}`);
  return createHmac('sha256', key).update(text).digest('hex') === signature;
}

const folder = mkdtempSync(join(tmpdir(), 'rahat-storage-'));
const server = s3Server();
const closers: Array<() => Promise<void>> = [];
beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
afterAll(async () => {
  for (const close of closers) await close();
  await new Promise((resolve) => server.close(resolve));
});

const endpoint = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const drivers: Array<[string, () => Storage]> = [
  ['the disk', () => createDiskStorage(folder)],
  ['a server that speaks S3', () => {
    const storage = createS3Storage({ endpoint: endpoint(), bucket: 'rahat', region: 'us-east-1', accessKeyId: 'key', secretAccessKey: SECRET });
    closers.push(storage.close);
    return storage;
  }],
];

async function* source(...pieces: string[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield Buffer.from(piece);
}

async function* broken(): AsyncGenerator<Buffer> {
  yield Buffer.from('12345');
  throw new Error('the source broke off');
}

async function text(content: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe.each(drivers)('storage on %s', (_name, make) => {
  it('gives back what was put, whole or a range of it', async () => {
    const storage = make();
    await storage.put('org/one', source('hello ', 'world'), 11);
    expect(await text(await storage.get('org/one'))).toBe('hello world');
    expect(await text(await storage.get('org/one', { start: 6, end: 8 }))).toBe('wor');
  });

  it('replaces what was put before', async () => {
    const storage = make();
    await storage.put('org/two', source('older'), 5);
    await storage.put('org/two', source('new'), 3);
    expect(await text(await storage.get('org/two'))).toBe('new');
  });

  it.each([
    ['breaks off', () => broken(), 10],
    ['ends early', () => source('123'), 10],
    ['is longer than was said', () => source('12345', '67890', '!'), 10],
  ])('keeps nothing when the content %s', async (_what, content, size) => {
    const storage = make();
    await expect(storage.put('org/three', content(), size)).rejects.toThrow();
    await expect(storage.get('org/three').then(text)).rejects.toThrow(MissingObjectError);
  });

  it('removes, and does not mind removing what is not there', async () => {
    const storage = make();
    await storage.put('org/four', source('x'), 1);
    await storage.remove('org/four');
    await storage.remove('org/four');
    await expect(storage.get('org/four').then(text)).rejects.toThrow(MissingObjectError);
  });

  it.each(['../outside', '/etc/passwd', 'a//b', 'A', ''])('takes no key like %j', async (key) => {
    await expect((async () => make().put(key, source('x'), 1))()).rejects.toThrow('This is no key of a storage');
  });
});

test('nothing half written is left on the disk', () => {
  expect(readdirSync(join(folder, 'org')).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('a request that is signed with another secret is refused', async () => {
  const storage = createS3Storage({ endpoint: endpoint(), bucket: 'rahat', region: 'us-east-1', accessKeyId: 'key', secretAccessKey: 'wrong' });
  await expect(storage.put('org/five', source('x'), 1)).rejects.toThrow('The storage answered 403');
  await storage.close();
});
