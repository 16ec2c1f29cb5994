import { holdsSomewhere, type Principal } from '#kernel/auth';
import type { BeneficiariesSlice } from '../beneficiaries';
import { BeneficiaryOrder } from '../beneficiaries';
import type { Consents } from '../consents';
import { transaction, type CoreDatabase } from '../database';
import type { DocumentStore } from '../documents';
import { columnsOf, type Exported } from './columns';
import type { ExportRepository, ExportRow } from './export.repository';
import { tell } from './export.service';
import { writers } from './writers';

export interface ExportDeps {
  database: CoreDatabase;
  repository: ExportRepository;
  beneficiaries: Pick<BeneficiariesSlice, 'selection' | 'access' | 'personalData'>;
  consents: Consents;
  documents: Pick<DocumentStore, 'intake' | 'find'>;
  /** What somebody may do now; null for who may do nothing any more. */
  principalOf(userId: string): Promise<Principal | null>;
  /** People that are read at once. */
  page: number;
}

const DAYS = 7;

/** Makes the file of an export. Begun anew after a crash: what an earlier run left is kept by nobody, and goes by itself. */
export async function runExport(deps: ExportDeps, id: string): Promise<void> {
  const { repository, database } = deps;
  const row = await repository.find(id);
  if (row?.status !== 'RUNNING') return;
  const principal = await deps.principalOf(row.createdById);
  if (!principal || !holdsSomewhere(principal, 'beneficiary:export')) {
    return fail(deps, row, 'FORBIDDEN');
  }
  const counts = { rows: 0, withheld: 0 };
  const { write, ending } = writers[row.format];
  const { headers, cells } = columnsOf(row.personal, { exportId: id, by: row.createdById, at: new Date().toISOString() });
  const document = {
    organizationId: row.organizationId,
    projectId: null,
    createdById: row.createdById,
    filename: `people-${id.slice(-12)}.${ending}`,
    kind: 'export',
    // Also without names it tells of people: who may read documents does not get it by that.
    sensitivity: 'PERSONAL' as const,
    retainUntil: new Date(Date.now() + DAYS * 86_400_000),
  };
  const rows = (async function* () {
    for await (const one of people(deps, row, principal, counts)) yield cells(one);
  })();
  const documentId = await deps.documents.intake.keep(document, write({ headers, rows }));
  if (!(await deps.documents.find(row.organizationId, documentId))) return fail(deps, row, 'FILE_REFUSED');
  await transaction(database, async (tx) => {
    if (await repository.end(tx, id, { status: 'READY', documentId, ...counts })) await tell(tx, 'ready', row, row.createdById, { documentId, ...counts });
  });
}

async function fail({ database, repository }: ExportDeps, row: ExportRow, failure: string): Promise<void> {
  await transaction(database, async (tx) => {
    if (await repository.end(tx, row.id, { status: 'FAILED', failure })) await tell(tx, 'failed', row, null, { failure });
  });
}

/** Whoever fits and may be exported by this caller, page by page. Counts along. */
async function* people({ beneficiaries, consents, page }: ExportDeps, row: ExportRow, principal: Principal, counts: { rows: number; withheld: number }): AsyncGenerator<Exported> {
  const { selection, access, personalData } = beneficiaries;
  const filter = await selection.checked(principal, row.filter);
  for (let after: string | null = null; ; ) {
    const seen = await selection.page(principal, { filter, order: BeneficiaryOrder.REGISTERED, after, limit: page });
    const ids = seen.map(({ id }) => id);
    const exportable = new Set((await access.find(principal, 'beneficiary:export', ids)).map(({ id }) => id));
    const chosen = seen.filter(({ id }) => exportable.has(id));
    const shareable = row.personal && row.purpose === 'SHARING' ? await consents.given('SHARING', ids) : exportable;
    const readable = row.personal ? chosen.filter(({ id }) => shareable.has(id)).map(({ id }) => id) : [];
    const personal = new Map((await personalData(principal, readable, `export ${row.id}`)).map((one) => [one.beneficiaryId, one]));
    for (const person of chosen) {
      counts.rows += 1;
      if (row.personal && !shareable.has(person.id)) counts.withheld += 1;
      yield { person, personal: personal.get(person.id) ?? null };
    }
    after = ids.at(-1) ?? null;
    if (seen.length < page || after === null) return;
  }
}
