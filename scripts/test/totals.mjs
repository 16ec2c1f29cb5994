// @ts-check
import { existsSync, readFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, skipped: string[] }} Totals */

/**
 * Counts Jest's result. A file that could not even be loaded counts as one failed test.
 * @param {string} file
 * @returns {Totals | null} null when Jest ended before it could write one
 */
export function readTotals(file) {
  if (!existsSync(file)) return null;
  const result = JSON.parse(readFileSync(file, 'utf8'));
  /** @type {{ status: string, fullName: string, file: string }[]} */
  const tests = result.testResults.flatMap((/** @type {any} */ suite) =>
    suite.assertionResults.map((/** @type {any} */ test) => ({ ...test, file: suite.name })),
  );
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: tests.filter(({ status }) => ['pending', 'todo', 'skipped', 'disabled'].includes(status)).map(({ fullName, file: name }) => `${fullName}  (${name})`),
  };
}

/**
 * Prints the last line and says with which code to exit.
 * @param {{ exitCode: number, totals: Totals | null, broken: boolean }} outcome `broken`: something could not be built
 */
export function printTotals({ exitCode, totals, broken }) {
  const counted = totals ?? { passed: 0, failed: 0, skipped: [] };
  const { passed, skipped } = counted;
  const failed = counted.failed + (broken || !totals ? 1 : 0);
  if (skipped.length > 0) console.log(`\nSKIPPED, so nothing is known about:\n${skipped.map((name) => `  ${name}`).join('\n')}`);
  if (!totals) console.log('\nThe tests did not run to their end.');
  if (broken) console.log('\nNot everything could be built; see the beginning of this output.');
  console.log(`${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`);
  return failed > 0 ? 1 : exitCode;
}
