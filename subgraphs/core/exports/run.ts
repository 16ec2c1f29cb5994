import { holdsSomewhere, type Principal } from '#kernel/auth';
import type { Attributes } from '../attributes';
import type { BeneficiariesSlice } from '../beneficiaries';
import { BeneficiaryOrder } from '../beneficiaries';
import type { Consents } from '../consents';
import { transaction, type CoreDatabase } from '../database';
import type { DocumentStore } from '../documents';
import { chosenColumns, tableOf, type Exported } from './columns';
import type { ExportRepository, ExportRow } from './export.repository';
import { tell } from './export.service';
import { writers } from './writers';

export interface ExportDeps {
  database: CoreDatabase;
  repository: ExportRepository;
  beneficiaries: Pick<BeneficiariesSlice, 'selection' | 'access' | 'personalData'>;
  consents: Consents;
  attributes: Pick<Attributes, 'checker'>;
  documents: Pick<DocumentStore, 'intake' | 'find' | 'discardOthers'>;
  /** What somebody may do now; null for who may do nothing any more. */
  principalOf(userId: string): Promise<Principal | null>;
  /** People that are read at once. */
  page: number;
}

const DAYS = 7;

/** Whoever asked for the file may export nobody (any more). */
class Denied extends Error {}

/** Makes the file of an export. Begun anew after a crash; what an earlier run left, or one beside this, is deleted. */
export async function runExport(deps: ExportDeps, id: string): Promise<void> {
  const { repository, database, documents } = deps;
  const row = await repository.find(id);
  if (row?.status !== 'RUNNING') return;
  const counts = { rows: 0, withheld: 0 };
  const { write, ending } = writers[row.format];
  const columns = chosenColumns(await deps.attributes.checker(row.organizationId, null), row);
  const { headers, cells } = tableOf(columns, { exportId: id, by: row.createdById, at: new Date().toISOString() });
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
    for await (const one of people(deps, row, counts)) yield cells(one);
  })();
  const documentId = await documents.intake.keep(document, write({ headers, rows })).catch((error: unknown) => {
    if (error instanceof Denied) return null;
    throw error;
  });
  if (documentId === null) return fail(deps, row, 'FORBIDDEN');
  if (!(await documents.find(row.organizationId, documentId))) return fail(deps, row, 'FILE_REFUSED');
  await transaction(database, async (tx) => {
    if (await repository.end(tx, id, { status: 'READY', documentId, ...counts })) await tell(tx, 'ready', row, row.createdById, { documentId, ...counts });
  });
  await documents.discardOthers(row.organizationId, document, (await repository.find(id))?.documentId ?? null);
}

/** Nobody waits for ever for a file that could not be made. */
export async function giveUp(deps: ExportDeps, id: string): Promise<void> {
  const row = await deps.repository.find(id);
  if (row) await fail(deps, row, 'GIVEN_UP');
}

async function fail({ database, repository }: ExportDeps, row: ExportRow, failure: string): Promise<void> {
  await transaction(database, async (tx) => {
    if (await repository.end(tx, row.id, { status: 'FAILED', failure })) await tell(tx, 'failed', row, null, { failure });
  });
}

/** Whoever fits and may be exported by who asked, page by page; their rights are looked up for each. Counts along. @throws Denied */
async function* people({ beneficiaries, consents, page, principalOf }: ExportDeps, row: ExportRow, counts: { rows: number; withheld: number }): AsyncGenerator<Exported> {
  const { selection, access, personalData } = beneficiaries;
  for (let after: string | null = null; ; ) {
    const principal = await principalOf(row.createdById);
    if (!principal || !holdsSomewhere(principal, 'beneficiary:export')) throw new Denied();
    const filter = await selection.checked(principal, row.filter);
    const seen = await selection.page(principal, { filter, order: BeneficiaryOrder.REGISTERED, after, limit: page });
    const ids = seen.map(({ id }) => id);
    const exportable = new Set((await access.find(principal, 'beneficiary:export', ids)).map(({ id }) => id));
    const fitting = seen.filter(({ id }) => exportable.has(id));
    // Who has not agreed is not told of at all: a reference, a day of birth and an area say who somebody is as well as a name.
    const agreed = row.purpose === 'SHARING' ? await consents.given('SHARING', ids) : exportable;
    const chosen = fitting.filter(({ id }) => agreed.has(id));
    const personal = new Map((row.personal ? await personalData(principal, chosen.map(({ id }) => id), `export ${row.id}`) : []).map((one) => [one.beneficiaryId, one]));
    counts.withheld += fitting.length - chosen.length;
    for (const person of chosen) {
      counts.rows += 1;
      yield { person, personal: personal.get(person.id) ?? null };
    }
    after = ids.at(-1) ?? null;
    if (seen.length < page || after === null) return;
  }
}
