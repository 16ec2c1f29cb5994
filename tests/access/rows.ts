import { randomBytes } from 'node:crypto';
import { newId } from '#kernel/db';
import { writePersonalData } from '../../subgraphs/core/beneficiaries/personal-data';
import { transaction, type CoreDatabase } from '../../subgraphs/core/database';
import type { DocumentStore } from '../../subgraphs/core/documents';
import type { ProtectedData } from '../../subgraphs/core/protected-data';
import { hashSecret, newSecret } from '../../subgraphs/core/secret-token';
import { NO_CONTACTS, sealContacts } from '../../subgraphs/core/vendors/vendor.contacts';

/** Where a row lies: whose it is, in which project, in which area. */
export interface Place {
  organizationId: string;
  projectId: string;
  area: string;
}

type ProjectStatus = 'DRAFT' | 'ACTIVE' | 'PAUSED' | 'CLOSED' | 'FAILED';

/** Rows for tests of access, written straight into core's database: each fresh, each with the mark of its place in every text. */
export class Rows {
  constructor(
    private readonly prisma: CoreDatabase,
    private readonly protectedData: ProtectedData,
    private readonly documents: DocumentStore,
    /** A job that has failed for good. */
    readonly failedJob: () => Promise<{ queue: string; id: string }>,
  ) {}

  private async mark({ organizationId }: Place): Promise<string> {
    return `${await this.slugOf(organizationId)}-${newId()}`;
  }

  private readonly slugs = new Map<string, Promise<string>>();

  private slugOf(organizationId: string): Promise<string> {
    const slug = this.slugs.get(organizationId) ?? this.prisma.organization.findUniqueOrThrow({ where: { id: organizationId } }).then((row) => row.slug);
    this.slugs.set(organizationId, slug);
    return slug;
  }

  async organization(slug: string): Promise<string> {
    return (await this.prisma.organization.create({ data: { id: newId(), slug, name: slug, signupOpen: true } })).id;
  }

  async project(place: Omit<Place, 'projectId'>, status: ProjectStatus = 'ACTIVE'): Promise<{ id: string; slug: string }> {
    const [id, slug] = [newId(), await this.mark({ ...place, projectId: '' })];
    const days = { startsOn: new Date('2026-01-01'), endsOn: new Date('2026-12-31') };
    await this.prisma.project.create({
      data: { id, organizationId: place.organizationId, slug, name: slug, description: slug, typeCode: 'tally', status, currency: 'KES', budgetMinor: 1000n, ...days, settings: { note: slug }, createdById: 'x' },
    });
    if (status !== 'DRAFT') {
      const live = status === 'ACTIVE' || status === 'PAUSED';
      await this.prisma.deployment.create({ data: { projectId: id, typeCode: 'tally', version: '1.0.0', settled: true, liveGeneration: live ? 1 : 0 } });
    }
    return { id, slug };
  }

  async milestone(projectId: string): Promise<string> {
    return (await this.prisma.milestone.create({ data: { id: newId(), projectId, title: `milestone of ${projectId}`, dueOn: new Date('2026-06-30') } })).id;
  }

  /** A person in the area; in the project too, unless not enrolled; removed from it when leaving. */
  async person(place: Place, { status = 'ACTIVE', enrolled = true, leaving = false }: { status?: 'ACTIVE' | 'SUSPENDED'; enrolled?: boolean; leaving?: boolean } = {}): Promise<{ id: string; referenceId: string; enrollmentId: string }> {
    const [id, referenceId, enrollmentId] = [newId(), await this.mark(place), newId()];
    await this.prisma.beneficiary.create({
      data: { id, organizationId: place.organizationId, referenceId, status, areaCode: `${place.area}.ward` },
    });
    const personal = { fullName: `Name ${referenceId}`, phones: ['+254700000001'], email: null, address: null, governmentIds: [], bankAccount: null, attributes: {} };
    await transaction(this.prisma, (tx) => writePersonalData(tx, this.protectedData, [{ owner: { id, organizationId: place.organizationId, walletAddress: null }, personal }]));
    if (enrolled) await this.prisma.enrollment.create({ data: { id: enrollmentId, projectId: place.projectId, beneficiaryId: id, status: leaving ? 'REMOVED' : 'REGISTERED' } });
    return { id, referenceId, enrollmentId };
  }

  async consent({ organizationId }: Place, beneficiaryId: string): Promise<void> {
    const agreed = { purpose: 'SHARING', method: 'SPOKEN', language: 'sw', wording: 'notice-1', givenOn: new Date('2026-01-01'), recordedById: 'x' } as const;
    await this.prisma.consent.create({ data: { id: newId(), organizationId, beneficiaryId, ...agreed } });
  }

  async document({ organizationId, projectId }: Place, vendorId?: string): Promise<string> {
    const id = newId();
    const links = vendorId === undefined ? {} : { links: { create: { targetType: 'VENDOR' as const, targetId: vendorId } } };
    await this.prisma.document.create({ data: { id, organizationId, projectId, kind: 'test', filename: 'a.pdf', size: 10, sensitivity: 'INTERNAL', createdById: 'x', ...links } });
    return id;
  }

  /** A file of one row that stands there, and one that does not. */
  async importBatch({ organizationId, projectId, area }: Place, status: 'IN_REVIEW' | 'PARTIALLY_COMMITTED'): Promise<{ id: string; documentId: string }> {
    const id = newId();
    const content = Buffer.from(`Reference,Name,Area\n${id},Row of ${id},${area}.ward\n${id}-2,,\n`);
    const file = { organizationId, projectId, createdById: 'x', filename: 'people.csv', kind: 'import', sensitivity: 'PERSONAL' as const, retainUntil: null };
    const documentId = await this.documents.intake.keep(file, (async function* () {
      yield content;
    })());
    const settings = { country: 'KE', dateOrder: null, languages: [], sheet: null, areaCode: null, today: '2026-01-01' };
    const mapping = ['referenceId', 'fullName', 'areaCode'].map((field, column) => ({ column, header: field, field, confidence: 1 }));
    await this.prisma.importBatch.create({
      data: { id, organizationId, projectId, documentId, contentKey: id, status, dryRun: false, settings, reach: { everywhere: true, areas: [] }, mapping, total: 2, createdById: 'x', rows: { create: [{ row: 2, status: 'VALID', referenceId: id }, { row: 3, status: 'INVALID', problems: [] }] } },
    });
    return { id, documentId };
  }

  async bulkAction(place: Place): Promise<string> {
    const [id, { id: createdById }] = [newId(), await this.user(place)];
    await this.prisma.bulkAction.create({ data: { id, organizationId: place.organizationId, kind: 'SUSPEND', reason: 'why', total: 1, createdById } });
    return id;
  }

  async export(place: Place): Promise<string> {
    const [id, { id: createdById }] = [newId(), await this.user(place)];
    await this.prisma.export.create({ data: { id, organizationId: place.organizationId, format: 'CSV', purpose: 'INTERNAL', personal: false, filter: {}, createdById } });
    return id;
  }

  async auditExport(place: Place): Promise<string> {
    const [id, { id: createdById }] = [newId(), await this.user(place)];
    await this.prisma.auditExport.create({ data: { id, organizationId: place.organizationId, createdById } });
    return id;
  }

  /** Two people who may be one; merged, if wanted. */
  async pair(place: Place, merged = false): Promise<{ id: string; lowId: string }> {
    const [lowId = '', highId = ''] = [(await this.person(place)).id, (await this.person(place, { leaving: true })).id].sort();
    const id = newId();
    const { organizationId } = place;
    await this.prisma.duplicateCandidate.create({ data: { id, organizationId, lowId, highId, score: 900, reasons: [], ...(merged ? { status: 'MERGED', decidedById: 'x', decidedAt: new Date() } : {}) } });
    if (merged) await this.prisma.beneficiaryMerge.create({ data: { id: newId(), organizationId, survivorId: lowId, mergedId: highId, previousStatus: 'ACTIVE', movedEnrollments: [], mergedById: 'x' } });
    return { id, lowId };
  }

  /** An organisation that nobody of the tests belongs to. @returns its short name. */
  async otherOrganization(): Promise<string> {
    const id = newId();
    await this.prisma.organization.create({ data: { id, slug: id, name: 'Another' } });
    return id;
  }
  /** An agreement with such an organisation. */
  async agreement({ organizationId }: Place, { status = 'ACCEPTED', ours = true }: { status?: 'PROPOSED' | 'ACCEPTED'; ours?: boolean } = {}): Promise<string> {
    const [id, other] = [newId(), await this.otherOrganization()];
    const sides = ours ? { proposerId: organizationId, accepterId: other } : { proposerId: other, accepterId: organizationId };
    await this.prisma.matchingAgreement.create({ data: { id, ...sides, purpose: 'why', kinds: ['PHONE'], endsOn: new Date(Date.now() + 86_400_000), status, proposedById: 'x', ...(status === 'ACCEPTED' ? { acceptedAt: new Date(), acceptedById: 'x' } : {}) } });
    return id;
  }
  async duplicateSearch({ organizationId }: Place): Promise<string> {
    const id = newId();
    await this.prisma.duplicateSearch.create({ data: { id, organizationId, createdById: 'x' } });
    return id;
  }

  async grievance({ organizationId, projectId, area }: Place): Promise<string> {
    const id = newId();
    await this.prisma.grievance.create({ data: { id, organizationId, projectId, areaCode: `${area}.ward`, type: 'OTHER', filedById: 'x' } });
    return id;
  }

  /** A group of the project, with somebody in it who takes part there. */
  async group(place: Place): Promise<{ id: string; name: string; memberId: string }> {
    const [id, name, { organizationId, projectId }] = [newId(), await this.mark(place), place];
    const { id: memberId } = await this.person(place);
    await this.prisma.beneficiaryGroup.create({ data: { id, organizationId, projectId, name, purpose: 'IN_KIND', createdById: 'x' } });
    await this.prisma.beneficiaryGroupMember.create({ data: { organizationId, groupId: id, beneficiaryId: memberId, addedById: 'x' } });
    return { id, name, memberId };
  }

  async groupSnapshot(groupId: string, beneficiaryId: string): Promise<string> {
    const id = newId();
    await this.prisma.$transaction([
      this.prisma.groupSnapshotMember.create({ data: { snapshotId: id, beneficiaryId } }),
      this.prisma.groupSnapshot.create({ data: { id, groupId, count: 1, leftOut: 0, hash: new Uint8Array(32), takenById: 'x' } }),
    ]);
    return id;
  }

  /** A household in the area, with somebody who takes part in the project. */
  async household(place: Place): Promise<{ id: string; referenceId: string; memberId: string }> {
    const [id, referenceId, { organizationId }] = [newId(), await this.mark(place), place];
    const { id: memberId } = await this.person(place);
    await this.prisma.household.create({ data: { id, organizationId, referenceId, areaCode: `${place.area}.ward` } });
    await this.prisma.householdMember.create({ data: { id: newId(), organizationId, householdId: id, beneficiaryId: memberId, role: 'HEAD' } });
    return { id, referenceId, memberId };
  }

  async attribute({ organizationId, projectId }: Place): Promise<string> {
    const [id, key] = [newId(), `key_${newId().replaceAll('-', '')}`];
    await this.prisma.attribute.create({ data: { organizationId, key, type: 'TEXT', isPersonal: false } });
    await this.prisma.attributeDefinition.create({ data: { id, organizationId, projectId, key, version: 1, label: { en: id }, required: false, options: [], active: true, createdById: 'x' } });
    return id;
  }

  async assign(id: string, assigneeId: string): Promise<void> {
    await this.prisma.grievance.update({ where: { id }, data: { assigneeId } });
  }

  async vendor(place: Place, { status = 'APPROVED', assigned = true }: { status?: 'PENDING' | 'APPROVED'; assigned?: boolean } = {}): Promise<{ id: string; name: string }> {
    const [id, name] = [newId(), await this.mark(place)];
    await this.prisma.vendor.create({ data: { id, organizationId: place.organizationId, name, status, areaCode: `${place.area}.ward` } });
    const { ciphertext, wrappedKey, keyVersion } = await sealContacts(this.protectedData, id, { ...NO_CONTACTS, contactPhone: '+254700000002' });
    await this.prisma.vendorPii.create({ data: { vendorId: id, ciphertext: new Uint8Array(ciphertext), wrappedKey: new Uint8Array(wrappedKey), keyVersion } });
    if (assigned) await this.prisma.projectVendor.create({ data: { projectId: place.projectId, vendorId: id } });
    return { id, name };
  }

  /** A device of a vendor of the place, enrolled by nobody who is tried. */
  async device(place: Place, vendorId?: string): Promise<string> {
    const id = newId();
    const holder = vendorId ?? (await this.vendor(place)).id;
    await this.prisma.device.create({ data: { id, organizationId: place.organizationId, vendorId: holder, publicKey: new Uint8Array(randomBytes(32)), label: await this.mark(place), enrolledById: 'x' } });
    return id;
  }

  /** A registration from a device of a vendor that waits for a decision. */
  async offlineConflict(place: Place): Promise<{ id: string; deviceId: string }> {
    const [id, deviceId] = [newId(), await this.device(place)];
    const [sealed] = await this.protectedData.seal([{ about: `offline_conflict:${id}`, content: { fullName: 'Name' } }]);
    if (!sealed) throw new Error('One record seals to one.');
    const { ciphertext, wrappedKey, keyVersion } = sealed;
    await this.prisma.offlineConflict.create({
      data: {
        ...{ id, deviceId, organizationId: place.organizationId, clientId: newId(), fingerprint: id, kind: 'INVALID', problem: await this.mark(place), areaCode: `${place.area}.ward`, occurredAt: new Date() },
        ...{ ciphertext: new Uint8Array(ciphertext), wrappedKey: new Uint8Array(wrappedKey), keyVersion },
      },
    });
    return { id, deviceId };
  }

  /** A user who holds a role without permissions in the project, so that whoever sees users there sees them. */
  async user(place: Place, more: { status?: 'ACTIVE' | 'LOCKED' | 'DISABLED'; passwordHash?: string; role?: { role: string; projectId: string | null; areaPath: string } } = {}): Promise<{ id: string; email: string }> {
    const [id, mark] = [newId(), await this.mark(place)];
    const email = `${mark}@example.org`;
    const role = more.role ?? { role: 'retired', projectId: place.projectId, areaPath: '' };
    await this.prisma.user.create({
      data: { id, organizationId: place.organizationId, displayName: mark, email, passwordHash: more.passwordHash ?? 'x', status: more.status ?? 'ACTIVE', assignments: { create: { id: newId(), ...role } } },
    });
    return { id, email };
  }

  async customRole({ organizationId }: Place): Promise<string> {
    const name = `${await this.slugOf(organizationId)}-${newId().slice(-12)}`;
    await this.prisma.customRole.create({ data: { id: newId(), organizationId, name, description: name, permissions: { create: { permission: 'project:read' } } } });
    return name;
  }

  async rolePair(place: Place): Promise<string[]> {
    const [roleA = '', roleB = ''] = [await this.customRole(place), 'donor'].sort((a, b) => (a < b ? -1 : 1));
    await this.prisma.incompatibleRolePair.create({ data: { organizationId: place.organizationId, roleA, roleB } });
    return [roleA, roleB];
  }

  async apiKey(place: Place, createdById: string, inProject: boolean): Promise<string> {
    const [id, name] = [newId(), await this.mark(place)];
    const projectId = inProject ? place.projectId : null;
    await this.prisma.apiKey.create({
      data: { id, organizationId: place.organizationId, name, prefix: id.slice(-8), secretHash: hashSecret(id), role: 'viewer', permissions: ['project:read'], projectId, createdById, expiresAt: new Date(Date.now() + 3600_000) },
    });
    return id;
  }

  async invitation(place: Place, createdById: string): Promise<{ id: string; token: string }> {
    const [id, mark, token] = [newId(), await this.mark(place), newSecret()];
    const data = { id, organizationId: place.organizationId, email: `${mark}@example.org`, displayName: mark, roles: [], tokenHash: hashSecret(token), createdById, expiresAt: new Date(Date.now() + 3600_000) };
    await this.prisma.invitation.create({ data });
    return { id, token };
  }

  async signupRequest(place: Place): Promise<string> {
    const [id, mark] = [newId(), await this.mark(place)];
    await this.prisma.signupRequest.create({ data: { id, organizationId: place.organizationId, email: `${mark}@example.org`, displayName: mark, message: mark } });
    return id;
  }

  /** @returns the word that the line consists of. */
  async logLine({ organizationId, projectId }: Place): Promise<string> {
    const message = newId().replaceAll('-', 'x');
    await this.prisma.$executeRaw`SELECT ensure_log_partition((now() AT TIME ZONE 'UTC')::date)`;
    await this.prisma.$executeRaw`INSERT INTO log_record (at, scope, project_id, room, severity, message, attributes) VALUES (date_trunc('milliseconds', now()), ${organizationId}::uuid, ${projectId}::uuid, 'project:tally', 9, ${message}, '{}')`;
    return message;
  }

  async exception(state: 'OPEN' | 'RESOLVED'): Promise<string> {
    const [id, at] = [newId(), new Date()];
    await this.prisma.exceptionGroup.create({ data: { id, fingerprint: id, room: 'core', type: `Error${id}`, title: 'x', severity: 17, state, count: 1n, firstSeenAt: at, lastSeenAt: at } });
    return id;
  }

  async auditEntry(place: Place): Promise<{ id: string; entityId: string }> {
    const [id, entityId] = [newId(), await this.mark(place)];
    const { organizationId, projectId } = place;
    await this.prisma.auditEntry.create({ data: { id, actorType: 'USER', actorId: 'x', action: 'thing.done', entityType: 'Thing', entityId, organizationId, projectId, correlationId: entityId, payload: {} } });
    return { id, entityId };
  }
}
