import type { Redis } from 'ioredis';
import type { Closers } from '#kernel/lifecycle';
import type { Logger } from '#kernel/telemetry';
import type { GatewayEnv } from '../env';
import { createMemoryDocuments, createSharedDocuments, type AutomaticDocuments } from './automatic-documents';
import { createDocumentFinder, type FindDocument } from './find-document';
import { openTrustedDocuments } from './trusted-documents';

/** What clients may run, as the environment says. @throws Error when the trusted documents cannot be read. */
export function openDocuments(env: GatewayEnv, { redis, logger }: { redis: Redis | null; logger: Logger }, closers: Closers): FindDocument {
  const trusted = env.TRUSTED_DOCUMENTS === 'off' ? null : openTrustedDocuments(env.TRUSTED_DOCUMENTS_FILE, logger);
  if (trusted) closers.add('trusted documents', () => trusted.close());
  return createDocumentFinder({ trusted, trustedOnly: env.TRUSTED_DOCUMENTS === 'enforce', automatic: env.AUTOMATIC_PERSISTED_QUERIES ? automaticDocuments(redis, logger) : null });
}

function automaticDocuments(redis: Redis | null, logger: Logger): AutomaticDocuments {
  const own = createMemoryDocuments();
  return redis ? createSharedDocuments(redis, own, logger) : own;
}
