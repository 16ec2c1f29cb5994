// @ts-check
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { ROOT } from '../bootstrap/paths.mjs';

// What a test leaves open (a connection, a child process) would keep Jest waiting for ever after its last test.
const PATIENCE_MS = 10_000;

/**
 * Runs Jest to its end and tells its exit code. Ctrl-C ends Jest, not us: the caller still has a database to stop.
 * @param {string} resultFile where Jest writes its result when the last test has ended
 * @param {string[]} args
 * @param {Record<string, string>} env
 * @returns {Promise<number>}
 */
export function runJest(resultFile, args, env) {
  const child = spawn(process.execPath, ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${resultFile}`, ...args], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'test', ...env },
    // --json prints the whole result once more on standard output; people read standard error.
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  /** @param {NodeJS.Signals} signal */
  const pass = (signal) => void child.kill(signal);
  process.on('SIGINT', pass);
  process.on('SIGTERM', pass);
  const stopWaiting = endWhenDone(child, resultFile);
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('exit', (code, signal) => {
      stopWaiting();
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']);
    });
  });
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} resultFile
 * @returns {() => void} ends the watch
 */
function endWhenDone(child, resultFile) {
  let doneSince = 0;
  const watch = setInterval(() => {
    if (!existsSync(resultFile)) return;
    doneSince ||= Date.now();
    if (Date.now() - doneSince < PATIENCE_MS) return;
    console.error('\nThe tests have ended, but one of them left something open; Jest is ended by force and counts as failed.');
    child.kill('SIGKILL');
    clearInterval(watch);
  }, 500);
  return () => clearInterval(watch);
}
