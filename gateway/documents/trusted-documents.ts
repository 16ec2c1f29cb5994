import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '#kernel/telemetry';
import { readManifest, type Documents } from '#kernel/trusted-documents';

/** Documents that clients may run, as their makers have registered them. */
export interface TrustedDocuments {
  byId(id: string): string | null;
  /** Whether a text is, to the letter, one of them. */
  hasText(text: string): boolean;
  close(): void;
}

const LOOK_AGAIN_MS = 2000;

/**
 * Trusted documents from a manifest file, or from all `*.json` of a folder. Changes are seen within seconds; a change that cannot be read is
 * reported, and what was known goes on to hold.
 * @throws Error when it cannot be read at the beginning.
 */
export function openTrustedDocuments(path: string, logger: Logger, lookAgainMs = LOOK_AGAIN_MS): TrustedDocuments {
  let seen = stampOf(path);
  let byId = readAll(path);
  let texts = new Set(byId.values());
  // Looked at, not watched: files on network file systems and mounted secrets change without telling.
  const looking = setInterval(() => {
    try {
      const stamp = stampOf(path);
      if (stamp === seen) return;
      seen = stamp;
      byId = readAll(path);
      texts = new Set(byId.values());
      logger.info({ path, documents: byId.size }, 'the trusted documents have changed');
    } catch (error) {
      logger.error({ err: error, path }, 'the trusted documents cannot be read; those from before hold');
    }
  }, lookAgainMs).unref();
  return {
    byId: (id) => byId.get(id) ?? null,
    hasText: (text) => texts.has(text),
    close: () => clearInterval(looking),
  };
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => join(path, name));
}

function stampOf(path: string): string {
  return filesOf(path)
    .map((file) => [file, statSync(file)] as const)
    .map(([file, { mtimeMs, size, ino }]) => `${file} ${mtimeMs} ${size} ${ino}`)
    .join('\n');
}

function readAll(path: string): Documents {
  return new Map(filesOf(path).flatMap((file) => [...readManifest(readFileSync(file, 'utf8'))]));
}
