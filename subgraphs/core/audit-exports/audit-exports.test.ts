import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import { openCheckpoint, verifyExport, type Verification, type VerifyOptions } from '../../../sdk/audit-verifier';
import { createTestDatabase, type TestDatabase } from '../../../tests/kit/database';
import { createAuditOffice, type AuditOffice } from '../audit/testing/audit-office';
import { createDatabase, type CoreDatabase } from '../database';
import { createTestSlices } from '../testing/slices';
import { AuditExportRepository } from './audit-export.repository';
import { AuditExportService } from './audit-export.service';
import { runAuditExport, type AuditExportDeps } from './run';

let database: TestDatabase;
let office: AuditOffice;
let prisma: CoreDatabase;
let slices: ReturnType<typeof createTestSlices>;
let deps: AuditExportDeps;
let auditor: Principal;
let rights: Principal | null;
let ours: string;

beforeAll(async () => {
  database = await createTestDatabase('core');
  office = createAuditOffice(database);
  prisma = createDatabase(office.pool);
  slices = createTestSlices(prisma);
  deps = { database: prisma, pool: office.pool, repository: new AuditExportRepository(prisma), documents: slices.documents, principalOf: async () => rights };
  ours = (await prisma.organization.create({ data: { id: newId(), slug: 'ours', name: 'Ours' } })).id;
  const subject = newId();
  await prisma.user.create({ data: { id: subject, organizationId: ours, displayName: 'Auditor', email: 'auditor@ours.example', passwordHash: 'x' } });
  auditor = { subject, organizationId: ours, roles: [], permissions: ['audit:read'], projectPermissions: {} };
  for (let round = 0; round < 4; round += 1) {
    await office.append(37, { organizationId: ours, payload: { round, text: 'é "quoted"', list: [1, null] } });
    await office.append(300);
    await office.append(3, { organizationId: ours });
    await office.settle();
    await office.owner.query(`UPDATE audit_checkpoint SET signed_at = now() - interval '10 seconds'`);
  }
});
beforeEach(() => {
  rights = auditor;
});
afterAll(async () => {
  await prisma.$disconnect();
  await office.close();
  await database.drop();
});

async function made(input: Record<string, unknown> = {}): Promise<{ lines: string[]; status: string; failure: string | null }> {
  const id = await new AuditExportService(prisma, deps.repository).start(auditor, input, newId());
  await runAuditExport(deps, id);
  const row = await deps.repository.find(id);
  const stored = row?.documentId ? await slices.documents.read(ours, row.documentId) : null;
  const pieces: Uint8Array[] = [];
  for await (const piece of stored?.content ?? []) pieces.push(piece);
  return { lines: Buffer.concat(pieces).toString().split('\n').slice(0, -1), status: row?.status ?? '', failure: row?.failure ?? null };
}

const keys = () => office.deps.signer.verifierKeys;
const check = (lines: readonly string[], options: VerifyOptions = {}): Promise<Verification> => verifyExport(lines, { keys: keys(), ...options });
const codes = ({ findings }: Verification): string[] => findings.map(({ code, index }) => `${code} ${index}`);

it('shows the organisation’s own entries and nothing of others, and proves them to whoever has the key', async () => {
  const { lines } = await made();
  const result = await check(lines);
  const { rows } = await office.pool.query<{ own: number; foreign: string[] }>(
    `SELECT count(*) FILTER (WHERE organization_id = $1 AND occurred_at <= (SELECT max(included_at) FROM audit_leaf))::int AS own, array_agg(id) FILTER (WHERE organization_id <> $1) AS foreign
     FROM audit_entry WHERE EXISTS (SELECT FROM audit_leaf WHERE entry_id = id)`,
    [ours],
  );
  expect(result).toMatchObject({ ok: true, findings: [], entries: rows[0]?.own, keysFromExport: false });
  expect(result.treeSize).toBe(1360);
  expect(result.checkpoints.map(({ size }) => size)).toEqual([340, 680, 1020, 1360]);
  const text = lines.join('\n');
  expect(rows[0]?.foreign.filter((id) => text.includes(id))).toEqual([]);
  expect(lines.length).toBeLessThan(320); // others are a few hashes, not a line each
});

it('is narrowed by time and project, and still proves', async () => {
  const { rows } = await office.pool.query<{ at: Date }>('SELECT occurred_at AS at FROM audit_leaf WHERE index = 700');
  const { lines } = await made({ from: rows[0]?.at });
  const result = await check(lines);
  expect(result.ok).toBe(true);
  expect(result.entries).toBeGreaterThan(0);
  expect(result.entries).toBeLessThan(100);
  await expect(made({ from: new Date(2), to: new Date(1) })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'input.to' } });
});

it('says only that it agrees with itself where nobody brings a key', async () => {
  expect(await verifyExport((await made()).lines)).toMatchObject({ ok: true, keysFromExport: true });
});

it('is compared with a checkpoint that somebody has kept, and a forked log is found', async () => {
  const { rows } = await office.pool.query<{ note: string }>('SELECT note FROM audit_checkpoint WHERE tree_size = 680');
  const note = rows[0]?.note ?? '';
  const { lines } = await made({ knownSizes: [680] });
  expect(await check(lines, { known: [note] })).toMatchObject({ ok: true });
  const [text = ''] = note.split('\n\n');
  const forked = office.deps.signer.sign(text.replace(/\n[^\n]+$/, `\n${Buffer.alloc(32, 7).toString('base64')}\n`));
  expect(await openCheckpoint(forked, keys())).toMatchObject({ size: 680 });
  expect(codes(await check(lines, { known: [forked] }))).toEqual(['FORK null']);
  const beside = office.deps.signer.sign(`${text.replace('\n680\n', '\n900\n')}\n`);
  expect(codes(await check(lines, { known: [beside] }))).toEqual(['NOT_COVERED null']);
});

it('names the one entry that was changed', async () => {
  const { lines } = await made();
  const line = lines.find((one) => one.includes('"leafHash"') && one.includes('"round":2')) ?? '';
  const changed = lines.map((one) => (one === line ? one.replace('"round":2', '"round":3') : one));
  const { index, entry } = JSON.parse(line) as { index: number; entry: { id: string } };
  expect((await check(changed)).findings).toMatchObject([{ code: 'ENTRY_CHANGED', line: lines.indexOf(line) + 1, index, entryId: entry.id }]);
});

it('finds any one character that was changed in an entry, a hash or a checkpoint, and any line that is gone, doubled or moved', async () => {
  const { lines } = await made();
  const last = lines.length - 1;
  // A checkpoint between may be missing or stand twice: it says nothing that the last one does not cover.
  const between = (n: number): boolean => n < last && (lines[n] ?? '').startsWith('{"checkpoint"');
  const ways: Record<string, (n: number, at: number, bit: number) => readonly string[]> = {
    flipped: (n, at, bit) => lines.map((line, i) => (i === n ? flipped(line, at, bit) : line)),
    gone: (n) => lines.filter((_line, i) => i !== n),
    doubled: (n) => lines.flatMap((line, i) => (i === n ? [line, line] : [line])),
    moved: (n) => lines.map((line, i) => (i === n ? lines[n - 1] : i === n - 1 ? lines[n] : line) ?? ''),
    cut: (n) => lines.slice(0, n),
  };
  const change = fc.record({ way: fc.oneof({ weight: 8, arbitrary: fc.constant('flipped') }, { weight: 4, arbitrary: fc.constantFrom('gone', 'doubled', 'moved', 'cut') }), n: fc.integer({ min: 1, max: last }), at: fc.nat(), bit: fc.integer({ min: 1, max: 127 }) });
  await fc.assert(
    fc.asyncProperty(change, async ({ way, n, at, bit }) => {
      fc.pre(way === 'flipped' || way === 'cut' || (!between(n) && !(way === 'doubled' && n === last) && !(way === 'moved' && n === 1)));
      expect((await check(ways[way]?.(n, at, bit) ?? [])).ok).toBe(false);
    }),
    { numRuns: process.env.PROPERTY_ROUNDS ? 10_000 : 400 },
  );
}, 600_000);

function flipped(line: string, at: number, bit: number): string {
  const place = at % line.length;
  return line.slice(0, place) + String.fromCharCode(line.charCodeAt(place) ^ bit) + line.slice(place + 1);
}

it('is refused when whoever asked may not read the log any more', async () => {
  rights = { ...auditor, permissions: [] };
  expect(await made()).toMatchObject({ status: 'FAILED', failure: 'FORBIDDEN' });
});

it('leaves one file, however often it is made, and tells of it once', async () => {
  const id = await new AuditExportService(prisma, deps.repository).start(auditor, {}, newId());
  await Promise.all([runAuditExport(deps, id), runAuditExport(deps, id)]);
  await runAuditExport(deps, id);
  expect(await prisma.document.count({ where: { filename: `audit-${id.slice(-12)}.ndjson`, status: { not: 'DELETED' } } })).toBe(1);
  expect(await prisma.auditEntry.count({ where: { entityId: id, action: 'audit-export.ready' } })).toBe(1);
});

it('the verifier stands alone: it imports nothing but its own files', () => {
  for (const file of ['index', 'bytes', 'checkpoint', 'entry', 'merkle', 'sha256', 'verify-export']) {
    const source = readFileSync(`${__dirname}/../../../sdk/audit-verifier/${file}.ts`, 'utf8');
    expect([...source.matchAll(/from '([^']+)'/g)].map(([, from]) => from).filter((from) => !from?.startsWith('./'))).toEqual([]);
  }
});
