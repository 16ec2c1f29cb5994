import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { holdsAt, type Principal } from '#kernel/auth';
import { isId, newId } from '#kernel/db';
import { AppError, BadInputError, ConflictError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import { appendAudit, appendEvent } from '#kernel/events';
import type { PageRequest } from '#kernel/graphql';
import { line } from '../beneficiaries';
import { change } from '../change';
import { isUniqueViolation, type CoreDatabase, type CoreTransaction } from '../database';
import type { Onboarding } from '../vendors';
import { deviceEvents, type DeviceNews } from './device.events';
import type { DeviceRepository, DeviceRow, EnrollmentRow } from './device.repository';
import { DeviceStatus } from './device.type';
import { isSignedBy, readPublicKey } from './ed25519';

const TTL_MS = 10 * 60 * 1000;
const NONCE_BYTES = 32;
const KNOWN = 'belongs to a device, or did';

const enrollSchema = z.object({ publicKey: z.string().max(100), label: line(100), vendorId: z.string().max(100).nullish().transform((id) => id ?? null) });
const filterSchema = z.object({ status: z.enum(DeviceStatus).nullish(), vendorId: z.string().max(100).nullish(), userId: z.string().max(100).nullish() });
const reasonSchema = line(500);

/** The vendor as far as the caller may see it. */
export type FindVendor = (id: string) => Promise<{ id: string; areaCode: string | null; ownerUserId: string | null } | null>;

/** What an enrolment is made of. */
export interface Begun {
  id: string;
  message: string;
  expiresAt: Date;
}

/** Use cases of devices. Each change is idempotent by key, audited and announced in its own transaction. */
export class DeviceService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: DeviceRepository,
    private readonly onboarding: Onboarding,
    private readonly now: () => Date = () => new Date(),
  ) {}

  list(principal: Principal, filter: unknown, page: PageRequest): Promise<DeviceRow[]> {
    return this.repository.list(principal, parseInput(filterSchema, filter ?? {}, 'filter'), page);
  }

  held(principal: Principal): Promise<DeviceRow[]> {
    return this.repository.held(principal);
  }

  /**
   * Hands out what the device must sign. For themselves: anybody who has signed in; for a vendor: who acts for it, and whoever approves its devices.
   * @throws AppError BAD_USER_INPUT, CONFLICT (the key is known), FORBIDDEN.
   */
  async begin(principal: Principal, raw: unknown, vendorOf: FindVendor, key: string): Promise<Begun> {
    const input = parseInput(enrollSchema, raw);
    const publicKey = readPublicKey(input.publicKey);
    if (!publicKey) throw new BadInputError('input.publicKey', 'must be an Ed25519 public key, 32 bytes in base64url');
    if (!isId(principal.subject)) throw new ForbiddenError(); // keys of partners hold no devices
    const vendor = input.vendorId === null ? null : await vendorOf(input.vendorId);
    if (input.vendorId !== null && !vendor) throw new BadInputError('input.vendorId', 'is none that the caller may see');
    if (vendor && vendor.ownerUserId !== principal.subject && !holdsAt(principal, 'device:write', { area: vendor.areaCode })) throw new ForbiddenError('device:write');
    const id = await change(this.database, principal, { operation: 'beginDeviceEnrollment', key, request: input }, async (tx, organizationId) => {
      if (await this.repository.keyIsKnown(tx, publicKey)) throw new ConflictError('input.publicKey', KNOWN);
      const row = { id: newId(), organizationId, vendorId: vendor?.id ?? null, publicKey: new Uint8Array(publicKey), label: input.label, nonce: randomBytes(NONCE_BYTES).toString('base64url') };
      await this.repository.begin(tx, { ...row, userId: principal.subject, expiresAt: new Date(this.now().getTime() + TTL_MS) });
      return row.id;
    });
    const begun = await this.repository.enrollment(id);
    if (!begun || begun.userId !== principal.subject) throw new NotFoundError('The enrolment');
    return { id, message: messageOf(begun), expiresAt: begun.expiresAt };
  }

  /** @throws AppError NOT_FOUND (unknown, expired, done, or somebody else's), SIGNATURE_INVALID, CONFLICT (the key is known). */
  complete(principal: Principal, id: string, signature: string, key: string): Promise<string> {
    return change(this.database, principal, { operation: 'completeDeviceEnrollment', key, request: { id, signature } }, async (tx, organizationId) => {
      const begun = await this.repository.lockEnrollment(tx, id, principal.subject);
      if (!begun || begun.organizationId !== organizationId || begun.deviceId !== null || begun.expiresAt <= this.now()) throw new NotFoundError('The enrolment');
      if (!isSignedBy(begun.publicKey, Buffer.from(messageOf(begun)), signature)) throw new AppError('SIGNATURE_INVALID', 'The signature does not fit the key and the message.', { field: 'signature' });
      const { vendorId, publicKey, label } = begun;
      const device = { id: newId(), organizationId, vendorId, userId: vendorId === null ? principal.subject : null, publicKey, label, enrolledById: principal.subject };
      await this.repository.insert(tx, device, id).catch((error: unknown) => {
        throw isUniqueViolation(error) ? new ConflictError('id', `the key ${KNOWN}`) : error;
      });
      await tellDevice(tx, 'enrolled', principal, device, {});
      return device.id;
    });
  }

  /** Not by whoever holds or enrolled it (ADR 0018). @throws AppError NOT_FOUND, FORBIDDEN, INVALID_TRANSITION. */
  approve(principal: Principal, id: string, key: string): Promise<string> {
    return change(this.database, principal, { operation: 'approveDevice', key, request: id }, async (tx, organizationId) => {
      const row = await this.repository.lockVisible(tx, principal, id);
      if (!row) throw new NotFoundError('The device');
      if (!holdsAt(principal, 'device:write', { area: row.vendor?.areaCode ?? null })) throw new ForbiddenError('device:write');
      assertStatus(row, 'PENDING');
      const policy = await this.onboarding.policyIn(tx, organizationId);
      const makers = [row.enrolledById, row.userId, row.vendor?.ownerUserId ?? null];
      const byMaker = await this.onboarding.assertMayApprove(tx, principal, { policy, makers, what: 'Who holds or enrolled a device' });
      await this.repository.update(tx, id, { status: 'APPROVED', approvedById: principal.subject, approvedAt: this.now() });
      await tellDevice(tx, 'approved', principal, row, byMaker ? { byMaker } : {});
      return id;
    });
  }

  /** At once and for ever. Who holds a device may revoke it too: phones get lost. @throws AppError NOT_FOUND, BAD_USER_INPUT, FORBIDDEN, INVALID_TRANSITION. */
  async revoke(principal: Principal, id: string, rawReason: string, key: string): Promise<string> {
    const reason = parseInput(reasonSchema, rawReason, 'reason');
    return change(this.database, principal, { operation: 'revokeDevice', key, request: { id, reason } }, async (tx) => {
      const row = await this.repository.lockVisible(tx, principal, id);
      if (!row) throw new NotFoundError('The device');
      const holds = [row.userId, row.vendor?.ownerUserId].includes(principal.subject);
      if (!holds && !holdsAt(principal, 'device:write', { area: row.vendor?.areaCode ?? null })) throw new ForbiddenError('device:write');
      assertStatus(row, 'PENDING', 'APPROVED');
      await this.repository.update(tx, id, { status: 'REVOKED', revokedById: principal.subject, revokedAt: this.now(), revokedReason: reason });
      await tellDevice(tx, 'revoked', principal, row, { reason });
      return id;
    });
  }
}

/** The text that a device signs to show that it holds its key: bound to this enrolment, this key and this person. */
export function messageOf({ id, nonce, publicKey, userId }: Pick<EnrollmentRow, 'id' | 'nonce' | 'publicKey' | 'userId'>): string {
  return ['rahat-device-enrollment-v1', id, nonce, Buffer.from(publicKey).toString('base64url'), userId].join('\n');
}

/** The audit entry and the event of a change. */
export async function tellDevice(
  tx: CoreTransaction,
  news: DeviceNews,
  principal: Principal,
  device: Pick<DeviceRow, 'id' | 'organizationId'> & { vendorId: string | null; userId: string | null },
  more: Record<string, unknown>,
): Promise<void> {
  const definition = deviceEvents[news];
  const { id, organizationId, vendorId, userId } = device;
  await appendAudit(tx.sql, { actorId: principal.subject, action: definition.name, entityType: 'Device', entityId: id, organizationId, payload: { vendorId, userId, ...more } });
  await appendEvent(tx.sql, { definition, aggregateType: 'Device', aggregateId: id, payload: { deviceId: id, organizationId, vendorId, userId } });
}

function assertStatus(row: DeviceRow, ...from: Array<DeviceRow['status']>): void {
  if (!from.includes(row.status)) throw new AppError('INVALID_TRANSITION', `A device that is ${row.status} cannot take this step; it must be ${from.join(' or ')}.`, { field: 'id' });
}
