import { AppError } from '#kernel/errors';
import type { DocumentStore } from '../documents';
import { openBatchFile } from './batch-file';
import { inChunks } from './in-chunks';
import type { BatchRow, ImportRepository, ImportRow } from './import.repository';
import { neutraliseFormula, type RowProblem } from './normalising';

const CHUNK = 500;
const DAYS = 7;
const ADDED = ['import_row', 'import_status', 'import_column', 'import_code', 'import_message', 'import_advice'];

/**
 * Makes a document of the rows that were not registered, as they stand in the file, each with what is wrong with it and what to do: to be corrected
 * and imported again. It is personal, and kept for a week. @returns the id of the document.
 * @throws AppError INVALID_TRANSITION where no row has anything to report.
 */
export async function reportErrors(deps: { repository: ImportRepository; documents: Pick<DocumentStore, 'read' | 'intake'> }, batch: BatchRow, createdById: string): Promise<string> {
  const [first] = await bad(deps.repository, batch.id, 0, 1);
  if (!first) throw new AppError('INVALID_TRANSITION', 'No row of this import has a problem.', { field: 'id' });
  const document = { organizationId: batch.organizationId, projectId: batch.projectId, createdById, filename: `import-${batch.id.slice(-12)}-errors.csv`, kind: 'import-errors', sensitivity: 'PERSONAL' as const, retainUntil: new Date(Date.now() + DAYS * 86_400_000) };
  return deps.documents.intake.keep(document, lines(deps, batch));
}

async function* lines(deps: { repository: ImportRepository; documents: Pick<DocumentStore, 'read'> }, batch: BatchRow): AsyncGenerator<Uint8Array> {
  const rows = await openBatchFile(deps.documents, batch);
  const header = await rows.next();
  if (header.done) return;
  // With a mark, so that spreadsheets read it as UTF-8.
  yield Buffer.from(`\ufeff${csvLine([...header.value.cells, ...ADDED])}`);
  for await (const chunk of inChunks(rows, CHUNK, () => true)) {
    const [from, to] = [chunk[0]?.row ?? 0, chunk.at(-1)?.row ?? 0];
    const found = new Map((await bad(deps.repository, batch.id, from - 1, CHUNK)).filter(({ row }) => row <= to).map((row) => [row.row, row]));
    const text = chunk.flatMap(({ row, cells }) => {
      const one = found.get(row);
      return one ? [csvLine([...cells, ...reportOf(one)])] : [];
    });
    if (text.length > 0) yield Buffer.from(text.join(''));
  }
}

async function bad(repository: ImportRepository, batchId: string, after: number, count: number): Promise<ImportRow[]> {
  const pages = await Promise.all((['INVALID', 'DUPLICATE'] as const).map((status) => repository.rows(batchId, status, { first: count, after: String(after) })));
  return pages.flat().sort((a, b) => a.row - b.row);
}

function reportOf({ row, status, problems }: ImportRow): string[] {
  const list = problems as unknown as RowProblem[];
  const all = (pick: (problem: RowProblem) => string): string => list.map(pick).join(' | ');
  return [String(row), status, all(({ column }) => column), all(({ code }) => code), all(({ message }) => message), all(({ advice }) => advice)];
}

/** RFC 4180; what a spreadsheet would run is made text. */
function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => `"${neutraliseFormula(cell).replaceAll('"', '""')}"`).join(',')}\r\n`;
}
