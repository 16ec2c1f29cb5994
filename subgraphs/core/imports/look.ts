import { updateSchema, type PersonChange, type Registration } from '../beneficiaries';
import { attributeReader } from './attribute-values';
import type { BatchRow } from './import.repository';
import { normaliseRow, rowProblem, type ImportedPerson, type NormaliseSettings, type RowProblem } from './normalising';
import type { PhaseDeps } from './phase';
import type { SourceRow } from './reading';
import { problemsOf, registrationOf } from './registration-of';
import { ImportMode, mayRegisterAt, readMapping, readReach, readSettings } from './settings';

/** What a row says. */
export interface Told {
  person: Partial<ImportedPerson>;
  /** Values of attributes, as their definitions have them. */
  values: Record<string, unknown>;
}

/** A row, looked at. */
export interface Looked {
  row: number;
  problems: RowProblem[];
  /** Null when an error keeps the row from being used. */
  told: Told | null;
  /** The person to register; null where the file registers nobody. */
  registration: Registration | null;
}

export type Look = (source: SourceRow) => Looked;

/** How the rows of a batch are read: the same way whenever it is done. */
export async function looker({ attributes }: Pick<PhaseDeps, 'attributes'>, batch: BatchRow): Promise<Look> {
  const [settings, mapping, reach] = [readSettings(batch.settings), readMapping(batch.mapping), readReach(batch.reach)];
  const dateOrder = (['DMY', 'MDY', 'YMD'] as const).find((order) => order === batch.dateOrder) ?? null;
  const normalising: NormaliseSettings = { country: settings.country, languages: settings.languages, today: settings.today, dateOrder };
  const readAttributes = attributeReader(await attributes.checker(batch.organizationId, batch.projectId), normalising);
  const updates = settings.mode === ImportMode.UPDATE;
  return (source) => {
    const { person, problems } = normaliseRow(source.cells, mapping, normalising);
    const { values, problems: wrong } = readAttributes(person.attributes ?? {});
    // Whoever is registered has what a registration must have: what a row leaves empty stays.
    const all = [...(source.problems ?? []), ...[...problems, ...wrong].filter(({ code }) => !updates || code !== 'MISSING')];
    const told: Told = { person, values };
    const failed = (...more: RowProblem[]): Looked => ({ row: source.row, problems: [...all, ...more], told: null, registration: null });
    if (all.some(({ severity }) => severity === 'ERROR')) return failed();
    if (updates) {
      const changed = changeOf(told, batch.projectId);
      if (changed.change === null) return failed(...changed.problems);
      if (!person.referenceId && !person.governmentIds?.length && !person.walletAddress) return failed(rowProblem('', 'UNIDENTIFIED'));
      if (person.areaCode !== undefined && !mayRegisterAt(reach, person.areaCode)) return failed(rowProblem('areaCode', 'AREA_FORBIDDEN'));
      return { row: source.row, problems: all, told, registration: null };
    }
    const { registration, problems: unfit } = registrationOf(person, { number: source.row, batchId: batch.id, projectId: batch.projectId, settings, attributes: values });
    if (!registration) return failed(...unfit);
    if (!mayRegisterAt(reach, registration.areaCode)) return failed(rowProblem('areaCode', 'AREA_FORBIDDEN'));
    return { row: source.row, problems: all, told, registration };
  };
}

/** What a row changes of somebody who is registered, checked by the same schema as every change; or what keeps it from that. */
export function changeOf({ person, values }: Told, projectId: string | null): { change: PersonChange; problems: [] } | { change: null; problems: RowProblem[] } {
  const { household: _household, enrollment: _terms, referenceId: _reference, attributes: _read, bankAccount, ...fields } = person;
  const parsed = updateSchema.safeParse({ ...fields, attributes: values, projectId, ...(bankAccount ? { bankAccount: { ...bankAccount, bank: bankAccount.bank || 'unknown' } } : {}) });
  return parsed.success ? { change: parsed.data, problems: [] } : { change: null, problems: problemsOf(parsed.error) };
}
