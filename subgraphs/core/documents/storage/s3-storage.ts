import { Readable } from 'node:stream';
import { AwsV4Signer } from 'aws4fetch';
import { Agent, request, type Dispatcher } from 'undici';
import { MissingObjectError, checkedKey, exactly, type Storage } from './storage';

/** A bucket of a server that speaks the S3 protocol. */
export interface S3Settings {
  /** For example `https://s3.eu-west-1.amazonaws.com`; the bucket is the first part of the path, which every server understands. */
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

const TIMEOUT_MS = 30_000;

/**
 * Storage in an S3 bucket. One PUT for each object, which the protocol makes atomic (up to 5 GiB). Content is streamed, so its hash is
 * not signed (`UNSIGNED-PAYLOAD`); TLS and our own SHA-256 guard it.
 */
export function createS3Storage(settings: S3Settings): Storage & { close(): Promise<void> } {
  const agent = new Agent({ connections: 16, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  const send = async (method: 'PUT' | 'GET' | 'DELETE', key: string, more: { headers?: Record<string, string>; body?: Readable } = {}): Promise<Dispatcher.ResponseData> => {
    const address = `${settings.endpoint.replace(/\/$/, '')}/${settings.bucket}/${checkedKey(key)}`;
    const { accessKeyId, secretAccessKey, region } = settings;
    const signer = new AwsV4Signer({ method, url: address, headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, accessKeyId, secretAccessKey, region, service: 's3' });
    const { url, headers } = await signer.sign();
    return request(url, { method, dispatcher: agent, headers: { ...Object.fromEntries(headers), ...more.headers }, body: more.body ?? null });
  };
  return {
    put: async (key, content, size) => {
      const body = Readable.from(exactly(content, size), { objectMode: false });
      await expectStatus(await send('PUT', key, { body, headers: { 'content-length': String(size) } }), [200]);
    },
    get: async (key, range) => {
      const response = await send('GET', key, range ? { headers: { range: `bytes=${range.start}-${range.end}` } } : {});
      if (response.statusCode !== (range ? 206 : 200)) await expectStatus(response, []);
      return response.body;
    },
    remove: async (key) => expectStatus(await send('DELETE', key), [200, 204, 404]),
    close: () => agent.destroy(),
  };
}

async function expectStatus({ statusCode, body }: Dispatcher.ResponseData, expected: readonly number[]): Promise<void> {
  await body.dump();
  if (statusCode === 404 && !expected.includes(404)) throw new MissingObjectError('The storage answered 404.');
  if (!expected.includes(statusCode)) throw new Error(`The storage answered ${statusCode}.`);
}
