import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { guessMapping, type GuessedColumn } from './mapping';
import { DateOrderDetector, normaliseRow, type RowProblem } from './normalising';
import { readTable, type SourceRow } from './reading';
import { chunked } from './reading/testing/rows-of';

const TODAY = '2026-11-23';

async function read(stream: () => AsyncIterable<Uint8Array>, country: string) {
  let mapping: GuessedColumn[] = [];
  const rows: SourceRow[] = [];
  for await (const row of readTable(stream())) {
    if (mapping.length === 0) mapping = guessMapping(row.cells);
    else rows.push(row);
  }
  const detector = new DateOrderDetector(mapping, { today: TODAY });
  for (const { cells } of rows) detector.add(cells);
  const { order, state } = detector.verdict();
  const read = rows.map(({ cells }) => normaliseRow(cells, mapping, { country, dateOrder: order, today: TODAY }));
  const errors = (found: RowProblem[]): string[] => found.filter(({ severity }) => severity === 'ERROR').map(({ column, code }) => `${column} ${code}`);
  return { state, order, people: read.map(({ person }) => person), errors: read.map(({ problems }) => errors(problems)) };
}

test('a file as registrars write it is read from bytes to people without anything being said of it', async () => {
  const file = [
    'phoneNumber;preferredLanguage;name;middlename;firstname;gender;birthdate;documentid;headhousehold;girls;whatsappPhoneNumber',
    '254708374149;nl;Gibbs;Max;Johanna;Féminin;15-03-1990;GoNdk;Oui;3;14155238886',
    '2,54708E+11;en;Freeman; ;Glenn;Masculin ;03-04-1991;x;Non;0;',
  ].join('\r\n');
  const { state, order, people, errors } = await read(() => chunked(file), 'KE');
  expect([state, order]).toEqual(['DECIDED', 'DMY']);
  expect(errors).toEqual([[], ['phoneNumber MANGLED_NUMBER']]);
  expect(people).toMatchObject([
    { fullName: 'Johanna Max Gibbs', phones: ['+254708374149', '+14155238886'], gender: 'FEMALE', birthDate: '1990-03-15', attributes: { girls: '3' } },
    { fullName: 'Glenn Freeman', gender: 'MALE', birthDate: '1991-04-03', household: { head: false } },
  ]);
});

/** Public test registrations of a humanitarian platform, where they are at hand: IMPORT_SAMPLES names their folder, beside the repository otherwise. */
const SAMPLES = process.env.IMPORT_SAMPLES ?? join(__dirname, '../../../../shared/data/registrations');
const present = existsSync(SAMPLES);
if (!present) console.warn('The sample registrations are not here (IMPORT_SAMPLES): their tests are skipped.');

(present ? test : test.skip)('every sample file is read whole, and only numbers that spreadsheets have mangled and impossible phones are refused', async () => {
  for (const file of readdirSync(SAMPLES).filter((name) => name.endsWith('.csv'))) {
    const { people, errors } = await read(() => createReadStream(join(SAMPLES, file)), 'NL');
    expect(people.length).toBeGreaterThan(0);
    const others = errors.flat().filter((error) => !/ (MANGLED_NUMBER|PHONE_INVALID)$/.test(error));
    expect(others).toEqual([]);
    const refused = errors.filter((found) => found.length > 0).length;
    if (/Safaricom|CBE/.test(file)) expect(refused).toBe(people.length);
    else expect(refused).toBeLessThan(people.length / 10);
  }
});
