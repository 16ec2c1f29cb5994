import fc from 'fast-check';
import { CsvRecords } from './csv-records';
import { defaultLimits } from './source-table';

function recordsOf(chunks: string[]): string[][] {
  const records = new CsvRecords(';', defaultLimits);
  return [...chunks.flatMap((chunk) => records.take(chunk)), ...records.end()];
}

const cell = fc.string({ unit: fc.constantFrom('a', '"', ';', ',', '\n', '\r', ' ', 'é', '👩🏽') });
const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 });
const written = (rows: string[][], lineEnd: string): string => rows.map((cells) => cells.map((text) => `"${text.replace(/"/g, '""')}"`).join(';') + lineEnd).join('');

test('what was written by RFC 4180 is read back, whatever the line ends and wherever chunks end', () => {
  fc.assert(
    fc.property(table, fc.constantFrom('\n', '\r\n', '\r'), fc.integer({ min: 1, max: 9 }), (rows, lineEnd, size) => {
      const text = written(rows, lineEnd);
      const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, index) => text.slice(index * size, (index + 1) * size));
      expect(recordsOf(chunks)).toEqual(rows);
    }),
  );
});

test('any text is read the same wherever chunks end', () => {
  fc.assert(
    fc.property(cell, fc.nat(), (text, cut) => {
      const at = text.length === 0 ? 0 : cut % text.length;
      const read = (chunks: string[]): unknown => {
        try {
          return recordsOf(chunks);
        } catch (error) {
          return error instanceof Error ? error.message : error;
        }
      };
      expect(read([text.slice(0, at), text.slice(at)])).toEqual(read([text]));
    }),
  );
});

test('what stands after a closing quotation mark belongs to the cell', () => {
  expect(recordsOf(['"ab"c;x "y" z;""\n;'])).toEqual([['abc', 'x "y" z', ''], ['', '']]);
});
