import { guessMapping, type GuessedColumn } from '../../subgraphs/core/imports/mapping';
import { normaliseRow } from '../../subgraphs/core/imports/normalising';
import { readTable } from '../../subgraphs/core/imports/reading';
import { chunked } from '../../subgraphs/core/imports/reading/testing/rows-of';
import { workbook } from '../../subgraphs/core/imports/reading/testing/workbook';
import { table } from '../markdown';
import { say } from '../progress';
import type { Report } from '../report';
import { median } from '../statistics';

const ROWS = 131_072;
const ROUNDS = 3;
const HEADERS = ['referenceId', 'fullName', 'phoneNumber', 'gender', 'birthdate', 'preferredLanguage', 'nationalId', 'village'];
const SETTINGS = { country: 'KE', dateOrder: 'DMY', today: '2026-01-01' } as const;

/** How many rows a second the pure part of an import reads, and reads and normalises, by the kind of file. */
export async function measureImportReading(): Promise<Report> {
  const rows = Array.from({ length: ROWS }, (_, n) => cellsOf(n));
  const files = { CSV: csv(rows), JSON: json(rows), XLSX: xlsx(rows) };
  const measured: Array<readonly (string | number)[]> = [];
  for (const [kind, bytes] of Object.entries(files)) {
    say(`import-reading: ${kind}`);
    measured.push([kind, (bytes.length / 2 ** 20).toFixed(1), await rate(bytes, false), await rate(bytes, true)]);
  }
  return { title: 'Reading registrations', blocks: [EXPLANATION, table(HEAD, measured)] };
}

const HEAD = ['Kind', 'MiB', 'read rows/s', 'read and normalised rows/s'];
const EXPLANATION = `${ROWS.toLocaleString('en')} people of ${HEADERS.length} columns, from bytes in memory to cells, and on to what is stored of a person (phone in E.164, dates, words of
genders and languages), without a database, on one core. Median of ${ROUNDS} rounds.`;

function cellsOf(n: number): string[] {
  const two = (value: number): string => String(value).padStart(2, '0');
  return [`R-${n}`, `Barbara Núria Floyd ${n}`, `0708${String(n).padStart(6, '0')}`, n % 2 ? 'Féminin' : 'Masculin ', `${two((n % 28) + 1)}-${two((n % 12) + 1)}-${1950 + (n % 60)}`, 'sw', String(30_000_000 + n), 'Ahero'];
}

function csv(rows: string[][]): Buffer {
  return Buffer.from([HEADERS, ...rows].map((cells) => cells.join(',')).join('\n'));
}

function json(rows: string[][]): Buffer {
  return Buffer.from(JSON.stringify(rows.map((cells) => Object.fromEntries(cells.map((cell, index) => [HEADERS[index], cell])))));
}

function xlsx(rows: string[][]): Buffer {
  const written = [HEADERS, ...rows].map((cells) => `<row>${cells.map((cell) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`).join('')}</row>`);
  return workbook({ sheets: { People: written.join('') } });
}

async function rate(bytes: Buffer, normalising: boolean): Promise<string> {
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    let mapping: GuessedColumn[] = [];
    for await (const { row, cells } of readTable(chunked(bytes, 65_536))) {
      if (row === 1) mapping = guessMapping(cells);
      else if (normalising) normaliseRow(cells, mapping, SETTINGS);
    }
    seconds.push((performance.now() - start) / 1000);
  }
  return Math.round(ROWS / median(seconds)).toLocaleString('en');
}
