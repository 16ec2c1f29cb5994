import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import type { Logger } from '#kernel/telemetry';

/** Documents by the hash of their text, as clients have sent them: forgotten when there are many. */
export interface AutomaticDocuments {
  get(hash: string): string | null | Promise<string | null>;
  set(hash: string, text: string): void;
}

const DOCUMENTS = 2000;
const CHARACTERS = 16 * 1024 * 1024;

export function createMemoryDocuments(): AutomaticDocuments {
  const texts = new LRUCache<string, string>({ max: DOCUMENTS, maxSize: CHARACTERS, sizeCalculation: (text) => text.length + 1 });
  return {
    get: (hash) => texts.get(hash) ?? null,
    set: (hash, text) => void texts.set(hash, text),
  };
}

const PREFIX = 'rahat:document:';
const KEPT_SECONDS = 24 * 60 * 60;

/** Kept here and in Redis, so that a client need not send a document to every gateway. Without Redis they are kept here alone. */
export function createSharedDocuments(redis: Redis, own: AutomaticDocuments, logger: Logger): AutomaticDocuments {
  const failed = (error: unknown): null => {
    logger.debug({ err: error }, 'a document is kept or looked for in this process alone');
    return null;
  };
  return {
    get: (hash) =>
      own.get(hash) ??
      redis.get(PREFIX + hash).then((text) => {
        if (text !== null) own.set(hash, text);
        return text;
      }, failed),
    set: (hash, text) => {
      own.set(hash, text);
      redis.set(PREFIX + hash, text, 'EX', KEPT_SECONDS).catch(failed);
    },
  };
}
