// @ts-check
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from './paths.mjs';

const FOLDER = join(ROOT, '.rahat');
const FILE = join(FOLDER, 'bootstrap.lock');
const PATIENCE_MS = 180_000;

/**
 * Lets one bootstrap at a time write into the tree: `npm start` in one terminal and `npm test` in another meet here.
 * @param {() => Promise<void>} work
 */
export async function withLock(work) {
  mkdirSync(FOLDER, { recursive: true });
  const started = Date.now();
  while (!take()) {
    if (Date.now() - started > PATIENCE_MS) throw new Error(`Another bootstrap holds ${FILE}; if none is running, delete that file.`);
    await sleep(200);
  }
  try {
    await work();
  } finally {
    rmSync(FILE, { force: true });
  }
}

function take() {
  try {
    writeFileSync(FILE, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!holderLives()) rmSync(FILE, { force: true });
    return false;
  }
}

function holderLives() {
  try {
    process.kill(Number(readFileSync(FILE, 'utf8')) || -1, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
