import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ask } from '../../start/graphql-client';
import { readImportOptions } from './options';
import { createProgressBar, lineOf } from './progress-bar';
import { runImport } from './run-import';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-import-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

interface Batch {
  status: string;
  dryRun?: boolean;
  dateOrder?: string | null;
  counts?: Partial<Record<'total' | 'valid' | 'invalid' | 'duplicate' | 'skipped' | 'committed' | 'toUpdate' | 'updated', number>>;
}

/** A gateway whose import stands at each of these, one after the other. */
function gateway(...states: Batch[]): { ask: Ask; asked: string[] } {
  const asked: string[] = [];
  let at = 0;
  const batch = () => {
    const { counts, ...state } = states[Math.min(at, states.length - 1)] ?? { status: 'GONE' };
    return {
      ...{ id: 'i-1', dryRun: false, dateOrder: null, notices: [], mapping: [{ column: 0, header: 'Name', field: 'fullName', confidence: 1 }], failure: null, rows: { edges: [] } },
      ...{ counts: { total: 3, valid: 0, invalid: 0, duplicate: 0, skipped: 0, committed: 0, toUpdate: 0, updated: 0, ...counts }, progress: { phase: state.status, done: 0, total: 3 }, ...state },
    };
  };
  const ask = (document: { definitions: readonly unknown[] }) => {
    const name = (document.definitions[0] as { name: { value: string } }).name.value;
    asked.push(name);
    if (name === 'ImportRead') at += asked.filter((one) => one === 'ImportRead').length > 1 ? 1 : 0;
    return Promise.resolve({ requestUpload: { uploadUrl: null, document: { id: 'd-1' } }, document: { status: 'STORED' }, startImport: batch(), commitImport: batch(), importBatch: batch() });
  };
  return { ask: ask as never, asked };
}

async function run(states: Batch[], args: string[], agrees = false): Promise<{ exitCode: number; said: string; asked: string[] }> {
  const { ask, asked } = gateway(...states);
  const said: string[] = [];
  const bar = createProgressBar(process.stderr, true);
  const options = readImportOptions([file('people.csv', 'Name\nA\n'), '--country', 'KE', ...args]);
  const { exitCode } = await runImport({ ask, bar, say: (text) => void said.push(text), confirm: () => Promise.resolve(agrees) }, options);
  return { exitCode, said: said.join('\n'), asked };
}

describe('rahat import', () => {
  const review = { status: 'IN_REVIEW', counts: { valid: 2, invalid: 1 } };

  test('registers when somebody agrees, and says by its exit code that rows are left', async () => {
    const { exitCode, said, asked } = await run([review, { status: 'PARTIALLY_COMMITTED', counts: { committed: 2, invalid: 1 } }], [], true);
    expect([exitCode, asked.includes('ImportCommit')]).toEqual([2, true]);
    expect(said).toContain('2 people are registered.');
  });

  test('ends with 0 when every row is registered', async () => {
    expect((await run([{ status: 'IN_REVIEW', counts: { valid: 3 } }, { status: 'COMMITTED', counts: { committed: 3 } }], ['--yes'])).exitCode).toBe(0);
  });

  test.each([
    ['nobody agrees', [review], [], 3],
    ['the file does not tell in which order dates are written', [{ ...review, dateOrder: 'AMBIGUOUS' }], ['--yes'], 3],
    ['it is a dry run with bad rows', [{ ...review, dryRun: true }], ['--yes', '--dry-run'], 2],
    ['it is a dry run of a good file', [{ status: 'IN_REVIEW', dryRun: true, counts: { valid: 3 } }], ['--yes', '--dry-run'], 0],
    ['the file cannot be read', [{ status: 'FAILED' }], ['--yes'], 1],
  ] as const)('registers nobody when %s', async (_why, states, args, code) => {
    const { exitCode, asked } = await run([...states], [...args]);
    expect([exitCode, asked.includes('ImportCommit')]).toEqual([code, false]);
  });

  test('takes a mapping as a field for each column in order', () => {
    const options = readImportOptions(['people.csv', '--country', 'KE', '--mapping', file('mapping.json', '["fullName", null, "phone"]')]);
    expect(options.mapping).toEqual([{ column: 0, field: 'fullName' }, { column: 1, field: null }, { column: 2, field: 'phone' }]);
  });

  test('says how it is used when the file or the country is missing', () => {
    expect(() => readImportOptions(['people.csv'])).toThrow(/^Usage: rahat import/);
    expect(() => readImportOptions(['--country', 'KE'])).toThrow(/^Usage: rahat import/);
  });

  test('draws how far a phase is on a terminal only', () => {
    expect(lineOf('COMMITTING', 1500, 6000)).toBe(`committing     [${'#'.repeat(8)}${'.'.repeat(22)}]  25 %  1,500 of 6,000`);
    expect(lineOf('READING', 12, null)).toBe('reading        12');
    const written: string[] = [];
    const out = (isTTY: boolean) => ({ isTTY, write: (text: string) => written.push(text) > 0 });
    createProgressBar(out(false) as never, false).show('READING', 1, 2);
    createProgressBar(out(true) as never, true).show('READING', 1, 2);
    expect(written).toEqual([]);
    createProgressBar(out(true) as never, false).show('READING', 1, 2);
    expect(written).toHaveLength(1);
  });
});
