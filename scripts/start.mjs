// @ts-check
/** `npm start`: makes the tree runnable, then becomes `rahat start` (in this process, so that Ctrl-C has one receiver). */
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { ROOT } from './bootstrap/paths.mjs';

try {
  if (existsSync(join(ROOT, '.env'))) process.loadEnvFile(join(ROOT, '.env'));
  await bootstrap();
  process.env.RAHAT_ROOT ??= ROOT;
  process.argv.splice(2, 0, 'start');
  createRequire(import.meta.url)(join(ROOT, 'dist/cli/main.js'));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
