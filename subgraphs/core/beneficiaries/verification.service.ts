import type { Principal } from '#kernel/auth';
import { AppError, NotFoundError, parseInput } from '#kernel/errors';
import { change } from '../change';
import type { CoreDatabase } from '../database';
import type { BeneficiaryAccess } from './beneficiary.access';
import { tellOfPeople } from './tell';
import { verifySchema } from './verification.inputs';

/** Finding registrations to be true: never by who made them. */
export class VerificationService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly people: BeneficiaryAccess,
  ) {}

  /**
   * Records that a registration is true; a newer verification takes the place of an older one, which the audit log keeps.
   * @throws AppError NOT_FOUND, BAD_USER_INPUT, FORBIDDEN (the caller has registered the person), INVALID_TRANSITION (the registration is not ACTIVE).
   */
  verify(principal: Principal, id: string, raw: unknown, key: string): Promise<string> {
    const input = parseInput(verifySchema, raw);
    return change(this.database, principal, { operation: 'verifyBeneficiary', key, request: { id, ...input } }, async (tx, organizationId) => {
      const [person] = await this.people.lock(tx, principal, 'beneficiary:verify', [id]);
      if (!person) throw new NotFoundError('The beneficiary');
      if (person.registeredById === principal.subject) throw new AppError('FORBIDDEN', 'Who registered a person does not verify the registration: let somebody else do it.', { field: 'id' });
      if (person.status !== 'ACTIVE') throw new AppError('INVALID_TRANSITION', `A beneficiary who is ${person.status} cannot be verified; they must be ACTIVE.`, { field: 'id' });
      const verification = { verifiedAt: new Date(), verifiedOn: new Date(input.on), verificationMethod: input.method, verifiedById: principal.subject };
      await tx.models.beneficiary.update({ where: { id }, data: verification });
      await tellOfPeople(tx, 'verified', { actorId: principal.subject, organizationId }, [id], input);
      return id;
    });
  }
}
