import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createStaging, type Staging } from './content/staging';
import { createClamdScanner } from './scan/clamd';
import { noScanner, type Scanner } from './scan/scanner';
import { createDiskStorage } from './storage/disk-storage';
import { createS3Storage } from './storage/s3-storage';
import type { Storage } from './storage/storage';

/** Where the content of documents lies, and who looks at it. */
export interface Stores {
  storage: Storage;
  staging: Staging;
  scanner: Scanner;
}

/** What the environment says of it; see env.ts. */
export interface StoresEnv {
  STATE_DIR: string;
  DOCUMENTS_DIR?: string | undefined;
  DOCUMENTS_S3_ENDPOINT?: string | undefined;
  DOCUMENTS_S3_BUCKET: string;
  DOCUMENTS_S3_REGION: string;
  DOCUMENTS_S3_CREDENTIALS_FILE?: string | undefined;
  CLAMD_URL?: string | undefined;
}

export function openStores(env: StoresEnv): Stores {
  const folder = env.DOCUMENTS_DIR ?? join(env.STATE_DIR, 'documents');
  return {
    storage: env.DOCUMENTS_S3_ENDPOINT ? createS3Storage({ endpoint: env.DOCUMENTS_S3_ENDPOINT, bucket: env.DOCUMENTS_S3_BUCKET, region: env.DOCUMENTS_S3_REGION, ...credentialsIn(env.DOCUMENTS_S3_CREDENTIALS_FILE, 'DOCUMENTS_S3_CREDENTIALS_FILE') }) : createDiskStorage(join(folder, 'stored')),
    staging: createStaging(join(folder, 'uploads')),
    scanner: env.CLAMD_URL ? createClamdScanner(env.CLAMD_URL) : noScanner,
  };
}

/** A file of two lines: access key id, secret access key. */
export function credentialsIn(file: string | undefined, variable: string): { accessKeyId: string; secretAccessKey: string } {
  const [accessKeyId, secretAccessKey] = file ? readFileSync(file, 'utf8').split('\n').map((line) => line.trim()) : [];
  if (!accessKeyId || !secretAccessKey) throw new Error(`${variable} must hold two lines: access key id and secret access key.`);
  return { accessKeyId, secretAccessKey };
}
