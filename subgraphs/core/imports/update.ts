import { holdsAt, type Principal } from '#kernel/auth';
import { tellOfPeople, type Amendment, type BeneficiaryRow } from '../beneficiaries';
import type { CoreTransaction } from '../database';
import { normalise } from '../protected-data';
import type { BatchRow } from './import.repository';
import { changeOf, type Looked } from './look';
import { rowProblem, type RowProblem } from './normalising';
import type { PhaseDeps } from './phase';

const CHANGEABLE: ReadonlySet<string> = new Set(['DRAFT', 'ACTIVE', 'SUSPENDED']);

/** A row, and whom it changes. */
export interface Update {
  looked: Looked;
  beneficiaryId: string;
}

/** A row and its person after the change, or why they stay as they were. */
export interface Updated extends Update {
  person: BeneficiaryRow | null;
  problems: RowProblem[];
}

type Deps = Pick<PhaseDeps, 'access' | 'amender' | 'protectedData'>;

/** Gives people what rows say of them, as far as whoever committed the import may change them now. */
export async function updatePeople(deps: Deps, tx: CoreTransaction, batch: BatchRow, principal: Principal | null, updates: readonly Update[]): Promise<Updated[]> {
  const done: Updated[] = [];
  for (let left = updates; left.length > 0; ) {
    // Rows of one person one after the other, in the order of the file.
    const wave = new Map<string, Update>();
    for (const update of left) if (!wave.has(update.beneficiaryId)) wave.set(update.beneficiaryId, update);
    done.push(...(await updateEach(deps, tx, batch, principal, [...wave.values()])));
    left = left.filter((update) => wave.get(update.beneficiaryId) !== update);
  }
  return done;
}

async function updateEach(deps: Deps, tx: CoreTransaction, batch: BatchRow, principal: Principal | null, wave: readonly Update[]): Promise<Updated[]> {
  const locked = principal ? await deps.access.lock(tx, principal, 'beneficiary:write', wave.map(({ beneficiaryId }) => beneficiaryId)) : [];
  const people = new Map(locked.map((person) => [person.id, person]));
  const taken = await walletsOfOthers(deps, tx, batch.organizationId, wave);
  const amendments: Amendment[] = [];
  const answers = wave.map((update): Updated => {
    const person = people.get(update.beneficiaryId);
    const { change, problems } = update.looked.told ? changeOf(update.looked.told, batch.projectId) : { change: null, problems: update.looked.problems };
    const refused = (...why: RowProblem[]): Updated => ({ ...update, person: null, problems: why });
    if (!person || !principal) return refused(rowProblem('', 'UPDATE_FORBIDDEN'));
    if (!CHANGEABLE.has(person.status)) return refused(rowProblem('', 'UPDATE_IMPOSSIBLE'));
    if (change === null) return refused(...problems);
    if (taken.has(update)) return refused(rowProblem('walletAddress', 'WALLET_TAKEN'));
    // Nobody moves a person out of the areas in which they may change people.
    const { areaCode } = change.open;
    if (areaCode !== undefined && areaCode !== person.areaCode && !holdsAt(principal, 'beneficiary:write', { area: areaCode })) return refused(rowProblem('areaCode', 'AREA_FORBIDDEN'));
    amendments.push({ person, change, keepsOtherIds: true });
    return { ...update, person, problems: [] };
  });
  const differences = amendments.length === 0 ? [] : await deps.amender.amend(tx, amendments, String);
  await tellOfDifferences(tx, batch, differences.map((difference, index) => [amendments[index]?.person.id ?? '', difference]));
  return answers;
}

/** Who stays the same is not told of; people of whom the same became different are told of together. */
async function tellOfDifferences(tx: CoreTransaction, batch: BatchRow, differences: ReadonlyArray<[id: string, difference: { fields: string[] }]>): Promise<void> {
  const alike = new Map<string, string[]>();
  for (const [id, difference] of differences) {
    if (difference.fields.length === 0) continue;
    const key = JSON.stringify(difference);
    alike.set(key, [...(alike.get(key) ?? []), id]);
  }
  const by = { actorId: batch.committedById, organizationId: batch.organizationId };
  for (const [difference, ids] of alike) await tellOfPeople(tx, 'updated', by, ids, { ...(JSON.parse(difference) as object), importId: batch.id });
}

/** Rows with a wallet that somebody else has, or that an earlier row of these gives to somebody else. */
async function walletsOfOthers({ protectedData }: Deps, tx: CoreTransaction, organizationId: string, wave: readonly Update[]): Promise<Set<Update>> {
  const wallets = wave.flatMap((update) => {
    const wallet = normalise.WALLET(update.looked.told?.person.walletAddress ?? '');
    return wallet ? [{ update, index: protectedData.blindIndex(organizationId, 'WALLET', wallet).toString('hex') }] : [];
  });
  if (wallets.length === 0) return new Set();
  const owners = await tx.sql.query<{ index: string; owner: string }>(
    `SELECT encode(blind_index, 'hex') AS index, beneficiary_id AS owner FROM beneficiary_identifier
     WHERE organization_id = $1::uuid AND kind = 'WALLET' AND blind_index IN (SELECT decode(jsonb_array_elements_text($2::jsonb), 'hex'))`,
    [organizationId, JSON.stringify(wallets.map(({ index }) => index))],
  );
  const ownerOf = new Map(owners.map(({ index, owner }) => [index, owner]));
  const taken = new Set<Update>();
  for (const { update, index } of wallets) {
    const owner = ownerOf.get(index) ?? update.beneficiaryId;
    if (owner === update.beneficiaryId) ownerOf.set(index, owner);
    else taken.add(update);
  }
  return taken;
}
