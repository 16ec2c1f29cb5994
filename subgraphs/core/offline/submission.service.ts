import type { Principal } from '#kernel/auth';
import { AppError, BadInputError, NotFoundError, parseInput } from '#kernel/errors';
import { appendAudit, appendEvent } from '#kernel/events';
import { organizationOf } from '../change';
import { isDeadlock, isUniqueViolation, transaction, type CoreDatabase, type CoreTransaction } from '../database';
import { isSignedBy, tellDevice, type DeviceRepository, type DeviceRow } from '../devices';
import type { ProtectedData } from '../protected-data';
import type { Intake } from './intake';
import { offlineEvents } from './offline.events';
import type { OfflineRepository, StoredItem } from './offline.repository';
import { MAX_BYTES, batchSchema, canonicalItem, signedContent, type SignedBatch } from './signed-batch';

const ATTEMPTS = 5;

/** That a batch was taken, and what became of it. */
export interface Receipt {
  hash: string;
  nextSeq: number;
  items: StoredItem[];
}

/** A batch as it arrived: who sent it, and what of it is remembered. */
interface Arrived {
  principal: Principal;
  organizationId: string;
  device: DeviceRow;
  batch: SignedBatch;
  hash: string;
  clockSkewMs: bigint | null;
}

/**
 * Takes signed batches of registrations from the devices of field workers. What a batch did is found by its number and its content, so that no other key
 * is needed: however often it is sent, in whatever order and at the same time, it has one effect and one receipt (ADR 0018).
 */
export class SubmissionService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: OfflineRepository,
    private readonly devices: DeviceRepository,
    private readonly intake: Intake,
    private readonly protectedData: Pick<ProtectedData, 'fingerprint'>,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /**
   * @param deviceTime What the clock of the device shows as it sends: told, not signed, as each repeat has another.
   * @throws AppError BAD_USER_INPUT, NOT_FOUND (no device of the caller), FORBIDDEN (not approved, or the caller is not active), SIGNATURE_INVALID,
   * SEQUENCE_GAP with `expectedSeq`, SEQUENCE_FORKED.
   */
  async submit(principal: Principal, deviceId: string, raw: unknown, deviceTime: Date | null = null): Promise<Receipt> {
    const batch = parseInput(batchSchema, raw, 'batch');
    const organizationId = organizationOf(principal);
    const clockSkewMs = deviceTime === null ? null : BigInt(deviceTime.getTime() - this.now().getTime());
    for (let attempt = 1; ; attempt += 1) {
      try {
        const receipt = await transaction(this.database, (tx) => this.receive(tx, { principal, organizationId, deviceId, batch, clockSkewMs }));
        if (receipt === 'FORKED') throw new AppError('SEQUENCE_FORKED', 'The device has sent something else under this number before, or this does not follow what it has sent.', { field: 'batch' });
        return receipt;
      } catch (error) {
        // A rival took a client id or a reference meanwhile, or the same ones in another order: this time the look finds it.
        if (!(isUniqueViolation(error) || isDeadlock(error)) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  private async receive(
    tx: CoreTransaction,
    { deviceId, ...told }: Omit<Arrived, 'device' | 'hash'> & { deviceId: string },
  ): Promise<Receipt | 'FORKED'> {
    const { principal, organizationId, batch } = told;
    const own = await this.devices.lockOwn(tx, principal, deviceId);
    if (!own) throw new NotFoundError('The device');
    if (own.device.status !== 'APPROVED') throw new AppError('FORBIDDEN', `The device is ${own.device.status}: what it signs does not count.`, { status: own.device.status });
    if (!own.active) throw new AppError('FORBIDDEN', 'The holder of the device is not active.');
    const { bytes, hash } = signedContent(own.device.id, batch);
    if (bytes.length > MAX_BYTES) throw new BadInputError('batch', `must be at most ${MAX_BYTES} bytes of canonical JSON`);
    if (!isSignedBy(own.device.publicKey, bytes, batch.signature)) throw new AppError('SIGNATURE_INVALID', 'The signature does not fit the key of the device and the batch.', { field: 'batch.signature' });
    const arrived = { ...told, device: own.device, hash };
    const before = await this.repository.batch(tx, own.device.id, batch.fromSeq);
    if (before?.fingerprint === this.protectedData.fingerprint(organizationId, hash)) return this.repeat(tx, arrived);
    const place = await this.placeOf(tx, arrived);
    if (place === 'NEXT') return this.accept(tx, arrived);
    if (place === 'FORK') return this.flag(tx, arrived);
    const expectedSeq = own.device.lastSeq + 1;
    throw new AppError('SEQUENCE_GAP', `The next item of this device has the number ${expectedSeq}.`, { field: 'batch.fromSeq', expectedSeq });
  }

  /** Whether a batch is what comes next, leaves something out (or says again what is known), or contradicts what was taken. */
  private async placeOf(tx: CoreTransaction, { organizationId, device, batch }: Arrived): Promise<'NEXT' | 'GAP' | 'FORK'> {
    if (batch.fromSeq > device.lastSeq + 1) return 'GAP';
    if (batch.fromSeq === device.lastSeq + 1) {
      const previous = batch.previousHash === null ? null : this.protectedData.fingerprint(organizationId, batch.previousHash);
      return previous === device.head ? 'NEXT' : 'FORK';
    }
    const stored = new Map((await this.repository.items(tx, device.id, batch)).map(({ seq, fingerprint }) => [seq, fingerprint]));
    const differs = batch.items.some((item) => stored.has(item.seq) && stored.get(item.seq) !== this.protectedData.fingerprint(organizationId, canonicalItem(item)));
    return differs ? 'FORK' : 'GAP'; // the same items, cut into other batches: the device goes on where we are
  }

  private async accept(tx: CoreTransaction, arrived: Arrived): Promise<Receipt> {
    const { principal, organizationId, device, batch, hash, clockSkewMs } = arrived;
    const outcomes = await this.intake.take(tx, { principal, organizationId, deviceId: device.id }, batch.items);
    const head = this.protectedData.fingerprint(organizationId, hash);
    const { fromSeq, toSeq } = batch;
    const rows = batch.items.map((item, index) => {
      const outcome = outcomes[index];
      const result = outcome?.outcome === 'ACCEPTED' ? { outcome: outcome.outcome, beneficiaryId: outcome.beneficiaryId } : { outcome: 'CONFLICT' as const, conflictId: outcome?.conflictId ?? null };
      return { deviceId: device.id, seq: item.seq, clientId: item.clientId, fingerprint: this.protectedData.fingerprint(organizationId, canonicalItem(item)), occurredAt: new Date(item.occurredAt), ...result };
    });
    await this.repository.insertBatch(tx, { deviceId: device.id, fromSeq, toSeq, fingerprint: head, submittedById: principal.subject, clockSkewMs }, rows);
    await this.devices.update(tx, device.id, { lastSeq: toSeq, head, lastSeenAt: this.now(), ...(clockSkewMs === null ? {} : { clockSkewMs }) });
    const counts = { fromSeq, toSeq, accepted: outcomes.filter(({ outcome }) => outcome === 'ACCEPTED').length, conflicts: outcomes.filter(({ outcome }) => outcome === 'CONFLICT').length };
    const definition = offlineEvents.batchAccepted;
    await appendAudit(tx.sql, { actorId: principal.subject, action: definition.name, entityType: 'Device', entityId: device.id, organizationId, payload: counts });
    await appendEvent(tx.sql, { definition, aggregateType: 'Device', aggregateId: device.id, payload: { deviceId: device.id, organizationId, ...counts } });
    return { hash, nextSeq: toSeq + 1, items: await this.repository.items(tx, device.id, batch) };
  }

  private async repeat(tx: CoreTransaction, { device, batch, hash }: Arrived): Promise<Receipt> {
    return { hash, nextSeq: batch.toSeq + 1, items: await this.repository.items(tx, device.id, batch) };
  }

  // Once: a device that keeps sending what it should not must not fill the audit log.
  private async flag(tx: CoreTransaction, { principal, device, batch }: Arrived): Promise<'FORKED'> {
    if (device.forkedAt === null) {
      await this.devices.update(tx, device.id, { forkedAt: this.now() });
      await tellDevice(tx, 'forkDetected', principal, device, { fromSeq: batch.fromSeq, toSeq: batch.toSeq });
    }
    return 'FORKED';
  }
}
