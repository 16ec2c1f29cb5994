import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureSigningKey } from '#kernel/auth';
import { createQueueAdmin } from '#kernel/jobs';
import { createLogger } from '#kernel/telemetry';
import { createSlices, type SlicesDeps } from '../app';
import type { CoreDatabase } from '../database';
import { openStores, type Stores } from '../documents';
import { createKeyfileProvider, createProtectedData, type ProtectedData } from '../protected-data';

/** Keys and secrets for one test file, in a folder of its own. */
export function createKeys(): { jwtPrivateKeyFiles: string[]; identitySecretFile: string; protectedData: ProtectedData } {
  const folder = mkdtempSync(join(tmpdir(), 'rahat-keys-'));
  const [key, secret] = [join(folder, 'key.pem'), join(folder, 'identity.secret')];
  ensureSigningKey(key, `${key}.pub`);
  writeFileSync(secret, randomBytes(32).toString('base64url'), { mode: 0o600 });
  return { jwtPrivateKeyFiles: [key], identitySecretFile: secret, protectedData: createTestProtectedData(folder) };
}

/** Protected data with keys of its own, in a folder. */
export function createTestProtectedData(folder = mkdtempSync(join(tmpdir(), 'rahat-keys-'))): ProtectedData {
  const [keys, indexKey] = [join(folder, 'personal-data.keys'), join(folder, 'personal-data-index.secret')];
  writeFileSync(keys, `1 ${randomBytes(32).toString('base64url')}`, { mode: 0o600 });
  writeFileSync(indexKey, randomBytes(32).toString('base64url'), { mode: 0o600 });
  return createProtectedData(createKeyfileProvider(keys), indexKey);
}

/** Content on the disk, in a folder of its own; nobody looks for viruses. */
export function createTestStores(): Stores {
  return openStores({ STATE_DIR: mkdtempSync(join(tmpdir(), 'rahat-documents-')), DOCUMENTS_S3_BUCKET: '', DOCUMENTS_S3_REGION: '' });
}

/** The slices of core as the API process wires them, with keys of their own, no images, and nobody to send codes with. */
export function createTestSlices(database: CoreDatabase, changes: Partial<SlicesDeps> = {}): ReturnType<typeof createSlices> {
  return createSlices({
    database,
    describe: () => Promise.reject(new Error('no images')),
    ...createKeys(),
    stores: createTestStores(),
    largestDocument: 64 * 1024 * 1024,
    signIn: { origin: 'https://app.example.org', chainIds: [1], senders: {}, oidcProviders: [] },
    // Nothing connects before it is used: tests that look at queues say where they are.
    queues: createQueueAdmin({ databaseUrl: 'postgresql://nobody@127.0.0.1:1/none' }),
    logger: createLogger({ name: 'test', level: 'silent' }),
    ...changes,
  });
}
