// @ts-check
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** Stamps of what was made; inside node_modules, so that a new installation makes everything anew. */
export const CACHE = join(ROOT, 'node_modules', '.cache', 'rahat');
