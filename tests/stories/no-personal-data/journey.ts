import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { newItem, signBatch } from '../../../subgraphs/core/offline/testing';
import { createPhone } from '../../../subgraphs/core/testing/phone';
import { pause } from '../../kit/projects';
import type { Answer, Caller, TestSystem } from '../../kit/system';
import { marks } from './marks';

const admin: Caller = { as: 'admin' };
const stranger: Caller = { as: 'viewer' };
/** Mutations that are begun now and ended by the worker: the story waits until it is so. */
const PATIENCE_MS = 60_000;

/** What clients were told on the way: errors, whoever it was; and everything that was answered to somebody who may not see personal data. */
export interface Told {
  errors: unknown[];
  toStranger: unknown[];
}

/** Asks as the clients of an organisation do, and remembers what was told. */
export class Journey {
  readonly told: Told = { errors: [], toStranger: [] };

  constructor(readonly system: TestSystem) {}

  /** What must succeed. @throws Error with the errors of the answer. */
  async ask<Result = Record<string, unknown>>(document: string, variables: Record<string, unknown> = {}, caller = admin): Promise<Result> {
    const answer = await this.attempt<Result>(document, variables, caller);
    if (!answer.data || answer.errors.length > 0) throw new Error(`${document}\n${JSON.stringify(answer.errors)}`);
    return answer.data;
  }

  /** What may fail. */
  async attempt<Result = Record<string, unknown>>(document: string, variables: Record<string, unknown> = {}, caller = admin): Promise<Answer<Result>> {
    const answer = await this.system.attempt<Result>(document, { key: randomUUID(), ...variables }, caller);
    this.told.errors.push(...answer.errors);
    if (caller === stranger) this.told.toStranger.push(answer);
    return answer;
  }

  /** What must be refused. */
  async refused(document: string, variables: Record<string, unknown> = {}, caller = admin): Promise<void> {
    const { errors } = await this.attempt(document, variables, caller);
    if (errors.length === 0) throw new Error(`This was not refused: ${document}`);
  }

  /** Asks `field` of one thing until it is as wanted. */
  async until(field: string, id: string, wanted: readonly string[], more = ''): Promise<Record<string, unknown>> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const { thing } = await this.ask<{ thing: Record<string, unknown> }>(`query ($id: ID!) { thing: ${field}(id: $id) { status ${more} } }`, { id });
      if (wanted.includes(String(thing.status))) return thing;
      if (Date.now() > deadline) throw new Error(`${field} is ${String(thing.status)}, never one of ${wanted.join(', ')}.`);
      await pause(100);
    }
  }

  /** Runs `field(input:)`. @returns the id of what it made. */
  async make(field: string, type: string, input: Record<string, unknown>): Promise<string> {
    const { made } = await this.ask<{ made: { id: string } }>(`mutation ($input: ${type}!, $key: String!) { made: ${field}(input: $input, idempotencyKey: $key) { id } }`, { input });
    return made.id;
  }

  async upload(content: string, filename: string, kind = 'import'): Promise<string> {
    const { requestUpload } = await this.ask<{ requestUpload: { uploadUrl: string; document: { id: string } } }>(
      'mutation ($input: RequestUploadInput!, $key: String!) { requestUpload(input: $input, idempotencyKey: $key) { uploadUrl document { id } } }',
      { input: { filename, kind, sensitivity: 'PERSONAL', size: Buffer.byteLength(content) } },
    );
    const sent = await fetch(requestUpload.uploadUrl, { method: 'PUT', body: content });
    if (sent.status !== 204) throw new Error(`The upload was answered with ${sent.status}: ${await sent.text()}`);
    return requestUpload.document.id;
  }
}

const person = (more: Record<string, unknown> = {}) => ({
  referenceId: randomUUID(), fullName: `${marks.firstName} ${marks.lastName}`, phones: [`+${marks.phone}`, `+${marks.otherPhone}`], email: `${marks.email}@example.org`, address: marks.address,
  governmentIds: [{ kind: 'national-id', number: marks.governmentId }], bankAccount: { bank: marks.bank, number: marks.account, holder: marks.lastName }, attributes: { zqnote: marks.attribute },
  gender: 'FEMALE', birthDate: '1990-03-01', ...more,
});
const register = (journey: Journey, more: Record<string, unknown> = {}) => journey.make('registerBeneficiary', 'RegisterBeneficiaryInput', person(more));
const SEARCH = 'query ($search: String!) { beneficiaries(filter: { search: $search }) { edges { node { id fullName phones email address governmentIds { number } bankAccount { number } personalAttributes } } } }';

/** People are registered, found, changed and refused. @returns their ids. */
export async function registerPeople(journey: Journey): Promise<string[]> {
  await journey.make('defineAttribute', 'DefineAttributeInput', { key: 'zqnote', type: 'TEXT', isPersonal: true, label: [{ language: 'en', text: 'Note' }] });
  await journey.make('defineAttribute', 'DefineAttributeInput', { key: 'zqcode', type: 'TEXT', isPersonal: true, pattern: '[0-9]{4}', label: [{ language: 'en', text: 'Code' }] });
  const first = await register(journey);
  const twin = await register(journey, { governmentIds: [] });
  const child = await register(journey, { fullName: marks.childName, phones: [`+${marks.phone}`], governmentIds: [], email: null, bankAccount: null });
  const update = 'mutation ($id: ID!, $input: UpdateBeneficiaryInput!, $key: String!) { updateBeneficiary(id: $id, input: $input, idempotencyKey: $key) { id } }';
  await journey.ask(update, { id: first, input: { fullName: `${marks.otherName} ${marks.lastName}` } });
  for (const input of [{ phones: [marks.brokenPhone] }, { email: marks.email }, { attributes: { zqcode: marks.attribute } }, { birthDate: marks.attribute }, { fullName: marks.firstName.repeat(300) }, { gender: marks.lastName }, { walletAddress: marks.account }, { areaCode: marks.address }, { preferredLanguage: marks.lastName }, { governmentIds: [{ kind: marks.lastName, number: marks.governmentId }] }]) {
    await journey.refused(update, { id: first, input });
  }
  const key = randomUUID();
  await journey.ask(update, { id: child, key, input: { address: marks.address } });
  await journey.refused(update, { id: child, key, input: { fullName: marks.firstName } });
  await journey.refused('mutation ($input: RegisterBeneficiaryInput!, $key: String!) { registerBeneficiary(input: $input, idempotencyKey: $key) { id } }', { input: person({ referenceId: marks.governmentId.repeat(20) }) });
  await journey.refused('mutation ($input: RegisterBeneficiaryInput!, $key: String!) { registerBeneficiary(input: $input, idempotencyKey: $key) { id } }', { input: person({ fullName: 7, governmentIds: marks.governmentId }) });
  for (const search of [marks.firstName, marks.phone, `+${marks.phone}`, marks.governmentId, marks.searched, `${marks.email}@example.org`]) {
    const answer = JSON.stringify(await journey.ask(SEARCH, { search }));
    if (!answer.includes(marks.lastName) && search !== marks.searched) throw new Error('Whoever may see people does not find them.');
    await journey.attempt(SEARCH, { search }, stranger);
  }
  await journey.refused(`{ beneficiaries(filter: { search: "${marks.searched}", status: "${marks.lastName}" }) { edges { node { id } } } }`);
  await journey.refused(`{ beneficiaries(first: "${marks.phone}") { edges { node { id } } } }`);
  await journey.refused(`{ beneficiary(id "${marks.governmentId}") { id } }`);
  await journey.refused(`{ beneficiaries(filter: { registeredFrom: "${marks.lastName}" }) { edges { node { id } } } }`);
  await journey.refused(`mutation { updateBeneficiary(id: "${first}", idempotencyKey: "k", input: { birthDate: "${marks.lastName}" }) { id } }`);
  await journey.attempt(`{ beneficiary(id: "${marks.governmentId}") { id } }`);
  await journey.attempt('query ($id: ID!) { beneficiary(id: $id) { fullName phones email personalAttributes } }', { id: first }, stranger);
  await journey.refused('mutation ($id: ID!, $input: UpdateBeneficiaryInput!, $key: String!) { updateBeneficiary(id: $id, input: $input, idempotencyKey: $key) { id } }', { id: first, input: { fullName: marks.otherName } }, stranger);
  return [first, twin, child];
}

/** A file of people is read, its bad rows are handed back, the good ones registered. */
export async function importPeople(journey: Journey): Promise<void> {
  const file = ['Reference,Full name,Phone,ID number,Birth date,Gender,Village', `I-1,${marks.importedName} Odede,+${marks.importedPhone},${marks.importedId},1990-03-25,f,${marks.address}`, `I-2,${marks.importedName} Two,${marks.brokenPhone},,1990-03-26,${marks.lastName},`,
    `I-3,${marks.importedName} Three,,${marks.governmentId},${marks.attribute},m,`, `I-4,${marks.importedName},,${marks.importedId},,,`, `I-5,${marks.firstName} ${marks.lastName},+${marks.phone},,1990-03-01,f,`].join('\n');
  const id = await journey.make('startImport', 'StartImportInput', { documentId: await journey.upload(file, `${marks.filename}.csv`), country: 'KE' });
  const rows = `rows { edges { node { row problems { column code message advice } } } } failure { code message } notices { code message }`;
  await journey.until('importBatch', id, ['IN_REVIEW'], rows);
  await journey.attempt(`query ($id: ID!) { importBatch(id: $id) { status ${rows} document { filename } } }`, { id }, stranger);
  const { reportImportErrors } = await journey.ask<{ reportImportErrors: { downloadUrl: string } }>('mutation ($id: ID!) { reportImportErrors(id: $id) { id filename downloadUrl } }', { id });
  if (!(await (await fetch(reportImportErrors.downloadUrl)).text()).includes(marks.importedName)) throw new Error('The report holds no bad row.');
  await journey.ask('mutation ($id: ID!, $key: String!) { decideImportRows(id: $id, decision: CREATE, idempotencyKey: $key) { status } }', { id });
  await journey.ask('mutation ($id: ID!, $key: String!) { commitImport(id: $id, idempotencyKey: $key) { status } }', { id });
  await journey.until('importBatch', id, ['COMMITTED', 'PARTIALLY_COMMITTED']);
  const broken = await journey.make('startImport', 'StartImportInput', { documentId: await journey.upload(`Full name,Phone\n"${marks.importedName}`, `${marks.filename}-broken.csv`), country: 'KE' });
  await journey.until('importBatch', broken, ['FAILED', 'IN_REVIEW'], rows);
}

/** Doubles are found, one is merged, and taken apart again. */
export async function mergeDoubles(journey: Journey): Promise<void> {
  const { findDuplicates } = await journey.ask<{ findDuplicates: { id: string } }>('mutation ($key: String!) { findDuplicates(idempotencyKey: $key) { id } }');
  await journey.until('duplicateSearch', findDuplicates.id, ['DONE']);
  const { duplicateCandidates } = await journey.ask<{ duplicateCandidates: { edges: Array<{ node: { id: string; first: { id: string } } }> } }>('{ duplicateCandidates { edges { node { id score reasons { kind } first { id fullName } second { id fullName } } } } }');
  const [pair] = duplicateCandidates.edges;
  if (!pair) throw new Error('Nobody was found twice.');
  await journey.ask('mutation ($id: ID!, $survivorId: ID!, $key: String!) { mergeDuplicates(id: $id, survivorId: $survivorId, idempotencyKey: $key) { status } }', { id: pair.node.id, survivorId: pair.node.first.id });
  await journey.ask('mutation ($id: ID!, $key: String!) { undoMerge(id: $id, idempotencyKey: $key) { status } }', { id: pair.node.id });
}

/** Many at once: groups of whoever a search finds, something done to all of them, and files of them. */
export async function actOnMany(journey: Journey, ids: readonly string[]): Promise<void> {
  const filter = { search: marks.searched };
  const groups = [await journey.make('createBeneficiaryGroup', 'CreateBeneficiaryGroupInput', { name: 'Some', purpose: 'BANK_TRANSFER' })];
  const found = await journey.attempt<{ made: { id: string } }>('mutation ($input: CreateBeneficiaryGroupInput!, $key: String!) { made: createBeneficiaryGroup(input: $input, idempotencyKey: $key) { id } }', { input: { name: 'Found', purpose: 'COMMUNICATION', filter } });
  if (found.data) groups.push(found.data.made.id);
  await journey.ask('mutation ($id: ID!, $add: [ID!], $key: String!) { changeBeneficiaryGroupMembers(id: $id, add: $add, idempotencyKey: $key) { id } }', { id: groups[0], add: ids });
  for (const id of groups) await journey.ask('mutation ($id: ID!, $key: String!) { freezeBeneficiaryGroup(id: $id, idempotencyKey: $key) { id } }', { id });
  for (const whom of [{ beneficiaryIds: ids }, { filter: { search: marks.lastName } }]) {
    await journey.until('bulkAction', await journey.make('startBulkAction', 'StartBulkActionInput', { kind: 'SUSPEND', reason: 'A check', ...whom }), ['DONE']);
    await journey.until('bulkAction', await journey.make('startBulkAction', 'StartBulkActionInput', { kind: 'ACTIVATE', reason: 'Checked', ...whom }), ['DONE']);
  }
  await journey.refused('mutation ($input: ExportBeneficiariesInput!, $key: String!) { exportBeneficiaries(input: $input, idempotencyKey: $key) { id } }', { input: { format: 'CSV', purpose: 'INTERNAL', filter } });
  for (const input of [{ format: 'CSV', personal: true, purpose: 'INTERNAL' }, { format: 'XLSX', personal: true, purpose: 'SHARING' }, { format: 'JSON', personal: true, purpose: 'INTERNAL', filter: { status: 'ACTIVE' } }]) {
    await journey.until('export', await journey.make('exportBeneficiaries', 'ExportBeneficiariesInput', input), ['READY']);
  }
}

/** A vendor with an account, a phone that registers without a network, what people agreed to and complain of. */
export async function workInTheField(journey: Journey, personId: string): Promise<string> {
  const contact = { contactName: marks.vendorName, contactPhone: `+${marks.vendorPhone}`, contactEmail: `${marks.email}@example.org`, payoutAccount: { kind: 'BANK', provider: marks.bank, number: marks.vendorAccount, holder: marks.vendorName } };
  const vendor = await journey.make('registerVendor', 'RegisterVendorInput', { name: 'Corner shop', ...contact });
  await journey.refused('mutation ($input: RegisterVendorInput!, $key: String!) { registerVendor(input: $input, idempotencyKey: $key) { id } }', { input: { name: 'Other shop', ...contact, contactPhone: marks.brokenPhone } });
  await journey.ask('mutation ($id: ID!, $key: String!) { approveVendor(id: $id, idempotencyKey: $key) { id } }', { id: vendor });
  await journey.attempt('{ vendors { edges { node { name contactName contactPhone contactEmail payoutAccount { number } } } } }', {}, stranger);
  const card = await journey.upload('%PDF-1.4 a passport', `${marks.filename}.pdf`, 'passport');
  await journey.ask('mutation ($id: ID!, $target: DocumentLinkInput!, $key: String!) { linkDocument(id: $id, target: $target, idempotencyKey: $key) { id filename downloadUrl } }', { id: card, target: { targetType: 'BENEFICIARY', targetId: personId } });
  await sendBatch(journey);
  const consent = { purpose: 'SHARING', method: 'SPOKEN', language: 'en', givenOn: '2026-01-01', wording: 'We may share your data.' };
  await journey.ask('mutation ($ids: [ID!]!, $input: RecordConsentInput!, $key: String!) { recordConsents(beneficiaryIds: $ids, input: $input, idempotencyKey: $key) { id } }', { ids: [personId], input: consent });
  await journey.ask('mutation ($id: ID!, $key: String!) { withdrawConsent(beneficiaryId: $id, purpose: SHARING, idempotencyKey: $key) { id } }', { id: personId });
  const grievance = await journey.make('fileGrievance', 'FileGrievanceInput', { type: 'OTHER', text: marks.grievance, beneficiaryId: personId });
  await journey.ask('mutation ($id: ID!, $input: UpdateGrievanceInput!, $key: String!) { updateGrievance(id: $id, input: $input, idempotencyKey: $key) { status } }', { id: grievance, input: { moveTo: 'IN_PROGRESS', text: `${marks.grievance} ${marks.phone}` } });
  return vendor;
}

async function sendBatch(journey: Journey): Promise<void> {
  const phone = createPhone();
  const { begun } = await journey.ask<{ begun: { id: string; message: string } }>('mutation ($input: EnrollDeviceInput!, $key: String!) { begun: beginDeviceEnrollment(input: $input, idempotencyKey: $key) { id message } }', { input: { publicKey: phone.publicKey, label: 'Tablet' } });
  const { done } = await journey.ask<{ done: { id: string } }>('mutation ($id: ID!, $signature: String!, $key: String!) { done: completeDeviceEnrollment(id: $id, signature: $signature, idempotencyKey: $key) { id } }', { id: begun.id, signature: phone.sign(begun.message) });
  await journey.ask('mutation ($id: ID!, $key: String!) { approveDevice(id: $id, idempotencyKey: $key) { id } }', { id: done.id });
  const items = [newItem(1, { fullName: marks.offlineName, phones: [`+${marks.offlinePhone}`], address: marks.address }), newItem(2, { fullName: marks.offlineName, phones: [marks.brokenPhone] }), newItem(3, { fullName: marks.offlineName, governmentIds: [{ kind: 'national-id', number: marks.governmentId }] })];
  const send = 'mutation ($deviceId: ID!, $batch: OfflineBatchInput!) { submitOfflineRegistrations(deviceId: $deviceId, batch: $batch) { items { outcome } } }';
  const { batch } = signBatch(phone, done.id, items, null);
  await journey.ask(send, { deviceId: done.id, batch });
  await journey.refused(send, { deviceId: done.id, batch: { ...batch, signature: phone.sign(marks.offlineName) } });
  const { offlineConflicts } = await journey.ask<{ offlineConflicts: { edges: Array<{ node: { id: string } }> } }>('{ offlineConflicts { edges { node { id kind } } } }');
  const [first] = offlineConflicts.edges;
  await journey.ask('mutation ($id: ID!, $input: ResolveOfflineConflictInput!, $key: String!) { resolveOfflineConflict(id: $id, input: $input, idempotencyKey: $key) { id } }', { id: first?.node.id, input: { decision: 'REGISTER', reason: 'Asked again', corrections: { phones: [`+${marks.offlinePhone}`], governmentIds: [] } } });
}

/** The service of a project sees people and their vouchers; then somebody asks to be forgotten. */
export async function takePart(journey: Journey, ids: readonly string[], vendorId: string): Promise<void> {
  const projectId = journey.system.projects[0]?.id;
  await journey.ask('mutation ($ids: [ID!]!, $projectId: ID!, $key: String!) { enrollBeneficiaries(beneficiaryIds: $ids, projectId: $projectId, idempotencyKey: $key) { id } }', { ids: ids.slice(0, 1), projectId });
  await journey.ask('mutation ($ids: [ID!]!, $projectId: ID!, $key: String!) { assignVendors(vendorIds: $ids, projectId: $projectId, idempotencyKey: $key) { projectId } }', { ids: [vendorId], projectId });
  const issue = 'mutation ($projectId: ID!, $id: ID!, $key: String!) { rfvIssueVoucher(projectId: $projectId, input: { beneficiaryId: $id }, idempotencyKey: $key) { id } }';
  await journey.attempt(issue, { projectId, id: ids[0] });
  await journey.refused(issue, { projectId, id: marks.governmentId });
  await journey.ask('query ($projectId: ID!) { rfvVouchers(projectId: $projectId) { edges { node { id beneficiaryId } } } project(id: $projectId) { enrollments { edges { node { beneficiary { fullName phones } rfv { issuedMinor } } } } } }', { projectId });
  await journey.ask('mutation ($id: ID!, $key: String!) { eraseBeneficiary(id: $id, reason: "Their wish", idempotencyKey: $key) { status } }', { id: ids[2] });
}

/** What no code expects happens in the middle of a request and of a job: a table is not there. */
export async function breakInside(journey: Journey): Promise<void> {
  const client = new pg.Client({ connectionString: journey.system.databaseUrl });
  await client.connect();
  try {
    const documentId = await journey.upload(`Full name,Phone\n${marks.importedName} Late,+${marks.importedPhone}`, `${marks.filename}-late.csv`);
    await client.query('ALTER TABLE import_row RENAME TO import_row_away');
    await client.query('ALTER TABLE beneficiary_pii RENAME TO beneficiary_pii_away');
    const id = await journey.make('startImport', 'StartImportInput', { documentId, country: 'KE' });
    await journey.refused('mutation ($input: RegisterBeneficiaryInput!, $key: String!) { registerBeneficiary(input: $input, idempotencyKey: $key) { id } }', { input: person() });
    await pause(1000);
    await client.query('ALTER TABLE import_row_away RENAME TO import_row');
    await client.query('ALTER TABLE beneficiary_pii_away RENAME TO beneficiary_pii');
    await journey.until('importBatch', id, ['IN_REVIEW', 'FAILED']);
  } finally {
    await client.end();
  }
}

/** Nobody signs in. */
export async function failToSignIn(journey: Journey): Promise<void> {
  const email = `${marks.signIn}@example.org`;
  await journey.refused('mutation ($email: String!) { login(email: $email, password: "wrong-password-1") { accessToken } }', { email }, {});
  await journey.refused(`mutation { login(email: "${email}", password: 7) { accessToken } }`, {}, {});
  await journey.attempt('mutation ($to: String!) { requestSignInCode(channel: EMAIL, to: $to) { id } }', { to: email }, {});
  await journey.attempt('mutation ($to: String!) { requestSignInCode(channel: SMS, to: $to) { id } }', { to: `+${marks.phone}` }, {});
  await journey.attempt('mutation ($to: String!) { requestPasswordReset(to: $to) { id } }', { to: email }, {});
  await fetch(`${journey.system.urls.gateway}/files/${encodeURIComponent(marks.filename)}?ticket=${encodeURIComponent(marks.address)}`);
  await fetch(`${journey.system.urls.gateway}/people/${marks.phone}?name=${encodeURIComponent(marks.firstName)}`);
}
