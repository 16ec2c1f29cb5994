import type { Closers } from '#kernel/lifecycle';
import type { KeyProvider } from './key-provider';
import { createKeyfileProvider } from './keyfile-provider';
import { createTransitProvider } from './transit-provider';

/** Of the environment (../env.ts). */
export interface KeyEnv {
  PII_KEY_FILE?: string | undefined;
  PII_KMS_URL?: string | undefined;
  PII_KMS_MOUNT: string;
  PII_KMS_KEY: string;
  PII_KMS_TOKEN_FILE?: string | undefined;
  PII_KMS_NAMESPACE?: string | undefined;
}

/** Who holds the keys of this installation: a key service when one is named, else a file. */
export function openKeyProvider(env: KeyEnv, closers: Pick<Closers, 'add'>): KeyProvider {
  const { PII_KMS_URL: url, PII_KMS_TOKEN_FILE: tokenFile, PII_KEY_FILE: file } = env;
  if (url && tokenFile) {
    const keys = createTransitProvider({ url, tokenFile, mount: env.PII_KMS_MOUNT, key: env.PII_KMS_KEY, namespace: env.PII_KMS_NAMESPACE });
    closers.add('key service', () => keys.close());
    return keys;
  }
  if (!file) throw new Error('Neither a file of keys nor a key service is named.');
  return createKeyfileProvider(file);
}
