import type { Principal } from '#kernel/auth';
import { AppError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import type { BeneficiaryAccess } from './beneficiary.access';
import { change } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import { reasonSchema } from './beneficiary.inputs';
import { tellOfPeople } from './tell';

/** What another slice keeps of people's words or data, and takes away with them. Runs in the transaction of the erasure. */
export type AlsoErase = (tx: CoreTransaction, beneficiaryId: string) => Promise<void>;

/**
 * Erases people (crypto-shredding): the key under which their data is sealed goes, and with it every copy of the data, also those in backups of other
 * tables. What stays says nothing of who it was: the reference, the area, amounts, and the audit log, which never held personal data.
 */
export class ErasureService {
  private readonly others: AlsoErase[] = [];

  constructor(
    private readonly database: CoreDatabase,
    private readonly people: BeneficiaryAccess,
  ) {}

  /** Takes something else away with each person from now on. */
  also(erase: AlsoErase): void {
    this.others.push(erase);
  }

  /** @throws AppError NOT_FOUND, BAD_USER_INPUT, INVALID_TRANSITION (erased already, or takes part in a project). */
  erase(principal: Principal, id: string, rawReason: unknown, key: string): Promise<string> {
    const reason = parseInput(reasonSchema, rawReason, 'reason');
    return change(this.database, principal, { operation: 'eraseBeneficiary', key, request: { id, reason } }, async (tx, organizationId) => {
      const [person] = await this.people.lock(tx, principal, 'beneficiary:read', [id]);
      if (!person) throw new NotFoundError('The beneficiary');
      const [erasable] = await this.people.lock(tx, principal, 'beneficiary:erase', [id]);
      if (!erasable) throw new ForbiddenError('beneficiary:erase');
      if (person.status === 'ERASED') throw new AppError('INVALID_TRANSITION', 'The personal data of this beneficiary is erased already.', { field: 'id' });
      await refuseWhileTakingPart(tx, id);
      await tx.sql.execute('DELETE FROM beneficiary_pii WHERE beneficiary_id = $1::uuid', [id]);
      await tx.sql.execute('DELETE FROM beneficiary_identifier WHERE beneficiary_id = $1::uuid', [id]);
      await tx.models.beneficiary.update({ where: { id }, data: { status: 'ERASED', birthDate: null, walletAddress: null, gender: 'UNKNOWN', attributes: {}, attributeVersions: {} } });
      for (const erase of this.others) await erase(tx, id);
      await tellOfPeople(tx, 'erased', { actorId: principal.subject, organizationId }, [id], { reason });
      return id;
    });
  }
}

// Money may still be on its way to them: whoever pays must know whom. What is over keeps its amounts and loses its person.
async function refuseWhileTakingPart(tx: CoreTransaction, id: string): Promise<void> {
  const open = await tx.models.enrollment.findFirst({
    where: { beneficiaryId: id, status: { in: ['REGISTERED', 'VALIDATED', 'INCLUDED', 'PAUSED'] }, project: { status: { notIn: ['CLOSED', 'ARCHIVED'] } } },
    select: { projectId: true },
  });
  if (open) throw new AppError('INVALID_TRANSITION', `The person still takes part in the project ${open.projectId}: remove them from it, or close it, first.`, { field: 'id', projectId: open.projectId });
}
